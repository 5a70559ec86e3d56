data "rackspace_db_default_configuration" "small" {
  datastore_type    = "mysql"
  datastore_version = "8.0"
  flavor            = "1GB Instance"
}

output "max_connections" {
  value = data.rackspace_db_default_configuration.small.values["max_connections"]
}
