variable "app_password" {
  type      = string
  sensitive = true
}

data "rackspace_db_instance" "orders" {
  name = "orders"
}

# What the application reads from its environment, whatever signs are in the password.
output "database_url" {
  value = provider::rackspace::mysql_url(
    "billing",
    var.app_password,
    data.rackspace_db_instance.orders.hostname,
    null,
    "invoices",
  )
  sensitive = true
}
