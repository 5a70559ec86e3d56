data "rackspace_db_instance" "orders" {
  name = "orders"
}

# A user that is there already, and is managed from now on.
import {
  to = rackspace_db_user.billing
  id = provider::rackspace::db_user_id(data.rackspace_db_instance.orders.id, "billing", "%")
}

resource "rackspace_db_user" "billing" {
  instance_id = data.rackspace_db_instance.orders.id
  name        = "billing"
}
