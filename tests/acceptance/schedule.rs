//! Schedules of automated backups.

use std::time::Duration;

use clouddb_sim::{Fault, ScheduleSnapshot};
use serde_json::{Value, json};
use testkit::feature::Feature;
use testkit::world::World;

const SCHEDULE: &str = "rackspace_db_backup_schedule.daily";
const MAKE: &str = "/schedules";
const ONE: &str = "/schedules/*";
const DAY: Duration = Duration::from_hours(24);

fn schedule(label: &str, instance_id: &str, more: &str) -> String {
    let day = if more.contains("day_of_week") { "" } else { " day_of_week = \"sunday\"\n" };
    let hour = if more.contains("hour") { "" } else { " hour = 3\n" };
    format!(
        "resource \"rackspace_db_backup_schedule\" \"{label}\" {{\n instance_id = \"{instance_id}\"\n{day}{hour} minute = 30\n{more}\n}}\n"
    )
}

/// A world with an instance of somebody else, and its ID.
fn with_instance() -> (World, String) {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 2);
    (world, instance)
}

/// The only schedule that there is.
fn only(world: &World) -> ScheduleSnapshot {
    let [only] = <[_; 1]>::try_from(world.cloud().schedules()).unwrap();
    only
}

#[test]
fn day_time_and_retention_change_in_place() {
    let (world, instance) = with_instance();
    world.holds(&schedule("daily", &instance, ""));
    let id = world.state(SCHEDULE)["id"].clone();
    let made = only(&world);
    assert_eq!((made.day_of_week, made.hour, made.full_backup_retention), (0, 3, 2));
    world.cloud().clear_requests();

    let changed = schedule(
        "daily",
        &instance,
        " day_of_week = \"daily\"\n hour = 0\n full_backup_retention = 5",
    );
    world.holds(&changed);

    let now = only(&world);
    assert_eq!((now.day_of_week, now.hour, now.full_backup_retention), (7, 0, 5));
    assert_eq!(world.cloud().writes().len(), 1, "one request changes all");
    let state = world.state(SCHEDULE);
    assert_eq!((&state["id"], &state["next_run"]), (&id, &json!(now.next_run)));
    world.destroy().succeeds();
    assert!(world.cloud().schedules().is_empty());
}

#[test]
fn another_spelling_of_a_day_or_a_region_is_no_change() {
    let (world, instance) = with_instance();
    let with = |day: &str, regions: &str| {
        schedule("daily", &instance, &format!(" day_of_week = {day}\n copy_to = {regions}"))
    };
    world.holds(&with("\"saturday\"", "[\"ORD\", \"IAD\"]"));

    for same in ["6", "\"6\"", "\"Saturday\""] {
        world.configure(&with(same, "[\"iad\", \"ord\"]"));
        world.plan().is_empty();
    }
    world.configure(&with("7", "[\"ORD\", \"IAD\"]"));
    assert_eq!(world.changes().len(), 1);
}

#[test]
fn other_regions_to_copy_to_replace_the_schedule_and_its_backups_stay() {
    let (world, instance) = with_instance();
    world.holds(&schedule("daily", &instance, " copy_to = [\"ORD\"]"));
    world.cloud().pass(DAY);
    let first = only(&world).id;
    world.configure(&schedule("daily", &instance, " copy_to = [\"IAD\"]"));
    world.plan().says(&["must be replaced", "forces replacement"]);

    let apply = world.apply();
    apply.succeeds();

    assert!(!apply.text.contains("already"), "nothing is in its way: {}", apply.text);
    let now = only(&world);
    assert_eq!(now.copy_to, ["IAD"]);
    assert_ne!(now.id, first);
    assert!(!world.cloud().backups().is_empty());
    world.plan().is_empty();
    // Nothing to copy to is the same as an empty set.
    world.holds(&schedule("daily", &instance, ""));
    let id = only(&world).id;
    world.holds(&schedule("daily", &instance, " copy_to = []"));
    world.holds(&schedule("daily", &instance, ""));
    assert_eq!(only(&world).id, id);
}

#[test]
fn a_second_block_for_one_instance_is_refused_while_the_first_stays() {
    let (world, instance) = with_instance();
    let first = schedule("daily", &instance, "");
    world.holds(&first);
    let second = schedule("second", &instance, "");
    let id = only(&world).id;

    world.configure(&(first + &second));
    world.plan().fails_with(&[
        "The instance has a backup schedule already",
        &id,
        "this plan keeps it. Remove one of the two blocks",
    ]);

    // The label has changed: only the apply can tell whether the first one goes in time.
    world.configure(&second);
    world.plan().succeeds().says(&["The instance has a backup schedule already", "`moved`"]);
}

#[test]
fn a_second_schedule_is_refused_by_the_plan_which_names_the_first() {
    let (world, instance) = with_instance();
    let first = world.cloud().add_schedule(&instance, 4, 5);
    world.configure(&schedule("daily", &instance, ""));
    let import = format!("terraform import ADDRESS '{first}'");

    world.plan().fails_with(&["The instance has a backup schedule already", &instance, &import]);
    assert_eq!(world.cloud().count("POST", MAKE), 0);

    // A look that fails refuses nothing, and then the API does.
    world.cloud().inject(Fault::on("GET", MAKE).status(403).always());
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);
    apply.fails_with(&["already has an active schedule", "`terraform plan` names it"]);
    world.cloud().clear_faults();
    assert_eq!(world.cloud().count("POST", MAKE), 1);
    assert_eq!(only(&world).id, first);
}

#[test]
fn a_schedule_that_comes_between_plan_and_creation_is_named_and_not_touched() {
    let (world, instance) = with_instance();
    world.configure(&schedule("daily", &instance, ""));
    world.cloud().inject(Fault::on("POST", MAKE).namesake());

    let apply = world.apply();

    let theirs = only(&world).id;
    apply.fails_with(&[
        "Unable to create the backup schedule",
        "already has an active schedule",
        &format!("terraform import ADDRESS '{theirs}'"),
    ]);
    world.terraform(&["import", SCHEDULE, &theirs]).succeeds();
    world.plan().is_empty();
}

#[test]
fn two_blocks_for_one_instance_make_one_schedule_and_an_error_that_names_it() {
    let (world, instance) = with_instance();
    let both = schedule("daily", &instance, "") + &schedule("other", &instance, "");
    world.configure(&both);

    let apply = world.apply();

    apply.fails_with(&["already", &only(&world).id]);
}

#[test]
fn a_schedule_whose_reply_is_lost_is_found_and_not_made_twice() {
    let (world, instance) = with_instance();
    world.configure(&schedule("daily", &instance, ""));
    world.cloud().inject(Fault::on("POST", MAKE).status(504).after_effect());

    let apply = world.apply();

    apply.succeeds().says(&["was found, not returned", &only(&world).id]);

    assert_eq!(world.cloud().count("POST", MAKE), 1);
    world.plan().is_empty();
}

#[test]
fn a_creation_that_cannot_be_looked_for_says_so_and_the_next_plan_names_what_is_there() {
    let (world, instance) = with_instance();
    world.configure(&schedule("daily", &instance, " timeouts {\n create = \"4s\"\n }"));
    // The looks of the plans and the one before the creation come first.
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().inject(Fault::on("POST", MAKE).status(504).after_effect());
    world.cloud().inject(Fault::on("GET", MAKE).skip(2).status(500).always());

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);
    world.cloud().clear_faults();

    apply.fails_with(&[&instance]);
    let made = only(&world).id;
    world.plan().fails_with(&[&format!("terraform import ADDRESS '{made}'")]);
    world.terraform(&["import", SCHEDULE, &made]).succeeds();
    // An import knows no timeouts.
    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(only(&world).id, made);
}

#[test]
fn what_was_changed_elsewhere_is_put_right() {
    let (world, instance) = with_instance();
    let hcl = schedule("daily", &instance, "");
    world.holds(&hcl);
    let id = only(&world).id;

    world.cloud().reschedule(&id, 5, 23, 59);
    assert_eq!(world.changes().len(), 1);
    world.holds(&hcl);

    let now = only(&world);
    assert_eq!((now.id, now.day_of_week, now.hour, now.minute), (id, 0, 3, 30));
}

#[test]
fn a_schedule_that_is_gone_is_made_again_and_a_404_alone_proves_nothing() {
    let (world, instance) = with_instance();
    let hcl = schedule("daily", &instance, "");
    world.holds(&hcl);
    let id = only(&world).id;
    world.cloud().inject(Fault::on("GET", ONE).status(404).always());
    world.plan().fails_with(&["Unable to read backup schedule", &id]);
    world.cloud().clear_faults();
    world.plan().is_empty();

    world.cloud().remove_schedule(&id);

    world.plan().says(&["1 to add, 0 to change, 0 to destroy"]);
    world.holds(&hcl);
    world.cloud().remove_schedule(&only(&world).id);
    world.destroy().succeeds();
}

#[test]
fn a_schedule_goes_with_its_instance_or_stays_without_it() {
    let of_instance = "resource \"rackspace_db_instance\" \"web\" {\n name = \"web\"\n flavor = 2\n volume_size = 2\n}\n";
    for stays in [false, true] {
        let world = World::new();
        let hcl = of_instance.to_owned()
            + &schedule("daily", "@", "").replace("\"@\"", "rackspace_db_instance.web.id");
        world.holds(&hcl);
        let old = world.cloud().instances()[0].id.clone();
        if !stays {
            world.cloud().remove_schedule(&only(&world).id);
        }
        world.cloud().remove_instance(&old);

        world.holds(&hcl);

        assert_ne!(only(&world).source_id, old);
        world.destroy().succeeds();
        assert!(world.cloud().is_empty());
    }
}

#[test]
fn what_a_schedule_has_made_stays_when_it_goes() {
    let (world, instance) = with_instance();
    world.holds(&schedule("daily", &instance, ""));
    assert_eq!(world.state(SCHEDULE)["last_scheduled"], Value::Null);
    world.cloud().pass(DAY);
    world.cloud().advance();
    world.cloud().advance();

    world.plan().is_empty();
    let backups = world.cloud().backups();
    assert!(backups.len() == 1 && backups[0].is_automated, "{backups:?}");
    world.terraform(&["apply", "-refresh-only", "-auto-approve", "-no-color"]).succeeds();
    assert_ne!(world.state(SCHEDULE)["last_scheduled"], Value::Null);

    world.destroy().succeeds();

    assert!(world.cloud().schedules().is_empty());
    assert_eq!(world.cloud().backups().len(), 1);
}

#[test]
fn a_replaced_instance_gets_a_schedule_of_its_own() {
    let world = World::new();
    let hcl = "resource \"rackspace_db_instance\" \"web\" {\n name = \"web\"\n flavor = 2\n volume_size = 2\n}\n".to_owned()
        + &schedule("daily", "@", "").replace("\"@\"", "rackspace_db_instance.web.id");
    world.holds(&hcl);
    let old = only(&world);

    world
        .terraform(&["apply", "-auto-approve", "-no-color", "-replace=rackspace_db_instance.web"])
        .succeeds();

    let now = only(&world);
    assert!(now.id != old.id && now.source_id != old.source_id);
    world.plan().is_empty();
}

#[test]
fn an_import_knows_all_that_the_api_tells() {
    let (world, instance) = with_instance();
    let id = world.cloud().add_schedule(&instance, 3, 30);
    world.configure(&schedule("daily", &instance, ""));

    world.terraform(&["import", SCHEDULE, &id]).succeeds();

    world.plan().is_empty();
    let state = world.state(SCHEDULE);
    assert_eq!((&state["day_of_week"], &state["region"]), (&json!("sunday"), &json!("DFW")));
}

#[test]
fn schedules_are_found_by_a_query() {
    let (world, instance) = with_instance();
    if !world.knows(Feature::Query) {
        return;
    }
    let other = world.cloud().add_instance("other", "2", 2);
    let id = world.cloud().add_schedule(&instance, 3, 30);
    world.cloud().add_schedule(&other, 3, 30);
    let query = format!(
        "list \"rackspace_db_backup_schedule\" \"one\" {{\n provider = rackspace\n config {{\n  instance_id = \"{instance}\"\n }}\n}}\n"
    );
    world.write("all.tfquery.hcl", &query);
    world.configure("");

    world.terraform(&["query", "-no-color", "-generate-config-out=found.tf"]).succeeds();

    let found = std::fs::read_to_string(world.folder().join("found.tf")).unwrap();
    assert!(found.contains(&id) && found.contains("sunday"), "{found}");
    world.plan().says(&["1 to import, 0 to add, 0 to change"]);
}
