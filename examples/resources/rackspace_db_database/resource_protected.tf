# No plan may drop this one. Without the protection it would be left to its instance, so that a
# final backup of the instance holds it.
resource "rackspace_db_database" "payments" {
  instance_id = rackspace_db_instance.orders.id
  name        = "payments"

  deletion_protection = true
  skip_destroy        = true
}
