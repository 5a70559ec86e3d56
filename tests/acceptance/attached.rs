//! A provider that was started for a debugger lives through many runs of Terraform, and takes nothing from
//! one of them into the next.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Map, Value};
use testkit::provider::{self, REGISTRIES, SOURCE};
use testkit::world::{INSTANCE, World};

/// A process that Terraform is told to attach to.
struct Provider(Child);

impl Provider {
    /// Starts one, to which all later runs attach.
    fn of(world: &mut World) -> Self {
        let mut command = Command::new(provider::under_test().unwrap());
        command.arg("--debug").env_clear().stdout(Stdio::piped());
        let environment = world.command(&[]);
        let set = environment.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let mut child = command.envs(set).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let told = lines.filter_map(|line| {
            let (_, value) = line.split_once("TF_REATTACH_PROVIDERS='")?;
            serde_json::from_str::<Map<String, Value>>(value.trim_end_matches('\'')).ok()
        });
        let address = told.flat_map(Map::into_iter).map(|(_, address)| address).next().unwrap();
        let all: Map<String, Value> = REGISTRIES
            .map(|registry| (format!("{registry}/{SOURCE}"), address.clone()))
            .into_iter()
            .collect();
        world.set("TF_REATTACH_PROVIDERS", &Value::from(all).to_string());
        Self(child)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const INSIDE: &str = r#"
resource "rackspace_db_database" "shop" {
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}
resource "rackspace_db_user" "app" {
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  password    = "a-password"
}
resource "rackspace_db_backup" "first" {
  instance_id = rackspace_db_instance.main.id
  name        = "first"
}
resource "rackspace_db_configuration" "tuned" {
  name   = "tuned"
  values = { max_connections = "100" }
}
"#;

const HA_GROUP: &str = r#"
resource "rackspace_db_ha_group" "shop" {
  name        = "shop"
  flavor      = 2
  volume_size = 5
}
"#;

const ROOT: &str = r#"
resource "rackspace_db_root_user" "root" {
  instance_id = rackspace_db_instance.main.id
}
"#;

/// What the one run was about to drop the next one keeps.
#[test]
fn what_a_plan_has_dropped_is_kept_by_the_next_one() {
    let mut world = World::new();
    let _provider = Provider::of(&mut world);
    let all = format!("{INSTANCE}{INSIDE}{ROOT}");
    world.holds(&all);

    world.configure("");
    world.plan().says(&["6 to destroy"]);
    world.configure(INSTANCE);
    world.plan().says(&["5 to destroy"]);
    world.configure(&all);

    world.plan().is_empty().warns_of_nothing();
    // Root stays enabled.
    let rootless = all.replace(ROOT, "");
    world.holds(&rootless);
    world.holds(INSTANCE);
    world.holds(&rootless);
}

/// What the one run has managed is somebody else's for the next one.
#[test]
fn what_a_run_has_managed_is_anothers_when_it_left_the_state() {
    let mut world = World::new();
    let _provider = Provider::of(&mut world);
    world.holds(&format!("{INSTANCE}{INSIDE}{HA_GROUP}"));
    let id = world.state("rackspace_db_instance.main")["id"].as_str().unwrap().to_owned();
    let inside = INSIDE.replace("rackspace_db_instance.main.id", &format!("\"{id}\""));
    for kind in [
        "instance.main",
        "database.shop",
        "user.app",
        "backup.first",
        "configuration.tuned",
        "ha_group.shop",
    ] {
        world.terraform(&["state", "rm", &format!("rackspace_db_{kind}")]).succeeds();
    }
    world.configure(&format!("{INSTANCE}{inside}{HA_GROUP}"));

    world.plan().says(&[
        "There is a database instance named \"web\" already",
        &format!("Database {id}/shop exists already"),
        &format!("User {id}/app@% exists already"),
        "There is a backup named \"first\" already",
        "There is a configuration group named \"tuned\" already",
        "There is a high-availability group named \"shop\" already",
    ]);
}

/// What the one run has seen the next one looks at again.
#[test]
fn what_a_run_has_seen_is_looked_at_by_the_next_one() {
    let mut world = World::new();
    let source = world.cloud().add_instance("main", "2", 10);
    let replica = format!(
        "resource \"rackspace_db_instance\" \"copy\" {{\n name = \"copy\"\n flavor = 2\n volume_size = 10\n replica_of = \"{source}\"\n}}\n"
    );
    let _provider = Provider::of(&mut world);
    world.configure(&replica);
    let other = world.cloud().add_instance("other", "2", 10);
    world.cloud().set_source(&source, Some(&other));
    world.plan().fails_with(&["replica"]);
    world.cloud().set_source(&source, None);
    world.cloud().clear_requests();

    let plan = world.plan();

    plan.warns_of_nothing();
    assert!(
        world.cloud().requests().iter().any(|it| it.path.ends_with(&source)),
        "it was not looked at"
    );
}
