resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance" # or the ID "3", or the RAM in MB, 2048
  volume_size = 20

  datastore = {
    type    = "mysql"
    version = "8.0"
  }

  timeouts {
    create = "45m"
  }
}
