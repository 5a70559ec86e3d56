# A second instance, filled from a backup of the first one.
resource "rackspace_db_backup" "orders" {
  instance_id = rackspace_db_instance.orders.id
  name        = "orders-nightly"
}

resource "rackspace_db_instance" "restored" {
  name                   = "orders-restored"
  flavor                 = "2GB Instance"
  volume_size            = 20
  restore_from_backup_id = rackspace_db_backup.orders.id
}
