//! Secrets stay where they belong: with the user and at the service.
//!
//! The one place that has one is the attribute `password` in the state, and in a plan for it: that is
//! what `password` is for, and why there is `password_wo`.

mod faults;
mod ordinary;
mod processes;
mod search;

use clouddb_sim::Options;
use search::Search;
use testkit::world::World;

/// Full of characters that look different wherever they are escaped or encoded.
const API_KEY: &str = "K7 \"api\\key\"+%<&>/0123456789";
const LOGIN_PASSWORD: &str = "L8 'log in'\\+%<&>/0123456789";
/// What MySQL's users may have: no quotes, `/` or `\`.
const STORED: &str = "P9 stored+%<&>=?0123456789";
const STORED_AGAIN: &str = "Q2 stored+%<&>=?again 0123456789";
const WRITE_ONLY: &str = "W3 never+%<&>=?kept 0123456789";
const WRITE_ONLY_AGAIN: &str = "V4 never+%<&>=?at all 0123456789";

/// A user with a password in the state, and one without.
const CONFIG: &str = r#"
variable "stored" {
  type      = string
  sensitive = true
}
variable "write_only" {
  type      = string
  ephemeral = true
}
variable "password_version" {
  type    = number
  default = 1
}
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
resource "rackspace_db_user" "stored" {
  instance_id = rackspace_db_instance.main.id
  name        = "stored"
  password    = var.stored
}
resource "rackspace_db_user" "kept" {
  instance_id         = rackspace_db_instance.main.id
  name                = "kept"
  password_wo         = var.write_only
  password_wo_version = var.password_version
}
"#;

/// A world with those secrets, in which all logs are written, and a search for them.
fn world() -> (World, Search) {
    let mut world = World::with(Options {
        api_key: API_KEY.into(),
        password: LOGIN_PASSWORD.into(),
        ..Options::default()
    });
    let log = world.folder().join("trace.log");
    world.set("TF_LOG", "TRACE");
    world.set("TF_LOG_PATH", log.to_str().unwrap());
    world.set("RAX_API_KEY", API_KEY);
    world.set("TF_VAR_stored", STORED);
    world.set("TF_VAR_write_only", WRITE_ONLY);
    // The first login, whose token the later ones get again.
    world.configure("data \"rackspace_db_flavors\" \"all\" {}\n");
    world.plan().succeeds();
    let token = world.cloud().tokens().remove(0);
    let mut search = Search::of(&[
        ("API key", API_KEY),
        ("login password", LOGIN_PASSWORD),
        ("stored password", STORED),
        ("next stored password", STORED_AGAIN),
        ("write-only password", WRITE_ONLY),
        ("next write-only password", WRITE_ONLY_AGAIN),
    ]);
    search.add("token", &token);
    world.configure(CONFIG);
    (world, search)
}

/// The log of a run must be there and have its calls, or the search proves nothing.
#[track_caller]
fn is_traced(world: &World, call: &str) {
    let log = std::fs::read_to_string(world.folder().join("trace.log")).unwrap();
    assert!(log.contains(call), "the log never has {call}");
    assert!(log.contains("TRACE"), "the log has no traces");
}

#[test]
fn a_refused_password_is_not_repeated() {
    let (mut world, mut search) = world();
    let refused = "Wr1te;0nly+%<&>=? 0123456789";
    world.set("TF_VAR_write_only", refused);
    search.add("refused password", refused);

    let plan = world.plan();

    plan.fails_with(&["password_wo"]);
    search.look("error", &plan.text);
    search.look_below("folder", &world.folder());
    search.found_nothing();
}
