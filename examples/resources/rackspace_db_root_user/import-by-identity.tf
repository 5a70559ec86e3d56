import {
  to = rackspace_db_root_user.orders
  identity = {
    instance_id = "44b277eb-39be-4921-be31-3d61b43651d7"
  }
}
