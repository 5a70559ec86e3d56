# The ID of the instance, a slash, and the name of the database.
import {
  to = rackspace_db_database.invoices
  id = "44b277eb-39be-4921-be31-3d61b43651d7/invoices"
}
