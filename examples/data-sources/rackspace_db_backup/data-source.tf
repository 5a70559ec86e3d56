data "rackspace_db_instance" "orders" {
  name = "orders"
}

# Its latest complete backup.
data "rackspace_db_backup" "latest" {
  instance_id = data.rackspace_db_instance.orders.id
}

resource "rackspace_db_instance" "restored" {
  name                   = "orders-restored"
  flavor                 = data.rackspace_db_instance.orders.flavor_id
  volume_size            = data.rackspace_db_instance.orders.volume_size
  restore_from_backup_id = data.rackspace_db_backup.latest.id
}
