# Before every update of the instance. The newest three of these backups are kept.
action "rackspace_db_instance_backup" "orders" {
  config {
    # What comes before a resource cannot take its ID from it: Terraform would report a cycle.
    instance_name = "orders"
    name_prefix   = "orders"
    retention     = 3
  }
}

resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20

  lifecycle {
    action_trigger {
      events  = [before_update]
      actions = [action.rackspace_db_instance_backup.orders]
    }
  }
}
