data "rackspace_db_datastores" "all" {}

output "versions" {
  value = {
    for datastore in data.rackspace_db_datastores.all.datastores :
    datastore.type => [for version in datastore.versions : version.name]
  }
}
