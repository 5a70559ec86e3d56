data "rackspace_db_parameters" "mysql" {
  datastore_type    = "mysql"
  datastore_version = "8.0"
}

output "need_a_restart" {
  value = [
    for parameter in data.rackspace_db_parameters.mysql.parameters :
    parameter.name if parameter.restart_required
  ]
}
