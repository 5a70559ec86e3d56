resource "rackspace_db_backup" "friday" {
  instance_id = rackspace_db_instance.shop.id
  name        = "friday"
  description = "Before the summer sale"
}
