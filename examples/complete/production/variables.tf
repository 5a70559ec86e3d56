variable "flavor" {
  description = "Memory of each server of the shop."
  type        = string
  default     = "2GB Instance"
}

variable "volume_size" {
  description = "Size of each volume of the shop in GB. It can grow and never shrink."
  type        = number
  default     = 40
}

variable "replica_count" {
  description = "How many replicas the source has: 1 or 2."
  type        = number
  default     = 1
}

variable "clients" {
  description = "Where the clients of the shop are, in CIDR notation."
  type        = set(string)
  default     = ["10.180.0.0/16", "203.0.113.7/32"]
}

variable "max_connections" {
  description = "How many connections a server takes; known to it at once."
  type        = number
  default     = 400
}

variable "open_files" {
  description = "How many files InnoDB keeps open; known to a server when it is restarted."
  type        = number
  default     = 2000
}

variable "app_password" {
  description = "Password of the application's user. It is kept nowhere."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "app_password_version" {
  description = "Another number sends the password of the application's user again."
  type        = number
  default     = 1
}

variable "report_password" {
  description = "Password of the user that makes reports. It is kept nowhere."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "reported" {
  description = "The databases that reports are about."
  type        = set(string)
  default     = ["orders"]
}

variable "backup_hour" {
  description = "When backups are made, by UTC."
  type        = number
  default     = 3
}

variable "staging_name" {
  description = "Name of the server of staging."
  type        = string
  default     = "shop-staging"
}

variable "stock_is_upgraded" {
  description = "Whether the newer server of the stock is verified."
  type        = bool
  default     = false
}
