import {
  to = rackspace_db_ha_group.shop
  identity = {
    id = "e7fdf90b-7140-4edb-b449-e093d55008fb"
  }
}
