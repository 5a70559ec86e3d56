# All databases of a region. Without `limit`, Terraform takes the first 100.
list "rackspace_db_database" "all" {
  provider = rackspace
  limit    = 1000
}

# Those of one instance whose name begins with "invoices".
list "rackspace_db_database" "invoices" {
  provider = rackspace

  config {
    instance_id = var.instance_id
    name_prefix = "invoices"
  }
}

variable "instance_id" {
  type = string
}
