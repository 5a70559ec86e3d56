//! Secrets stay where they belong.

use crate::world::World;

const CONFIG: &str = r#"
variable "password" {
  type      = string
  ephemeral = true
}
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
resource "rackspace_db_user" "app" {
  instance_id         = rackspace_db_instance.main.id
  name                = "app"
  password_wo         = var.password
  password_wo_version = 1
}
"#;

#[test]
fn no_secret_reaches_the_state_the_plan_or_the_trace_log() {
    let mut world = World::new();
    let log = world.folder().join("trace.log");
    world.set("TF_LOG", "TRACE");
    world.set("TF_LOG_PATH", log.to_str().unwrap());
    world.set("TF_VAR_password", "Wr1te-0nly");
    world.configure(CONFIG);

    world.terraform(&["plan", "-no-color", "-out=tfplan"]).succeeds();
    let plan = world.terraform(&["show", "-json", "tfplan"]).text;
    let apply = world.apply();
    apply.succeeds();

    let id = world.cloud().instances()[0].id.clone();
    assert_eq!(world.cloud().users(&id)[0].password, "Wr1te-0nly");
    let state = std::fs::read_to_string(world.folder().join("terraform.tfstate")).unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("/users"), "the log has the provider's requests");
    let artefacts = [("state", &state), ("plan", &plan), ("output", &apply.text), ("log", &log)];
    for (name, text) in artefacts {
        for secret in ["Wr1te-0nly", "demo-key", world.cloud().tokens().remove(0).as_str()] {
            assert!(!text.contains(secret), "the {name} holds {secret}");
        }
    }
}

#[test]
fn a_refused_password_is_not_repeated() {
    let mut world = World::new();
    world.set("TF_VAR_password", "Wr1te;0nly");
    world.configure(CONFIG);

    let plan = world.plan();

    plan.fails_with(&["password_wo"]);
    assert!(!plan.text.contains("Wr1te;0nly"), "{}", plan.text);
}
