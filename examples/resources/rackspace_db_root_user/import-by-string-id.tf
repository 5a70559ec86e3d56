# The ID of the instance. The password cannot be read; a change of `rotate` makes a new one.
import {
  to = rackspace_db_root_user.orders
  id = "44b277eb-39be-4921-be31-3d61b43651d7"
}
