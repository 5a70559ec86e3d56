data "rackspace_db_flavors" "medium" {
  min_ram = 2048
  max_ram = 16384
}

output "flavors" {
  value = { for flavor in data.rackspace_db_flavors.medium.flavors : flavor.name => flavor.ram }
}
