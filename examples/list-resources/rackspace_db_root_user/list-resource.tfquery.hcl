# Every instance of the provider's region on which root was enabled.
list "rackspace_db_root_user" "enabled" {
  provider = rackspace
  limit    = 1000
}
