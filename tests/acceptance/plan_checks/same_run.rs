//! What the same run changes counts as it will be, and what is not known yet is left to the apply.

use clouddb_sim::{Clock, Options};
use testkit::world::World;

use super::cases::source_with;
use super::{NOBODY, instance, sized};

const SOURCE: &str = "replica_of = rackspace_db_instance.source.id";

#[test]
fn a_source_that_is_made_in_the_same_apply() {
    let world = World::new();
    let group = "configuration_id = terraform_data.group.output";
    let configuration = [
        "resource \"terraform_data\" \"group\" {\n  input = \"GROUP\"\n}\n".to_owned(),
        instance("source", ""),
        instance("web", SOURCE),
        instance("tuned", group),
    ]
    .concat();
    let known = world.cloud().add_configuration("tuned", false);

    world.holds(&configuration.replace("GROUP", &known));
    world.terraform(&["destroy", "-no-color", "-auto-approve"]).succeeds();
    world.cloud().clear_requests();
    world.configure(&configuration.replace("GROUP", NOBODY));
    world.plan().succeeds();

    world.apply().fails_with(&["Unknown configuration group", NOBODY]);

    assert_eq!(world.cloud().count("POST", "/instances"), 2, "the two others");
}

#[test]
fn a_source_that_is_detached_or_enlarged_in_the_same_apply() {
    let world = World::with(Options { clock: Clock::AfterPolls(1), ..Options::default() });
    let (first, _) = source_with(&world, 0);
    world.holds(&instance("source", &format!("replica_of = \"{first}\"")));
    world.configure(&(instance("source", "") + &instance("web", SOURCE)));

    world.plan().succeeds();
    world.apply().succeeds();
    world.plan().is_empty();

    let world = World::new();
    world.holds(&sized("source", 1, 10, ""));
    world.configure(&(instance("source", "") + &instance("web", SOURCE)));

    world.plan().succeeds();
    world.apply().succeeds();
    world.plan().is_empty();
}

#[test]
fn a_source_that_becomes_too_small_in_the_same_apply() {
    let world = World::new();
    world.holds(&instance("source", ""));
    world.cloud().clear_requests();
    world.configure(&(sized("source", 1, 10, "") + &instance("web", SOURCE)));

    world.plan().fails_with(&["The flavor of the source is too small", "has 512 MB"]);

    assert!(world.cloud().writes().is_empty());
}

#[test]
fn a_replica_may_take_the_place_of_another() {
    let world = World::new();
    let (source, _) = source_with(&world, 1);
    let replica = |more: &str| instance("web", &format!("replica_of = \"{source}\"\n  {more}"));
    world.holds(&replica(""));
    let web = "rackspace_db_instance.web";

    world.terraform(&["plan", "-no-color", &format!("-replace={web}")]).succeeds();
    world.terraform(&["taint", web]).succeeds();
    world.plan().succeeds();
    world.apply().succeeds();
    world.plan().is_empty();

    // One that is detached first makes room.
    let after = format!("replica_of = \"{source}\"\n  depends_on = [{web}]");
    world.configure(&(instance("web", "") + &instance("next", &after)));
    world.plan().succeeds();
    world.apply().succeeds();
    world.plan().is_empty();

    // One of the same name may be the one that goes, under another address.
    let world = World::new();
    let (source, _) = source_with(&world, 2);
    world.configure(&instance("copy-1", &format!("replica_of = \"{source}\"")));
    world.plan().succeeds();
}
