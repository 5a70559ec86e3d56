//! A state of version 0.1.0 knows neither region nor account, and learns them.

use clouddb_sim::Fault;
use testkit::estate::{self, Block, Objects};
use testkit::world::World;

use super::{MAIN, REFRESH, inhabited};

const SHOP: &str = "rackspace_db_database.shop";
const APP: &str = "rackspace_db_user.app";

const CONFIGURATION: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
resource "rackspace_db_database" "shop" {
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}
resource "rackspace_db_user" "app" {
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  password    = "correct-horse-battery"
}
"#;

/// A world with an old state of objects in DFW, and a provider that points there.
fn old() -> (World, String) {
    let world = World::new();
    let cloud = world.cloud();
    let (id, instance) = estate::instance(cloud, "web");
    let database = estate::database(cloud, &id, "shop");
    let user = estate::user(cloud, &id, "app", "shop");
    let state = [
        ("rackspace_db_instance", "main", instance),
        ("rackspace_db_database", "shop", database),
        ("rackspace_db_user", "app", user),
    ]
    .map(|(kind, name, it)| Block { module: None, kind, name, objects: Objects::One(it) });
    world.write("terraform.tfstate", &estate::state(&state).to_string());
    world.configure(CONFIGURATION);
    (world, id)
}

fn knows(world: &World, region: &str) -> bool {
    [MAIN, SHOP, APP].iter().all(|address| world.state(address)["region"] == region)
}

#[test]
fn an_old_state_learns_region_and_account_without_a_change_in_the_plan() {
    for region in ["DFW", "LON"] {
        let (mut world, _) = old();
        world.set("RAX_REGION", region);

        world.plan().is_empty();
        world.apply().succeeds().says(&["0 added, 0 changed, 0 destroyed"]);

        assert!(knows(&world, "DFW"), "{region}");
        let state = std::fs::read_to_string(world.folder().join("terraform.tfstate")).unwrap();
        let state: serde_json::Value = serde_json::from_str(&state).unwrap();
        let resources = state["resources"].as_array().unwrap();
        assert!(resources.iter().all(|it| !it["instances"][0]["private"].is_null()), "{state:#}");
    }
}

#[test]
fn what_an_old_state_has_is_gone_only_if_no_region_has_it() {
    let (mut world, id) = old();
    world.set("RAX_REGION", "LON");
    // The first look is into the region of the provider, the second into another.
    world.cloud().inject(Fault::on("GET", "/instances/*").skip(1).status(403).always());
    world.terraform(&REFRESH).fails_with(&["Unable to read instance \"web\"", "403"]);
    assert!(!world.state(MAIN).is_null());
    world.cloud().clear_faults();

    world.cloud().remove_instance(&id);
    world.terraform(&REFRESH).succeeds();

    assert!([MAIN, SHOP, APP].iter().all(|address| world.state(address).is_null()));
}

#[test]
fn an_old_state_that_was_never_read_is_destroyed_where_it_lives() {
    let (mut world, _) = old();
    world.set("RAX_REGION", "LON");

    let destroy = ["destroy", "-refresh=false", "-no-color", "-input=false", "-auto-approve"];
    world.terraform(&destroy).succeeds();

    assert_eq!(inhabited(world.cloud()), [""; 0]);
}

#[test]
fn a_region_that_the_account_has_no_more_ends_the_run_and_keeps_the_state() {
    let (mut world, _) = old();
    world.terraform(&REFRESH).succeeds();
    world.set("RAX_REGION", "LON");
    world.cloud().list_regions(&["ORD", "LON"]);

    world.plan().fails_with(&[
        "Unable to read instance \"web\"",
        "is DFW. The account has no Cloud Databases in it any more, only in: LON, ORD",
    ]);

    assert!(knows(&world, "DFW"));
}

/// A provider may serve only those who name their region.
#[test]
fn a_provider_without_a_region_still_finds_what_is_there() {
    let (mut world, _) = old();
    world.set("RAX_REGION", "");
    world.cloud().set_default_region("");

    world.plan().is_empty();
    world.terraform(&REFRESH).succeeds();

    assert!(knows(&world, "DFW"));
}
