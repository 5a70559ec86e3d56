data "rackspace_db_instance" "orders" {
  name = "orders"
}

data "rackspace_db_backups" "orders" {
  instance_id = data.rackspace_db_instance.orders.id
}

output "backups" {
  value = { for backup in data.rackspace_db_backups.orders.backups : backup.name => backup.created }
}
