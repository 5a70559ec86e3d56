# In a maintenance window, by hand:
# terraform apply -invoke=action.rackspace_db_ha_group_restart.orders
action "rackspace_db_ha_group_restart" "orders" {
  config {
    ha_group_name = "orders"
  }
}
