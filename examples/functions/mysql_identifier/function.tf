variable "database" {
  type    = string
  default = "shop`eu"
}

# A script for the client of MySQL. The statement is
# GRANT SELECT ON `shop``eu`.* TO 'reports'@'%';
output "grant" {
  value = "GRANT SELECT ON ${provider::rackspace::mysql_identifier(var.database)}.* TO 'reports'@'%';"
}
