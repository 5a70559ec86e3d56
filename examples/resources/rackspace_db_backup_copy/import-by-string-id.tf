import {
  to = rackspace_db_backup_copy.orders
  id = "a9832168-7541-4536-b8d9-a8a9b79cf1b4"
}
