data "rackspace_db_instances" "all" {}

output "instances" {
  value = { for instance in data.rackspace_db_instances.all.instances : instance.id => instance.name }
}
