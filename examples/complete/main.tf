# A MySQL instance with two databases and a user that may use both.
#
# Credentials come from RAX_USERNAME and RAX_API_KEY, the password of the
# application's user from TF_VAR_app_password.

terraform {
  # Write-only arguments, such as password_wo, came with version 1.11.
  required_version = ">= 1.11"

  required_providers {
    rackspace = {
      source  = "rackspace/rackspace"
      version = "~> 0.1"
    }
  }
}

provider "rackspace" {
  region = "ORD"
}

variable "flavor" {
  description = "Memory of the instance: a flavor's ID, its name or its RAM in MB."
  type        = string
  default     = "2GB Instance"
}

variable "volume_size" {
  description = "Size of the volume in GB. It can grow and never shrink."
  type        = number
  default     = 10
}

variable "app_password" {
  description = "Password of the application's user. It is kept nowhere."
  type        = string
  sensitive   = true
  ephemeral   = true
}

resource "rackspace_db_instance" "shop" {
  name        = "shop"
  flavor      = var.flavor
  volume_size = var.volume_size

  datastore = {
    type    = "mysql"
    version = "8.0"
  }

  timeouts {
    create = "45m"
    update = "2h"
  }
}

resource "rackspace_db_database" "shop" {
  for_each = toset(["catalog", "orders"])

  instance_id = rackspace_db_instance.shop.id
  name        = each.key
}

resource "rackspace_db_user" "app" {
  instance_id = rackspace_db_instance.shop.id
  name        = "shop_app"
  databases   = [for database in rackspace_db_database.shop : database.name]

  # Raise the version to send a new password.
  password_wo         = var.app_password
  password_wo_version = 1
}

output "hostname" {
  description = "Where servers of the same region reach MySQL, on port 3306."
  value       = rackspace_db_instance.shop.hostname
}
