resource "rackspace_db_instance" "orders" {
  region      = "DFW"
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
}

resource "rackspace_db_backup" "orders" {
  instance_id = rackspace_db_instance.orders.id
  name        = "orders"
}

# The same data in another region.
resource "rackspace_db_backup_copy" "orders" {
  backup_id = rackspace_db_backup.orders.id
  region    = "IAD"
  name      = "orders-from-dfw"
}

# An instance there, as large as the one that was backed up.
resource "rackspace_db_instance" "standby" {
  region                 = rackspace_db_backup_copy.orders.region
  name                   = "orders-standby"
  flavor                 = rackspace_db_backup_copy.orders.flavor_ram
  volume_size            = rackspace_db_backup_copy.orders.stored_volume_size
  restore_from_backup_id = rackspace_db_backup_copy.orders.id
}
