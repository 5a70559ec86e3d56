resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
}

resource "rackspace_db_backup" "full" {
  instance_id = rackspace_db_instance.orders.id
  name        = "orders-full"
  description = "Before the release of March"
}

# Holds only what changed since the full backup.
resource "rackspace_db_backup" "incremental" {
  instance_id = rackspace_db_instance.orders.id
  name        = "orders-incremental"
  parent_id   = rackspace_db_backup.full.id
}

resource "rackspace_db_ha_group" "shop" {
  name        = "shop"
  flavor      = "2GB Instance"
  volume_size = 20
}

# Of an HA group as a whole.
resource "rackspace_db_backup" "shop" {
  source_ha_group_id = rackspace_db_ha_group.shop.id
  name               = "shop-full"
}
