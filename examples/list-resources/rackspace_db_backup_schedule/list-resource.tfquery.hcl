# Every backup schedule in Chicago.
list "rackspace_db_backup_schedule" "all" {
  provider = rackspace

  config {
    region = "ORD"
  }
}
