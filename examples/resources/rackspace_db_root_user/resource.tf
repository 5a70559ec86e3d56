resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
}

# The password stands in the state, which has to be protected.
resource "rackspace_db_root_user" "orders" {
  instance_id = rackspace_db_instance.orders.id

  # Another text makes a new password.
  rotate = "2026-05"
}

output "root_password" {
  value     = rackspace_db_root_user.orders.password
  sensitive = true
}
