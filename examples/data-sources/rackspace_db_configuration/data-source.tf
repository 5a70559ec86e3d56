# A group that another team keeps.
data "rackspace_db_configuration" "standard" {
  name = "standard"
}

resource "rackspace_db_instance" "reports" {
  name             = "reports"
  flavor           = "2GB Instance"
  volume_size      = 20
  datastore        = data.rackspace_db_configuration.standard.datastore
  configuration_id = data.rackspace_db_configuration.standard.id
}
