# The MySQL instances of two regions whose name begins with "orders".
list "rackspace_db_instance" "orders" {
  for_each = toset(["DFW", "ORD"])
  provider = rackspace
  limit    = 1000

  config {
    region         = each.key
    name_prefix    = "orders"
    datastore_type = "mysql"
  }
}
