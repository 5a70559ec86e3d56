# Without `host` it is "%".
import {
  to = rackspace_db_user.billing
  identity = {
    instance_id = "44b277eb-39be-4921-be31-3d61b43651d7"
    name        = "billing"
    host        = "10.0.0.%"
  }
}
