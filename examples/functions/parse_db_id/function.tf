# The users of an instance that Terraform does not manage, by the host that they come from.
variable "user_ids" {
  type = set(string)
  default = [
    "61f12fef-edb1-4561-8122-e7c00ef26a82/billing@%",
    "61f12fef-edb1-4561-8122-e7c00ef26a82/reports@10.0.0.1",
  ]
}

locals {
  users = [for id in var.user_ids : provider::rackspace::parse_db_id(id)]
}

output "users_by_host" {
  value = { for user in local.users : user.host => user.name... }
}
