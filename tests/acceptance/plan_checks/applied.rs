//! A plan is an error only for what the user has changed: whatever somebody has done outside, what
//! Terraform manages can be destroyed.

use testkit::world::World;

use super::cases::{backup, source_with};
use super::instance;

const WEB: &str = "rackspace_db_instance.web";

/// The plan warns of it and has something to do, and all can be destroyed.
#[track_caller]
fn hinders_no_destruction(world: &World, told: &str) {
    let plan = world.plan();

    assert_eq!(plan.code, Some(2), "{}", plan.text);
    plan.says(&[
        &format!("Warning: {told}"),
        "If the instance is to be destroyed, nothing is wrong.",
    ]);
    destroys(world);
}

#[track_caller]
fn destroys(world: &World) {
    let id = world.state(WEB)["id"].as_str().unwrap().to_owned();
    world.destroy().succeeds();
    assert!(world.cloud().instance(&id).is_none());
}

#[test]
fn a_group_that_somebody_has_deleted() {
    let world = World::new();
    let group = world.cloud().add_configuration("tuned", false);
    world.holds(&instance("web", &format!("configuration_id = \"{group}\"")));
    world.cloud().remove_configuration(&group);

    hinders_no_destruction(&world, "Unknown configuration group");
}

#[test]
fn a_group_that_somebody_has_deleted_and_that_was_changed_in_an_apply() {
    let world = World::new();
    let [first, second] =
        ["first", "second"].map(|name| world.cloud().add_configuration(name, false));
    world.holds(&instance("web", &format!("configuration_id = \"{first}\"")));
    world.holds(&instance("web", &format!("configuration_id = \"{second}\"")));
    world.cloud().remove_configuration(&second);

    hinders_no_destruction(&world, "Unknown configuration group");
}

#[test]
fn a_source_that_somebody_has_deleted() {
    let world = World::new();
    let (source, _) = source_with(&world, 0);
    world.holds(&instance("web", &format!("replica_of = \"{source}\"")));
    let id = world.state(WEB)["id"].as_str().unwrap().to_owned();
    world.cloud().set_source(&id, None);
    world.cloud().remove_instance(&source);

    hinders_no_destruction(&world, "Unknown source of the replica");
}

#[test]
fn a_version_that_is_not_on_offer_any_more_and_was_changed() {
    let world = World::new();
    world.holds(&instance("web", "datastore = { type = \"mysql\", version = \"5.7\" }"));
    let id = world.state(WEB)["id"].as_str().unwrap().to_owned();
    world.cloud().set_datastore(&id, "mysql", "8.0");
    let body = r#"{"datastores": [{"id": "m", "name": "mysql", "versions": [{"id": "v", "name": "8.0"}]}]}"#;
    let gone = clouddb_sim::Fault::on("GET", "/datastores").body(body).status(200).always();
    world.cloud().inject(gone);

    world
        .plan()
        .is_empty()
        .says(&["Warning: The version was changed outside Terraform", "Write `version = \"8.0\"`"]);
    destroys(&world);
}

#[test]
fn a_tainted_instance_whose_group_is_gone() {
    let world = World::new();
    let group = world.cloud().add_configuration("tuned", false);
    world.holds(&instance("web", &format!("configuration_id = \"{group}\"")));
    world.cloud().remove_configuration(&group);
    world.terraform(&["taint", WEB]).succeeds();

    let plan = world.plan();

    assert_eq!(plan.code, Some(2), "{}", plan.text);
    plan.says(&["Warning: Unknown configuration group", "correct this before you apply"]);
    destroys(&world);
}

/// The old instance would be gone before the new one is refused.
#[test]
fn a_replacement_that_the_user_asks_for_is_checked_like_a_new_instance() {
    let world = World::new();
    let group = world.cloud().add_configuration("tuned", false);
    let backup = backup(&world);
    let with = |datastore: &str| {
        let data =
            format!("configuration_id = \"{group}\"\n  restore_from_backup_id = \"{backup}\"");
        instance("web", &format!("{data}\n  datastore = {{ type = \"{datastore}\" }}"))
    };
    world.holds(&with("mysql"));
    world.cloud().clear_requests();
    world.configure(&with("percona"));

    let plan = world.plan();

    plan.fails_with(&[
        "The configuration group is for another datastore",
        "the instance will run percona 5.7",
        "The backup is of another datastore",
    ]);
    world
        .terraform(&["plan", "-no-color", &format!("-replace={WEB}")])
        .fails_with(&["The configuration group is for another datastore"]);
    world.cloud().remove_backup(&backup);
    world.configure(&with("mysql"));
    world.plan().is_empty();
    world
        .terraform(&["plan", "-no-color", &format!("-replace={WEB}")])
        .fails_with(&["Unknown backup"]);
    assert!(world.cloud().writes().is_empty());
}
