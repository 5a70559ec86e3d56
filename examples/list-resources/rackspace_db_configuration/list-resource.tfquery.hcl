# Every configuration group for MySQL.
list "rackspace_db_configuration" "mysql" {
  provider = rackspace

  config {
    datastore_type = "mysql"
  }
}
