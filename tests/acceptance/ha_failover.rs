//! Databases and users of an HA group, whose source another member becomes.

use std::fs;

use serde_json::{Value, json};
use testkit::world::World;

const GROUP: &str = "rackspace_db_ha_group.shop";
const DATABASE: &str = "rackspace_db_database.orders";
const USER: &str = "rackspace_db_user.app";

/// A group with a database and a user on `source`, which is an expression.
fn group(more: &str, source: &str) -> String {
    let flavor = if more.contains("flavor") { "" } else { " flavor = \"2\"\n" };
    format!(
        "resource \"rackspace_db_ha_group\" \"shop\" {{\n name = \"shop\"\n volume_size = 5\n{flavor}{more}\n}}\n\
         resource \"rackspace_db_database\" \"orders\" {{\n instance_id = {source}\n name = \"orders\"\n}}\n\
         resource \"rackspace_db_user\" \"app\" {{\n instance_id = {source}\n name = \"app\"\n password = \"secret-1\"\n databases = [rackspace_db_database.orders.name]\n}}\n"
    )
}

const FOLLOWING: &str = "rackspace_db_ha_group.shop.source_instance_id";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn source(world: &World) -> String {
    let groups = world.cloud().ha_groups();
    groups[0].source_id.clone().unwrap()
}

/// The source fails, and a replica takes its place.
fn fail_over(world: &World) {
    let old = source(world);
    assert!(world.cloud().fail_over(&world.cloud().ha_groups()[0].id));
    while world.cloud().ha_groups()[0].state != "ACTIVE" {
        world.cloud().advance();
    }
    assert_ne!(source(world), old);
}

/// Whether the database and the user are on the source, and nowhere else is anything.
fn is_whole(world: &World) -> bool {
    let source = source(world);
    world.cloud().databases(&source).len() == 1 && world.cloud().users(&source).len() == 1
}

#[test]
fn what_is_in_a_group_follows_a_failover_and_nothing_is_sent_for_it() {
    let world = World::new();
    world.holds(&group("", FOLLOWING));
    let old = source(&world);
    assert_eq!(world.state(DATABASE)["id"], json!(format!("{old}/orders")));
    fail_over(&world);
    world.cloud().clear_requests();

    let update = || vec!["update".to_owned()];
    assert_eq!(world.changes(), [(DATABASE.to_owned(), update()), (USER.to_owned(), update())]);
    world.plan().says(&["A failover is followed", &old]);
    world.apply().succeeds();

    assert!(world.cloud().writes().is_empty(), "{:#?}", world.cloud().writes());
    let new = source(&world);
    assert_eq!(world.state(DATABASE)["id"], json!(format!("{new}/orders")));
    assert_eq!(world.state(USER)["id"], json!(format!("{new}/app@%")));
    assert_eq!(world.state(GROUP)["source_instance_id"], json!(new));
    world.plan().is_empty();
    assert!(is_whole(&world));
    world.destroy().succeeds();
    assert!(world.cloud().ha_groups().is_empty());
}

#[test]
fn a_user_is_changed_on_the_new_source_in_the_same_apply() {
    let world = World::new();
    world.holds(&group("", FOLLOWING));
    fail_over(&world);
    world.configure(&group("", FOLLOWING).replace("secret-1", "secret-2"));

    world.apply().succeeds();

    world.plan().is_empty();
    let users = world.cloud().users(&source(&world));
    assert_eq!((users.len(), users[0].password.as_str()), (1, "secret-2"));
}

#[test]
fn a_failover_that_ends_while_the_state_is_read_takes_nothing_from_it() {
    let world = World::new();
    world.holds(&group("", FOLLOWING));
    assert!(world.cloud().fail_over(&world.cloud().ha_groups()[0].id));

    world.terraform(&["apply", "-refresh-only", "-auto-approve", "-no-color"]).succeeds();

    for address in [DATABASE, USER] {
        assert!(world.state(address)["id"].is_string(), "{address}");
    }
    world.holds(&group("", FOLLOWING));
    assert!(is_whole(&world));
}

#[test]
fn what_is_in_a_group_is_kept_when_nobody_follows_and_is_dropped_on_the_new_source() {
    let world = World::new();
    world.holds(&group("", FOLLOWING));
    let old = source(&world);
    // Somebody has written the ID, and the group is another team's.
    world.configure(&group("", &format!("\"{old}\"")));
    world.plan().is_empty();
    fail_over(&world);

    world.plan().says(&["Another member is the source of the HA group", &source(&world)]);
    world.terraform(&["apply", "-refresh-only", "-auto-approve", "-no-color"]).succeeds();
    assert_eq!(text(&world.state(DATABASE)["instance_id"]), old, "it is not lost");

    let only_group = group("", FOLLOWING);
    let only_group = only_group.split("resource \"rackspace_db_database\"").next().unwrap();
    world.configure(only_group);
    world.apply().succeeds();
    assert!(world.cloud().databases(&source(&world)).is_empty());
    assert!(world.cloud().users(&source(&world)).is_empty());
}

#[test]
fn a_change_of_the_group_replaces_nothing_that_is_in_it() {
    let world = World::new();
    world.holds(&group("", FOLLOWING));
    let ids = || [DATABASE, USER].map(|it| world.state(it)["id"].clone());
    let before = ids();
    world.configure(&group(" flavor = \"3\"\n replica_count = 2", FOLLOWING));
    for (address, actions) in world.changes() {
        assert_eq!(actions, ["update"], "{address}");
    }

    world.apply().succeeds();

    assert_eq!(ids(), before);
    world.plan().is_empty();
    assert!(is_whole(&world));
}

#[test]
fn what_is_in_a_group_goes_with_it_when_it_is_replaced() {
    let world = World::new();
    world.holds(&group("", FOLLOWING));
    let renamed = group("", FOLLOWING).replace("name = \"shop\"", "name = \"store\"");
    let renamed = renamed.replace("flavor = \"2\"", "flavor = \"3\"");
    world.configure(&renamed);
    for (address, actions) in world.changes() {
        assert_eq!(actions, ["delete", "create"], "{address}");
    }

    world.apply().succeeds();

    world.plan().is_empty();
    assert_eq!(world.cloud().ha_groups().len(), 1);
    assert!(is_whole(&world));
}

#[test]
fn another_instance_replaces_what_is_in_a_group() {
    let world = World::new();
    world.holds(&group("", FOLLOWING));
    let other = world.cloud().add_instance("other", "2", 5);
    world.configure(&group("", &format!("\"{other}\"")));

    let replaced = || vec!["delete".to_owned(), "create".to_owned()];
    assert_eq!(world.changes(), [(DATABASE.to_owned(), replaced()), (USER.to_owned(), replaced())]);
}

#[test]
fn a_member_is_managed_through_its_group_alone() {
    let world = World::new();
    let id = world.cloud().add_ha_group("shop", "2", 5, 1);
    let group = world.cloud().ha_group(&id).unwrap();
    let source = group.source_id.unwrap();
    let instance = |more: &str| {
        format!(
            "resource \"rackspace_db_instance\" \"member\" {{\n name = \"shop-source\"\n flavor = \"2\"\n volume_size = 5\n{more}}}\n"
        )
    };
    world.configure(&instance(""));
    world
        .terraform(&["import", "-no-color", "rackspace_db_instance.member", &source])
        .fails_with(&["is a member of HA group", &id, "rackspace_db_ha_group"]);

    let database = |instance_id: &str| {
        format!(
            "resource \"rackspace_db_database\" \"orders\" {{\n instance_id = \"{instance_id}\"\n name = \"orders\"\n}}\n"
        )
    };
    world.configure(&database(&group.replica_ids[0]));
    world.plan().fails_with(&["The instance is a replica", "source_instance_id"]);
    world.holds(&database(&source));
    for (kind, more) in [("root_user", ""), ("backup", "name = \"nightly\"")] {
        let block = format!(
            "resource \"rackspace_db_{kind}\" \"it\" {{\n instance_id = \"{source}\"\n{more}\n}}\n"
        );
        world.configure(&format!("{}{block}", database(&source)));
        world.plan().fails_with(&["The instance is a member of an HA group", "by itself"]);
    }
}

#[test]
fn an_instance_that_has_become_a_member_is_neither_changed_nor_destroyed() {
    let world = World::new();
    let instance = |name: &str, size: u64| {
        format!(
            "resource \"rackspace_db_instance\" \"member\" {{\n name = \"{name}\"\n flavor = \"2\"\n volume_size = {size}\n}}\n"
        )
    };
    world.holds(&instance("shop", 5));
    let id = text(&world.state("rackspace_db_instance.member")["id"]);
    let group = world.cloud().add_ha_group("other", "2", 5, 1);
    let member = world.cloud().ha_group(&group).unwrap().source_id.unwrap();
    let file = world.folder().join("terraform.tfstate");
    let state = fs::read_to_string(&file).unwrap();
    fs::write(&file, state.replace(&id, &member).replace("\"shop\"", "\"other-source\"")).unwrap();

    let refused = ["The instance is a member of an HA group", "lifecycle", "terraform state rm"];
    world.configure(&instance("other-source", 5));
    world.plan().says(&refused);
    world.configure(&instance("other-source", 6));
    world.plan().fails_with(&refused);
    world.configure(&instance("other-source", 5));
    world.destroy().fails_with(&refused);
    world.configure(
        "removed {\n from = rackspace_db_instance.member\n lifecycle {\n destroy = false\n }\n}\n",
    );
    world.apply().succeeds();
    assert!(world.cloud().instance(&member).is_some());
}
