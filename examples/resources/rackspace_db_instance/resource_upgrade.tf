resource "rackspace_db_instance" "orders_57" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
  datastore   = { type = "mysql", version = "5.7" }
}

# The same on MySQL 8.0. Remove `upgrade_of` when it is verified: it is on its own then.
resource "rackspace_db_instance" "orders_80" {
  name        = "orders-80"
  flavor      = "2GB Instance"
  volume_size = 20
  datastore   = { type = "mysql", version = "8.0" }
  upgrade_of  = rackspace_db_instance.orders_57.id
}
