//! Another `datastore.version` of a high-availability group upgrades its members in place.

use clouddb_sim::{End, Fault, Occasion};
use serde_json::json;
use testkit::world::World;

const GROUP: &str = "rackspace_db_ha_group.shop";
const ACTION: &str = "/ha/*/action";

/// A group of this version of MySQL, with more arguments and a database.
fn group(version: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_ha_group\" \"shop\" {{\n  name = \"shop\"\n  flavor = \"2\"\n  volume_size = 5\n  datastore = {{ type = \"mysql\", version = \"{version}\" }}\n  {more}\n}}\n\
         resource \"rackspace_db_database\" \"orders\" {{\n  instance_id = rackspace_db_ha_group.shop.source_instance_id\n  name = \"orders\"\n}}\n"
    )
}

/// A configuration group for that version.
fn settings(version: &str) -> String {
    let label = version.replace('.', "_");
    format!(
        "resource \"rackspace_db_configuration\" \"for_{label}\" {{\n  name = \"for {version}\"\n  datastore = {{ type = \"mysql\", version = \"{version}\" }}\n  values = {{ max_connections = 200 }}\n}}\n"
    )
}

fn id(world: &World) -> String {
    world.state(GROUP)["id"].as_str().unwrap().to_owned()
}

fn version(world: &World) -> String {
    world.cloud().ha_group(&id(world)).unwrap().datastore_version
}

#[test]
fn a_group_is_upgraded_in_place_with_what_is_in_it() {
    let world = World::new();
    world.holds(&group("5.7", ""));
    let (id, database) = (id(&world), world.state("rackspace_db_database.orders")["id"].clone());
    world.configure(&group("8.0", ""));
    world.plan().says(&[
        "The HA group will be upgraded in place",
        "are upgraded from mysql 5.7 to mysql 8.0",
        "Nothing takes that back",
        "0 to destroy",
    ]);
    world.cloud().clear_requests();

    world.holds(&group("8.0", ""));

    let sent: Vec<_> = world.cloud().writes().into_iter().map(|it| it.body).collect();
    let to = json!({ "datastore_type": "mysql", "datastore_version": "8.0" });
    assert_eq!(sent, [json!({ "upgrade": to })]);
    let state = world.state(GROUP);
    assert_eq!((&state["id"], &state["datastore"]["version"]), (&json!(id), &json!("8.0")));
    assert_eq!(world.state("rackspace_db_database.orders")["id"], database);
    let source = state["source_instance_id"].as_str().unwrap();
    assert_eq!(world.cloud().databases(source)[0].name, "orders");
}

#[test]
fn what_the_service_does_not_offer_is_an_error_of_the_plan() {
    let world = World::new();
    world.holds(&group("8.0", ""));
    world.configure(&group("5.7", ""));
    world.plan().fails_with(&[
        "The service does not offer this upgrade",
        "runs mysql 8.0, and the configuration asks for mysql 5.7",
        "offers no upgrade of it",
        "version = \"8.0\"",
    ]);
}

#[test]
fn settings_for_the_new_version_take_the_place_of_the_old_ones_in_the_same_apply() {
    let world = World::new();
    let tuned = |of: &str, group_version: &str| {
        let more = format!("configuration_id = rackspace_db_configuration.for_{of}.id");
        settings("5.7") + &settings("8.0") + &group(group_version, &more)
    };
    world.holds(&tuned("5_7", "5.7"));
    world.configure(&tuned("5_7", "8.0"));
    world.plan().fails_with(&[
        "The configuration group is for another datastore",
        "is for mysql 5.7, and the HA group is to run mysql 8.0",
        "for 8.0",
    ]);

    world.holds(&tuned("8_0", "8.0"));

    let wanted = world.state("rackspace_db_configuration.for_8_0")["id"].clone();
    let has = world.cloud().ha_group(&id(&world)).unwrap();
    assert_eq!(json!(has.configuration_id), wanted);
    assert_eq!((has.datastore_version.as_str(), has.state.as_str()), ("8.0", "ACTIVE"));
}

#[test]
fn a_group_that_was_upgraded_outside_stays_as_it_is_and_can_be_destroyed() {
    let world = World::new();
    world.holds(&group("5.7", ""));
    world.cloud().set_ha_datastore(&id(&world), "mysql", "8.0");

    world.plan().says(&["The version was changed outside Terraform", "Write `version = \"8.0\"`"]);
    world.apply().succeeds();

    assert_eq!(version(&world), "8.0");
    world.holds(&group("8.0", ""));
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn an_upgrade_that_does_not_happen_is_an_error_and_is_made_up_for() {
    let world = World::new();
    world.holds(&group("5.7", ""));
    world.configure(&group("8.0", ""));
    world.cloud().next(Occasion::HaUpgrade, End::Undone);

    world.apply().fails_with(&["Unable to upgrade HA group", "it runs mysql 5.7, not mysql 8.0"]);

    assert_eq!(world.state(GROUP)["datastore"]["version"], json!("5.7"));
    world.holds(&group("8.0", ""));
    assert_eq!((version(&world).as_str(), world.cloud().count("POST", ACTION)), ("8.0", 2));
}

#[test]
fn an_upgrade_whose_reply_is_lost_is_not_sent_twice() {
    let world = World::new();
    world.holds(&group("5.7", ""));
    world.cloud().inject(Fault::on("POST", ACTION).drop_connection().after_effect());

    world.holds(&group("8.0", ""));

    assert_eq!((version(&world).as_str(), world.cloud().count("POST", ACTION)), ("8.0", 1));
}
