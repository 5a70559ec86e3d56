# terraform apply -invoke=action.rackspace_db_instance_save_logs.orders
action "rackspace_db_instance_save_logs" "orders" {
  config {
    instance_name = "orders"
  }
}
