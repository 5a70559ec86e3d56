data "rackspace_db_instance" "orders" {
  name = "orders"
}

# Its latest complete backup.
data "rackspace_db_backup" "latest" {
  instance_id = data.rackspace_db_instance.orders.id
}

# terraform apply -invoke=action.rackspace_db_backup_copy.orders
action "rackspace_db_backup_copy" "orders" {
  config {
    backup_id     = data.rackspace_db_backup.latest.id
    target_region = "DFW"
  }
}
