# An instance that another configuration manages.
data "rackspace_db_instance" "orders" {
  name = "orders"
}

output "hostname" {
  value = data.rackspace_db_instance.orders.hostname
}
