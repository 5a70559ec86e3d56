# No plan may delete this one. If it has to go one day, set deletion_protection to false and apply
# that; a last backup is then taken before the deletion.
resource "rackspace_db_instance" "ledger" {
  name        = "ledger"
  flavor      = "2GB Instance"
  volume_size = 20

  deletion_protection = true
  final_backup_name   = "ledger-final"
}
