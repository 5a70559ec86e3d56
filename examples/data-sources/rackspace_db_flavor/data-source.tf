# The smallest flavor with at least 3 GB of RAM.
data "rackspace_db_flavor" "roomy" {
  min_ram = 3072
}

resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = data.rackspace_db_flavor.roomy.id
  volume_size = 20
}
