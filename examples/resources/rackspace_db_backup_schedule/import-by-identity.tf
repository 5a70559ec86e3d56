import {
  to = rackspace_db_backup_schedule.orders
  identity = {
    id = "2e351a71-dd28-4bcb-a7d6-d36a5b487173"
  }
}
