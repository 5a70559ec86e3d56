resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
}

# At 03:30 UTC each day: a full backup on Sunday, and on the other days what changed since the day before.
resource "rackspace_db_backup_schedule" "orders" {
  instance_id           = rackspace_db_instance.orders.id
  day_of_week           = "sunday"
  hour                  = 3
  minute                = 30
  full_backup_retention = 4
  copy_to               = ["IAD"]
}

resource "rackspace_db_ha_group" "shop" {
  name        = "shop"
  flavor      = "2GB Instance"
  volume_size = 20
}

# An HA group is backed up in the same way.
resource "rackspace_db_backup_schedule" "shop" {
  ha_group_id = rackspace_db_ha_group.shop.id
  day_of_week = "daily"
  hour        = 4
  minute      = 0
}
