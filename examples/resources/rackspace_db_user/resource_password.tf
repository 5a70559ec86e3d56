variable "report_password" {
  description = "Password of the user report."
  type        = string
  sensitive   = true
}

# Any version of Terraform: the password is stored in the state, which has to be protected.
resource "rackspace_db_user" "report" {
  instance_id = rackspace_db_instance.orders.id
  name        = "report"
  password    = var.report_password
  databases   = [rackspace_db_database.invoices.name]
}
