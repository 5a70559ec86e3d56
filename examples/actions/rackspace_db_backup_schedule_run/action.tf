# terraform apply -invoke=action.rackspace_db_backup_schedule_run.orders
action "rackspace_db_backup_schedule_run" "orders" {
  config {
    instance_name = "orders"
  }
}
