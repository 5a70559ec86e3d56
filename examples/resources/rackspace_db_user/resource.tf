resource "rackspace_db_instance" "orders" {
  name        = "orders"
  flavor      = "2GB Instance"
  volume_size = 20
}

resource "rackspace_db_database" "invoices" {
  instance_id = rackspace_db_instance.orders.id
  name        = "invoices"
}

variable "billing_password" {
  description = "Password of the user billing."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# Terraform 1.11 or newer: the password is in no plan and in no state.
resource "rackspace_db_user" "billing" {
  instance_id = rackspace_db_instance.orders.id
  name        = "billing"
  host        = "10.0.0.%"
  databases   = [rackspace_db_database.invoices.name]

  # Raise the version to send a new password.
  password_wo         = var.billing_password
  password_wo_version = 1
}
