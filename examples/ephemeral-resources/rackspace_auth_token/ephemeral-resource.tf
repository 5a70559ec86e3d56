# The login of this run.
ephemeral "rackspace_auth_token" "this" {}

# A script calls the API with it. What reads the header from a pipe shows it to no other process.
resource "terraform_data" "flavors" {
  provisioner "local-exec" {
    command = "printf 'X-Auth-Token: %s' \"$TOKEN\" | curl --fail --silent --header @- \"$ENDPOINT/flavors\""
    environment = {
      TOKEN    = ephemeral.rackspace_auth_token.this.token
      ENDPOINT = ephemeral.rackspace_auth_token.this.endpoint
    }
  }
}

# A provider block without a key works in another region with it.
provider "rackspace" {
  alias      = "dfw"
  region     = "DFW"
  token      = ephemeral.rackspace_auth_token.this.token
  account_id = ephemeral.rackspace_auth_token.this.account_id
}

data "rackspace_db_instances" "dfw" {
  provider = rackspace.dfw
}
