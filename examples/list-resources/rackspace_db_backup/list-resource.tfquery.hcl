# Complete backups that are older than 30 days, also of instances that are gone.
list "rackspace_db_backup" "old" {
  provider = rackspace
  limit    = 1000

  config {
    status         = "COMPLETED"
    created_before = timeadd(plantimestamp(), "-720h")
  }
}
