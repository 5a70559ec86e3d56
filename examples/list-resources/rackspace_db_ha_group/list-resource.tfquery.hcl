# Every HA group for MySQL that is ready.
list "rackspace_db_ha_group" "mysql" {
  provider = rackspace

  config {
    datastore_type = "mysql"
    state          = "ACTIVE"
  }
}
