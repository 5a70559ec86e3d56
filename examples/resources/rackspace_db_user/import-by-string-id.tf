# The ID of the instance, a slash, and the user as name@host. Without @host the host is %.
import {
  to = rackspace_db_user.billing
  id = "44b277eb-39be-4921-be31-3d61b43651d7/billing@10.0.0.%"
}
