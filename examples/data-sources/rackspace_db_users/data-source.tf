data "rackspace_db_instance" "orders" {
  name = "orders"
}

data "rackspace_db_users" "orders" {
  instance_id = data.rackspace_db_instance.orders.id
}

output "users" {
  value = [for user in data.rackspace_db_users.orders.users : "${user.name}@${user.host}"]
}
