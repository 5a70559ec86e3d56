import {
  to = rackspace_db_configuration.shop
  id = "005a8bb7-a8df-40ee-b0b7-fc144641abc2"
}
