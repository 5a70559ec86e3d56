terraform import rackspace_db_configuration.shop 005a8bb7-a8df-40ee-b0b7-fc144641abc2
