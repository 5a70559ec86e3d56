data "rackspace_db_configurations" "all" {}

output "groups_by_datastore" {
  value = {
    for group in data.rackspace_db_configurations.all.configurations :
    "${group.datastore.type} ${group.datastore.version}" => group.name...
  }
}
