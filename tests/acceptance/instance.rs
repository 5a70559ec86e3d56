//! `rackspace_db_instance`.

use clouddb_sim::{Clock, Options, Release};
use serde_json::json;
use testkit::world::World;

const ADDRESS: &str = "rackspace_db_instance.main";

fn instance(body: &str) -> String {
    format!("resource \"rackspace_db_instance\" \"main\" {{\n{body}\n}}\n")
}

/// An instance named `web` with 1 GB of memory and 10 GB of disk.
const WEB: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = "1GB Instance"
  volume_size = 10
}
"#;

/// Bodies of the actions that the API was asked for.
fn actions(world: &World) -> Vec<serde_json::Value> {
    let writes = world.cloud().writes();
    let actions = writes.iter().filter(|request| request.path.ends_with("/action"));
    actions.map(|request| request.body.clone()).collect()
}

#[test]
fn the_same_flavor_in_another_spelling_is_no_change() {
    let world = World::new();
    world.holds(WEB);

    for spelling in ["2", "1024", "\"1gb instance\""] {
        world.configure(&instance(&format!(
            "name = \"web\"\n flavor = {spelling}\n volume_size = 10"
        )));
        world.plan().is_empty();
    }
}

#[test]
fn a_flavor_change_is_a_resize_in_place() {
    let world = World::new();
    world.holds(WEB);
    let before = world.state(ADDRESS);
    world.cloud().clear_requests();

    world.configure(&instance("name = \"web\"\n flavor = \"4GB Instance\"\n volume_size = 10"));
    world.plan().says(&["~ update in-place", "0 to add, 1 to change, 0 to destroy"]);
    world.apply().succeeds();

    let after = world.state(ADDRESS);
    assert_eq!(after["id"], before["id"]);
    assert_eq!((&after["flavor_id"], &after["flavor_ram"]), (&json!("4"), &json!(4096)));
    assert_eq!(actions(&world).len(), 1, "{:?}", actions(&world));
}

#[test]
fn flavor_and_volume_change_in_one_apply_by_two_actions() {
    let world = World::new();
    world.holds(WEB);
    world.cloud().clear_requests();

    world.holds(&instance("name = \"web\"\n flavor = 3\n volume_size = 40"));

    let instance = &world.cloud().instances()[0];
    assert_eq!((instance.flavor_id.as_str(), instance.volume), ("3", 40));
    assert_eq!(actions(&world).len(), 2, "{:?}", actions(&world));
}

#[test]
fn a_smaller_volume_fails_the_plan_and_sends_nothing() {
    let world = World::new();
    world.holds(WEB);
    world.cloud().clear_requests();

    world.configure(&instance("name = \"web\"\n flavor = \"1GB Instance\"\n volume_size = 5"));
    let plan = world.plan();
    let apply = world.apply();

    plan.fails_with(&["A volume cannot become smaller", "10 GB", "5 GB", "volume_size = 5"]);
    apply.fails_with(&["A volume cannot become smaller"]);
    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
}

#[test]
fn an_unknown_flavor_fails_the_plan_on_the_attribute_and_lists_what_exists() {
    let world = World::new();

    world.configure(&instance("name = \"web\"\n flavor = \"3GB Instance\"\n volume_size = 10"));
    let plan = world.plan();

    plan.fails_with(&[
        "Unknown flavor",
        "on main.tf line",
        "flavor = \"3GB Instance\"",
        "\"512MB Instance\" (512 MB)",
        "\"64GB Instance\" (65536 MB)",
    ]);
    assert!(world.cloud().writes().is_empty());
}

#[test]
fn a_create_that_times_out_is_kept_as_tainted_with_its_id_and_status() {
    let world = World::with(Options { clock: Clock::Explicit, ..Options::default() });
    world.configure(&instance(
        "name = \"web\"\n flavor = 2\n volume_size = 10\n timeouts {\n create = \"300ms\"\n delete = \"300ms\"\n }",
    ));

    let apply = world.apply();

    let id = world.cloud().instances()[0].id.clone();
    apply.fails_with(&["did not become ready", &id, "BUILD"]);
    assert_eq!(world.state(ADDRESS)["id"], id.as_str());
    assert!(world.is_tainted(ADDRESS));
    assert_eq!(world.cloud().instances().len(), 1);
}

#[test]
fn an_instance_that_ends_in_error_is_kept_and_can_be_destroyed() {
    let world = World::new();
    world.cloud().next_instance_ends_in("ERROR");
    world.configure(WEB);

    let apply = world.apply();

    apply.fails_with(&["did not become ready", "ERROR", "terraform destroy"]);
    assert!(world.is_tainted(ADDRESS));
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_restore_brings_back_databases_users_and_passwords() {
    let world = World::new();
    let source = world.cloud().add_instance("source", "2", 10);
    world.cloud().add_database(&source, "shop");
    world.cloud().add_user(&source, "app", "%", "s3cret", &["shop"]);
    let backup = world.cloud().add_backup(&source, "nightly");
    let restored = |more: &str| {
        instance(&format!("name = \"restored\"\n flavor = 2\n volume_size = 10\n{more}"))
    };

    world.holds(&restored(&format!("restore_from_backup_id = \"{backup}\"")));
    world.configure(&restored(""));

    world.plan().is_empty();
    let id = world.state(ADDRESS)["id"].as_str().unwrap().to_owned();
    let users = world.cloud().users(&id);
    assert_eq!(users[0].password, "s3cret");
    assert_eq!(users[0].databases, ["shop"]);
    let create = world.cloud().writes().into_iter().find(|it| it.path.ends_with("/instances"));
    let datastore = &create.unwrap().body["instance"]["datastore"];
    assert!(datastore["type"].is_string() && datastore["version"].is_string(), "{datastore}");
}

#[test]
fn a_backup_that_cannot_be_restored_fails_the_plan() {
    let world = World::new();
    let restored = |id: &str| {
        instance(&format!(
            "name = \"r\"\n flavor = 2\n volume_size = 10\n restore_from_backup_id = \"{id}\""
        ))
    };

    world.configure(&restored("61f12fef-edb1-4561-8122-e7c00ef26a82"));

    world.plan().fails_with(&["Unknown backup", "rackspace_db_backups"]);
}

#[test]
fn a_datastore_in_other_letters_is_no_replacement() {
    let world = World::new();
    let with = |kind: &str| {
        instance(&format!(
            "name = \"web\"\n flavor = 2\n volume_size = 10\n datastore = {{ type = \"{kind}\" }}"
        ))
    };
    world.holds(&with("MySQL"));

    world.configure(&with("mysql"));

    world.plan().is_empty();
}

#[test]
fn a_replica_is_detached_in_place() {
    for release in [Release::Older, Release::Newer] {
        replicated_and_detached(&World::with(Options { release, ..Options::default() }));
    }
}

fn replicated_and_detached(world: &World) {
    let source = world.cloud().add_instance("source", "2", 10);
    let replica = |more: &str| {
        instance(&format!("name = \"replica\"\n flavor = 2\n volume_size = 10\n{more}"))
    };
    world.holds(&replica(&format!("replica_of = \"{source}\"")));
    let before = world.state(ADDRESS)["id"].clone();

    world.holds(&replica(""));

    assert_eq!(world.state(ADDRESS)["id"], before);
}
