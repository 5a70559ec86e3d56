resource "rackspace_db_configuration" "shop" {
  name        = "shop"
  description = "Many short connections"

  datastore = {
    type    = "mysql"
    version = "8.0"
  }

  values = {
    max_connections    = "400"
    wait_timeout       = "300"
    local_infile       = "OFF"
    max_allowed_packet = "67108864" # in bytes: the API takes no "64M"
  }
}

resource "rackspace_db_instance" "shop" {
  name             = "shop"
  flavor           = "2GB Instance"
  volume_size      = 20
  datastore        = rackspace_db_configuration.shop.datastore
  configuration_id = rackspace_db_configuration.shop.id
}
