# In a maintenance window, by hand:
# terraform apply -invoke=action.rackspace_db_ha_group_restart.orders
action "rackspace_db_ha_group_restart" "orders" {
  config {
    ha_group_id      = rackspace_db_ha_group.orders.id
    only_if_required = true
  }
}

resource "rackspace_db_ha_group" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
  restart     = "manual"
}
