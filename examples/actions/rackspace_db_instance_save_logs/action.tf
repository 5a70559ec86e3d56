data "rackspace_db_instance" "orders" {
  name = "orders"
}

# terraform apply -invoke=action.rackspace_db_instance_save_logs.orders
action "rackspace_db_instance_save_logs" "orders" {
  config {
    instance_id = data.rackspace_db_instance.orders.id
  }
}
