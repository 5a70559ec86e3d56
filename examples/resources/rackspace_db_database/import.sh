# The ID of the instance, a slash, and the name of the database.
terraform import rackspace_db_database.invoices 44b277eb-39be-4921-be31-3d61b43651d7/invoices
