resource "rackspace_db_instance" "restored" {
  name                   = "shop-restored"
  flavor                 = rackspace_db_instance.shop.flavor
  volume_size            = rackspace_db_instance.shop.volume_size
  restore_from_backup_id = rackspace_db_backup.friday.id
}
