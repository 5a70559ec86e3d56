data "rackspace_db_instance" "orders" {
  name = "orders"
}

data "rackspace_db_databases" "orders" {
  instance_id = data.rackspace_db_instance.orders.id
}

output "databases" {
  value = data.rackspace_db_databases.orders.names
}
