# A shop in production: a high-availability group with its settings, its backups in two regions, a staging
# copy of its data, and an older server on its way to a newer version of MySQL.
#
# Credentials come from RAX_USERNAME and RAX_API_KEY, passwords from TF_VAR_app_password and
# TF_VAR_report_password.

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

locals {
  mysql = {
    type    = "mysql"
    version = "8.0"
  }
}

# The shop.

resource "rackspace_db_ha_group" "shop" {
  name             = "shop"
  flavor           = var.flavor
  volume_size      = var.volume_size
  replica_count    = var.replica_count
  datastore        = local.mysql
  networks         = ["servicenet"]
  acls             = var.clients
  configuration_id = rackspace_db_configuration.shop.id
}

resource "rackspace_db_database" "shop" {
  for_each = toset(["catalog", "orders", "visits"])

  # The member that is the source now. What is in it follows when another one becomes that.
  instance_id = rackspace_db_ha_group.shop.source_instance_id
  name        = each.key
}

resource "rackspace_db_user" "app" {
  instance_id         = rackspace_db_ha_group.shop.source_instance_id
  name                = "shop_app"
  password_wo         = var.app_password
  password_wo_version = var.app_password_version
  databases           = [for database in rackspace_db_database.shop : database.name]
}

resource "rackspace_db_user" "report" {
  instance_id         = rackspace_db_ha_group.shop.source_instance_id
  name                = "shop_report"
  password_wo         = var.report_password
  password_wo_version = 1
  databases           = [for name in var.reported : rackspace_db_database.shop[name].name]
}

# Its backups: one a day, the last full ones kept, and each copied to another region.

resource "rackspace_db_backup_schedule" "shop" {
  ha_group_id           = rackspace_db_ha_group.shop.id
  day_of_week           = "sunday"
  hour                  = var.backup_hour
  minute                = 30
  full_backup_retention = 4
  copy_to               = ["IAD"]
}

# Staging: the data of the shop as it was, on a smaller server.

resource "rackspace_db_backup" "staging" {
  source_ha_group_id = rackspace_db_ha_group.shop.id
  name               = "shop-for-staging"

  depends_on = [rackspace_db_database.shop]
}

resource "rackspace_db_instance" "staging" {
  name                   = var.staging_name
  flavor                 = "1GB Instance"
  volume_size            = var.volume_size
  datastore              = local.mysql
  restore_from_backup_id = rackspace_db_backup.staging.id

  lifecycle {
    # The volume of staging need not grow with that of the shop.
    ignore_changes = [volume_size]
  }
}

# The server of the stock, and beside it the one with the newer version that follows it. Set
# `stock_is_upgraded` once the new one is verified: that makes it a server of its own.

resource "rackspace_db_instance" "stock" {
  name        = "stock"
  flavor      = "2GB Instance"
  volume_size = 20

  datastore = {
    type    = "mysql"
    version = "5.7"
  }
}

resource "rackspace_db_instance" "stock_upgraded" {
  name        = "stock-8-0"
  flavor      = rackspace_db_instance.stock.flavor
  volume_size = rackspace_db_instance.stock.volume_size
  datastore   = local.mysql
  upgrade_of  = var.stock_is_upgraded ? null : rackspace_db_instance.stock.id
}
