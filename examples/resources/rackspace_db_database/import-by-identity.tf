import {
  to = rackspace_db_database.invoices
  identity = {
    instance_id = "44b277eb-39be-4921-be31-3d61b43651d7"
    name        = "invoices"
  }
}
