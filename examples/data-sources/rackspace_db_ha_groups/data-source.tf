data "rackspace_db_ha_groups" "all" {}

output "groups_that_are_not_ready" {
  value = {
    for group in data.rackspace_db_ha_groups.all.groups :
    group.name => group.state... if group.state != "ACTIVE"
  }
}
