# After an update of the instance, if its status is RESTART_REQUIRED then.
action "rackspace_db_instance_restart" "orders" {
  config {
    instance_id      = rackspace_db_instance.orders.id
    only_if_required = true
  }
}

resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.rackspace_db_instance_restart.orders]
    }
  }
}
