import {
  to = rackspace_db_database.reports
  id = "${rackspace_db_instance.shop.id}/reports"
}

resource "rackspace_db_database" "reports" {
  instance_id = rackspace_db_instance.shop.id
  name        = "reports"
}
