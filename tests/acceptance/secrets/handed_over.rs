//! The token of the login as a value of the configuration: it is in no plan, no state and no log.

use testkit::world::World;

use super::world;

/// A token that reaches a script, a provider block and a write-only attribute.
const HANDED_OVER: &str = r#"
ephemeral "rackspace_auth_token" "this" {}

resource "terraform_data" "script" {
  provisioner "local-exec" {
    command     = "test -n \"$TOKEN\" && echo \"$TOKEN\""
    environment = { TOKEN = ephemeral.rackspace_auth_token.this.token }
  }
}

provider "rackspace" {
  alias      = "other"
  token      = ephemeral.rackspace_auth_token.this.token
  account_id = ephemeral.rackspace_auth_token.this.account_id
}

data "rackspace_db_instances" "all" {
  provider = rackspace.other
}

resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}

resource "rackspace_db_user" "script" {
  instance_id         = rackspace_db_instance.main.id
  name                = "script"
  password_wo         = ephemeral.rackspace_auth_token.this.token
  password_wo_version = 1
}
"#;

#[test]
fn a_token_that_is_handed_over_is_nowhere_where_a_run_leaves_something() {
    let (world, mut search) = world();
    world.configure(HANDED_OVER);

    let plan = world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]);
    plan.succeeds();
    search.look("output of plan", &plan.text);
    search.look("plan as JSON", world.json(&["show", "-json", "tfplan"]).to_string());
    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);
    apply.succeeds();
    search.look("output of apply", &apply.text);

    arrived(&world);
    search.look_below("folder", &world.folder());
    search.found_nothing();
}

/// Had the token gone nowhere, nothing would prove that it is not found.
#[track_caller]
fn arrived(world: &World) {
    let instance = world.cloud().instances().remove(0);
    let password = world.cloud().users(&instance.id).remove(0).password;
    assert!(world.cloud().tokens().contains(&password), "the token is the password of the user");
}
