resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
}

resource "rackspace_db_database" "invoices" {
  instance_id = rackspace_db_instance.orders.id
  name        = "invoices"

  # Left out, these are utf8 and utf8_general_ci.
  character_set = "latin1"
  collate       = "latin1_swedish_ci"
}
