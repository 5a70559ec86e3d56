# The users of every instance whose name begins with "orders": one list uses what another has found.
list "rackspace_db_instance" "orders" {
  provider = rackspace

  config {
    name_prefix      = "orders"
    include_replicas = false
  }
}

list "rackspace_db_user" "of_orders" {
  for_each = toset(list.rackspace_db_instance.orders.data[*].identity.id)
  provider = rackspace
  limit    = 1000

  config {
    instance_id = each.key
  }
}
