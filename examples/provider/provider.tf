terraform {
  required_providers {
    rackspace = {
      source  = "rackspace/rackspace"
      version = "~> 0.1"
    }
  }
}

# The user and the API key come from RAX_USERNAME and RAX_API_KEY.
provider "rackspace" {
  region = "ORD"
}
