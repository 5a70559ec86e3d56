# A group that another team keeps.
data "rackspace_db_ha_group" "shop" {
  name = "shop"
}

resource "rackspace_db_database" "reports" {
  instance_id = data.rackspace_db_ha_group.shop.source_instance_id
  name        = "reports"
}
