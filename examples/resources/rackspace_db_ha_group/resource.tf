resource "rackspace_db_ha_group" "shop" {
  name          = "shop"
  flavor        = "2GB Instance"
  volume_size   = 20
  replica_count = 2

  datastore = {
    type    = "mysql"
    version = "8.0"
  }

  networks = ["servicenet", "public"]
  acls     = ["10.0.0.0/8", "203.0.113.7/32"]

  deletion_protection = true
}

# Databases and users are made on the source, and follow when another member becomes that.
resource "rackspace_db_database" "orders" {
  instance_id = rackspace_db_ha_group.shop.source_instance_id
  name        = "orders"
}

resource "rackspace_db_user" "app" {
  instance_id         = rackspace_db_ha_group.shop.source_instance_id
  name                = "app"
  password_wo         = "secret-password"
  password_wo_version = 1
  databases           = [rackspace_db_database.orders.name]
}

# Clients connect to the proxies, which stay where they are.
output "shop_writes" {
  value = rackspace_db_ha_group.shop.write_endpoint
}
