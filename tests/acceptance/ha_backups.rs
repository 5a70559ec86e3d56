//! Schedules of the backups of high-availability groups.

use std::time::Duration;

use clouddb_sim::{Fault, ScheduleSnapshot};
use serde_json::{Value, json};
use testkit::feature::Feature;
use testkit::world::World;

const SCHEDULE: &str = "rackspace_db_backup_schedule.daily";
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

    world.holds(&of_group(&group));

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
