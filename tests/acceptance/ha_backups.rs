//! Backups of high-availability groups, and their schedules.

use std::time::Duration;

use clouddb_sim::{Fault, ScheduleSnapshot};
use serde_json::{Value, json};
use testkit::feature::Feature;
use testkit::world::World;

const SCHEDULE: &str = "rackspace_db_backup_schedule.daily";
const BACKUP: &str = "rackspace_db_backup.nightly";
const MAKE: &str = "/schedules";
const DAY: Duration = Duration::from_hours(24);
const GROUP: &str = "resource \"rackspace_db_ha_group\" \"shop\" {\n name = \"shop\"\n flavor = \"2\"\n volume_size = 5\n}\n";

/// A schedule of what this argument names.
fn schedule(label: &str, source: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_backup_schedule\" \"{label}\" {{\n {source}\n day_of_week = \"sunday\"\n hour = 3\n minute = 30\n{more}\n}}\n"
    )
}

fn of_group(id: &str) -> String {
    schedule("daily", &format!("ha_group_id = \"{id}\""), "")
}

/// A world with a group of somebody else, and its ID.
fn with_group() -> (World, String) {
    let world = World::new();
    let group = world.cloud().add_ha_group("shop", "2", 5, 1);
    (world, group)
}

/// The only schedule that there is.
fn only(world: &World) -> ScheduleSnapshot {
    let [only] = <[_; 1]>::try_from(world.cloud().schedules()).unwrap();
    only
}

#[test]
fn a_group_is_backed_up_by_its_schedule() {
    let world = World::new();
    let hcl = |more: &str| {
        let source = "ha_group_id = rackspace_db_ha_group.shop.id";
        GROUP.to_owned() + &schedule("daily", source, more)
    };
    world.holds(&hcl(""));
    let made = only(&world);
    let state = world.state(SCHEDULE);
    assert_eq!(
        (&state["instance_id"], &state["ha_group_id"]),
        (&Value::Null, &json!(made.source_id))
    );
    assert_eq!((made.source_type.as_str(), &state["region"]), ("ha", &json!("DFW")));
    world.cloud().clear_requests();

    world.holds(&hcl(" full_backup_retention = 4"));
    assert_eq!((only(&world).id, only(&world).full_backup_retention), (made.id, 4));
    assert_eq!(world.cloud().writes().len(), 1, "it changes in place");

    world.cloud().pass(DAY);
    world.cloud().advance();
    world.cloud().advance();
    world.plan().is_empty();
    let backups = world.cloud().backups();
    assert!(backups.len() == 1 && backups[0].ha_id == Some(made.source_id), "{backups:?}");
    world.destroy().succeeds();
    assert!(world.cloud().schedules().is_empty());
    assert_eq!(world.cloud().backups().len(), 1);
}

#[test]
fn exactly_one_source_is_given() {
    let (world, group) = with_group();
    let both = format!("instance_id = \"{group}\"\n ha_group_id = \"{group}\"");
    for (source, said) in [(both.as_str(), "both are given"), ("", "none is given")] {
        world.configure(&schedule("daily", source, ""));
        world
            .terraform(&["validate", "-no-color"])
            .fails_with(&["Exactly one of `instance_id` and `ha_group_id`", said]);
    }
    // What is not known yet may still turn out to be null, and then it is an error of the apply.
    let unknown = "resource \"terraform_data\" \"it\" {\n input = \"no\"\n}\n".to_owned()
        + &schedule(
            "daily",
            "ha_group_id = terraform_data.it.output == \"no\" ? null : terraform_data.it.output",
            "",
        );
    world.configure(&unknown);
    world.terraform(&["validate", "-no-color"]).succeeds();
    world.plan().succeeds();
    world.apply().fails_with(&["Exactly one of `instance_id` and `ha_group_id`"]);
    assert_eq!(world.cloud().count("POST", MAKE), 0);
}

#[test]
fn another_source_replaces_the_schedule() {
    let (world, group) = with_group();
    let instance = world.cloud().add_instance("web", "2", 2);
    world.holds(&schedule("daily", &format!("instance_id = \"{instance}\""), ""));
    let first = only(&world).id;

    world.configure(&of_group(&group));
    world.plan().says(&["must be replaced", "forces replacement"]);
    world.holds(&of_group(&group));

    let now = only(&world);
    assert_eq!((now.source_id.as_str(), now.source_type.as_str()), (group.as_str(), "ha"));
    assert_ne!(now.id, first);
    world.holds(&schedule("daily", &format!("instance_id = \"{instance}\""), ""));
    assert_eq!(only(&world).source_id, instance);
    assert_eq!(world.state(SCHEDULE)["ha_group_id"], Value::Null);
}

#[test]
fn a_second_schedule_of_a_group_is_refused_by_the_plan_which_names_the_first() {
    let (world, group) = with_group();
    let first = of_group(&group);
    world.holds(&first);
    let id = only(&world).id;
    let second = schedule("second", &format!("ha_group_id = \"{group}\""), "");

    world.configure(&(first.clone() + &second));
    world.plan().fails_with(&[
        "The HA group has a backup schedule already",
        &id,
        "an HA group can have only one",
        "this plan keeps it. Remove one of the two blocks",
    ]);

    world.configure(&first);
    world.terraform(&["state", "rm", SCHEDULE]).succeeds();
    world.plan().fails_with(&[
        "The HA group has a backup schedule already",
        &format!("terraform import ADDRESS '{id}'"),
    ]);
    world.terraform(&["import", "-no-color", SCHEDULE, &id]).succeeds();
    world.plan().is_empty();
    assert_eq!(world.state(SCHEDULE)["ha_group_id"], json!(group));
}

#[test]
fn a_schedule_of_a_group_is_made_once_whatever_becomes_of_the_reply() {
    let (world, group) = with_group();
    world.configure(&of_group(&group));
    world.cloud().inject(Fault::on("POST", MAKE).status(504).after_effect());
    world.apply().succeeds().says(&["was found, not returned", &only(&world).id]);
    assert_eq!(world.cloud().count("POST", MAKE), 1);
    world.plan().is_empty();
    world.destroy().succeeds();
    world.cloud().clear_requests();

    // The looks of the plans and the one before the creation come first, and the one after it fails.
    world.configure(&schedule(
        "daily",
        &format!("ha_group_id = \"{group}\""),
        " timeouts {\n create = \"4s\"\n }",
    ));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().inject(Fault::on("POST", MAKE).status(504).after_effect());
    world.cloud().inject(Fault::on("GET", MAKE).skip(2).status(500).always());
    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);
    world.cloud().clear_faults();

    apply.fails_with(&[&group]);
    assert_eq!(world.cloud().count("POST", MAKE), 1);
    world.plan().fails_with(&[&format!("terraform import ADDRESS '{}'", only(&world).id)]);
}

#[test]
fn a_schedule_follows_its_group_to_another_region() {
    let world = World::new();
    let group = world.cloud().add_ha_group_in("ORD", "shop", "2", 5, 1);

    world.configure(&of_group(&group));
    world.apply().succeeds();
    world.plan().is_empty();

    assert_eq!(
        (only(&world).region.as_str(), &world.state(SCHEDULE)["region"]),
        ("ORD", &json!("ORD"))
    );
    let wrong = schedule("daily", &format!("ha_group_id = \"{group}\"\n region = \"DFW\""), "");
    world.configure(&wrong);
    world
        .plan()
        .fails_with(&["Another region than that of the HA group", "its HA group is in ORD"]);
}

#[test]
fn schedules_of_groups_are_found_by_a_query() {
    let (world, group) = with_group();
    if !world.knows(Feature::Query) {
        return;
    }
    let other = world.cloud().add_instance("other", "2", 2);
    world.cloud().add_schedule(&other, 3, 30);
    world.holds(&of_group(&group));
    let id = only_of(&world, &group);
    world.terraform(&["state", "rm", SCHEDULE]).succeeds();
    let query = format!(
        "list \"rackspace_db_backup_schedule\" \"one\" {{\n provider = rackspace\n config {{\n  ha_group_id = \"{group}\"\n }}\n}}\n"
    );
    world.write("all.tfquery.hcl", &query);
    world.configure("");

    world.terraform(&["query", "-no-color", "-generate-config-out=found.tf"]).succeeds();

    let found = std::fs::read_to_string(world.folder().join("found.tf")).unwrap();
    assert!(found.contains(&id) && found.contains(&group), "{found}");
    world.plan().says(&["1 to import, 0 to add, 0 to change"]);
}

fn only_of(world: &World, group: &str) -> String {
    let mut all = world.cloud().schedules().into_iter();
    all.find(|it| it.source_id == group).unwrap().id
}

/// A backup of what this argument names.
fn backup(label: &str, source: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_backup\" \"{label}\" {{\n {source}\n name = \"{label}\"\n{more}\n}}\n"
    )
}

fn backup_of(group: &str) -> String {
    backup("nightly", &format!("source_ha_group_id = \"{group}\""), "")
}

#[test]
fn a_group_is_backed_up_and_restored_into_an_instance() {
    let world = World::new();
    let of_shop = "source_ha_group_id = rackspace_db_ha_group.shop.id";
    let hcl = GROUP.to_owned()
        + &backup("nightly", of_shop, " description = \"all\"")
        + &backup("later", of_shop, " parent_id = rackspace_db_backup.nightly.id")
        + "resource \"rackspace_db_instance\" \"restored\" {\n name = \"restored\"\n flavor = \"2\"\n volume_size = 5\n restore_from_backup_id = rackspace_db_backup.later.id\n}\n";
    world.holds(&hcl);

    let group = world.cloud().ha_groups()[0].id.clone();
    let state = world.state(BACKUP);
    assert_eq!(
        (&state["instance_id"], &state["source_ha_group_id"]),
        (&Value::Null, &json!(group))
    );
    assert_eq!(state["source"], json!({ "type": "ha", "id": group }));
    assert_eq!((&state["status"], &state["region"]), (&json!("COMPLETED"), &json!("DFW")));
    let backups = world.cloud().backups();
    assert!(backups.iter().all(|it| it.ha_id.as_ref() == Some(&group)), "{backups:?}");
    assert_eq!(world.state("rackspace_db_backup.later")["parent_id"], state["id"]);
    world.destroy().succeeds().says(&["The last backup of HA group"]);
    assert!(world.cloud().backups().is_empty());
}

#[test]
fn a_backup_is_of_exactly_one_source_and_another_one_replaces_it() {
    let (world, group) = with_group();
    let instance = world.cloud().add_instance("web", "2", 2);
    let of_instance = format!("instance_id = \"{instance}\"");
    let both = format!("{of_instance}\n source_ha_group_id = \"{group}\"");
    for (source, said) in [(both.as_str(), "both are given"), ("", "none is given")] {
        world.configure(&backup("nightly", source, ""));
        world
            .terraform(&["validate", "-no-color"])
            .fails_with(&["Exactly one of `instance_id` and `source_ha_group_id`", said]);
    }
    world.holds(&backup("nightly", &of_instance, ""));
    world.configure(&backup_of(&group));
    world.plan().says(&["must be replaced"]);
    world.holds(&backup_of(&group));
    let [now] = <[_; 1]>::try_from(world.cloud().backups()).unwrap();
    assert_eq!(now.ha_id, Some(group));
}

#[test]
fn a_backup_of_a_group_is_made_once_whatever_becomes_of_the_reply() {
    let (world, group) = with_group();
    world.configure(&backup_of(&group));
    world.cloud().inject(Fault::on("POST", "/backups").status(504).after_effect());

    let apply = world.apply();

    let id = world.cloud().backups()[0].id.clone();
    apply.succeeds().says(&["was found, not returned", &id]);
    assert_eq!(world.cloud().count("POST", "/backups"), 1);
    world.plan().is_empty();

    world.terraform(&["state", "rm", BACKUP]).succeeds();
    world.plan().says(&["There is a backup named \"nightly\" already", &id]);
    world.terraform(&["import", "-no-color", BACKUP, &id]).succeeds();
    world.plan().is_empty();
}

#[test]
fn what_a_group_is_not_backed_up_in_is_an_error_of_the_plan() {
    let (world, group) = with_group();
    let other = world.cloud().add_instance("web", "2", 2);
    let foreign = world.cloud().add_backup(&other, "foreign");
    let source = format!("source_ha_group_id = \"{group}\"");
    world.configure(&backup("nightly", &source, &format!(" parent_id = \"{foreign}\"")));
    world
        .plan()
        .fails_with(&["Parent of another HA group", &format!("is one of instance {other}")]);

    world.cloud().set_status(&group, "ERROR");
    world.configure(&backup_of(&group));
    world.plan().fails_with(&["The HA group takes no backup", "is ERROR"]);
    assert_eq!(world.cloud().count("POST", "/backups"), 0);
}

#[test]
fn a_backup_of_a_group_that_is_gone_stays() {
    let world = World::new();
    let hcl = GROUP.to_owned()
        + &backup("nightly", "source_ha_group_id = rackspace_db_ha_group.shop.id", "");
    world.holds(&hcl);
    let old = world.cloud().ha_groups()[0].id.clone();
    world.cloud().remove_ha_group(&old);

    world.apply().succeeds().says(&["Backup \"nightly\"", "stays", "It holds HA group"]);

    assert_eq!(world.state(BACKUP)["source_ha_group_id"], json!(old));
    assert_eq!(world.cloud().backups().len(), 1);
    world.configure(&hcl.replace("name = \"nightly\"", "name = \"weekly\""));
    world.plan().fails_with(&["cannot be made again", "of that HA group"]);
}

#[test]
fn backups_are_listed_by_their_group() {
    let (world, group) = with_group();
    let instance = world.cloud().add_instance("web", "2", 2);
    world.cloud().add_backup(&instance, "other");
    world.holds(&(backup_of(&group)
        + &format!("data \"rackspace_db_backups\" \"all\" {{\n source_ha_group_id = \"{group}\"\n depends_on = [{BACKUP}]\n}}\n")));

    let listed = world.state("data.rackspace_db_backups.all")["backups"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["source"]["id"], json!(group));
}

#[test]
fn the_latest_backup_of_a_group_is_found_by_the_group() {
    let (world, group) = with_group();
    let instance = world.cloud().add_instance("web", "2", 2);
    let theirs = world.cloud().add_ha_backup(&group, "theirs");
    world.cloud().add_backup(&instance, "later, of an instance");
    let latest = |of: &str| {
        format!("data \"rackspace_db_backup\" \"it\" {{\n source_ha_group_id = \"{of}\"\n}}\n")
    };

    world.holds(&latest(&group));

    let found = world.state("data.rackspace_db_backup.it");
    assert_eq!((&found["id"], &found["instance_id"]), (&json!(theirs), &Value::Null));
    let empty = world.cloud().add_ha_group("empty", "2", 5, 1);
    world.configure(&latest(&empty));
    let none = format!("no complete backup of HA group \"{empty}\"");
    world.plan().fails_with(&["No such backup", &none]);
}
