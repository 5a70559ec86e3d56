output "write_endpoint" {
  description = "Where clients write to the shop, whichever server is the source."
  value       = rackspace_db_ha_group.shop.write_endpoint
}

output "read_endpoint" {
  description = "Where clients read from the shop."
  value       = rackspace_db_ha_group.shop.read_endpoint
}

output "staging_hostname" {
  value       = rackspace_db_instance.staging.hostname
  description = "Where servers of the region reach MySQL of staging."
}
