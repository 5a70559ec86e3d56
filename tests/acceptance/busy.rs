//! Instances that are busy, in a strange status, or not what was asked for.

use clouddb_sim::{End, Occasion, Options, Release};
use testkit::world::World;

const ADDRESS: &str = "rackspace_db_instance.main";

fn instance(body: &str) -> String {
    format!("resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n{body}\n}}\n")
}

fn web(flavor: u32, volume: u32) -> String {
    instance(&format!(" flavor = {flavor}\n volume_size = {volume}"))
}

/// A world with the instance, and its ID.
fn with_web() -> (World, String) {
    let world = World::new();
    world.holds(&web(2, 10));
    let id = world.state(ADDRESS)["id"].as_str().unwrap().to_owned();
    world.cloud().clear_requests();
    (world, id)
}

#[test]
fn a_configuration_group_is_attached_changed_and_detached_with_the_restarts_it_needs() {
    for release in [Release::Older, Release::Newer] {
        attached_changed_and_detached(&World::with(Options { release, ..Options::default() }));
    }
}

fn attached_changed_and_detached(world: &World) {
    world.holds(&web(2, 10));
    let id = world.state(ADDRESS)["id"].as_str().unwrap().to_owned();
    let [one, two] = ["one", "two"].map(|name| world.cloud().add_configuration(name, true));
    let with = |group: &str| {
        instance(&format!(" flavor = 2\n volume_size = 10\n configuration_id = \"{group}\"\n"))
    };

    for (hcl, attached, restarts) in
        [(with(&one), Some(&one), 1), (with(&two), Some(&two), 2), (web(2, 10), None, 1)]
    {
        world.cloud().clear_requests();
        world.holds(&hcl);
        let now = world.cloud().instance(&id).unwrap();
        assert_eq!((now.configuration_id.as_ref(), now.status.as_str()), (attached, "ACTIVE"));
        assert_eq!(world.cloud().count("POST", "/instances/*/action"), restarts);
    }
}

#[test]
fn an_instance_that_wants_a_restart_is_as_good_as_any_other() {
    let (world, id) = with_web();
    world.cloud().set_status(&id, "RESTART_REQUIRED");

    world.holds(&(web(3, 10)
        + &format!(
            "resource \"rackspace_db_database\" \"shop\" {{\n instance_id = \"{id}\"\n name = \"shop\"\n}}\n"
        )));

    assert_eq!(world.cloud().instance(&id).unwrap().flavor_id, "3");
}

#[test]
fn a_status_that_nobody_knows_is_waited_out() {
    let world = World::new();
    world.configure(&web(2, 10));
    world.cloud().next_instance_sticks();
    let apply = world.start_apply();
    world.sees(1, "GET", "/instances/*");
    let id = world.cloud().instances()[0].id.clone();
    world.cloud().set_status(&id, "TELEPORTING");
    world.cloud().clear_requests();
    world.sees(3, "GET", "/instances/*");

    world.cloud().set_status(&id, "ACTIVE");

    apply.ends().succeeds();
    world.plan().is_empty();
}

#[test]
fn a_resize_that_comes_back_at_the_old_size_is_an_error_that_names_both() {
    let (world, id) = with_web();

    world.cloud().next(Occasion::Resize, End::Undone);
    world.configure(&web(3, 10));
    let flavor = world.apply();
    world.cloud().next(Occasion::Resize, End::Undone);
    world.configure(&web(2, 20));
    let volume = world.apply();

    flavor.fails_with(&[
        &id,
        "the resize did not happen",
        "the flavor is 2, not 3",
        "Apply again to try once more",
    ]);
    volume.fails_with(&[&id, "the resize did not happen", "the volume has 10 GB, not 20 GB"]);
    let state = world.state(ADDRESS);
    assert_eq!((&state["flavor_id"], &state["volume_size"]), (&"2".into(), &10.into()));
    assert!(!world.is_tainted(ADDRESS));
    world.holds(&web(3, 20));
}

#[test]
fn of_two_resizes_the_state_has_the_one_that_happened() {
    let (world, _) = with_web();
    world.cloud().clear_requests();
    world.cloud().next(Occasion::Resize, End::AsAsked);
    world.cloud().next(Occasion::Resize, End::Undone);
    world.configure(&web(3, 20));

    world.apply().fails_with(&["the resize did not happen"]);

    assert_eq!(world.cloud().count("POST", "/instances/*/action"), 2);
    let state = world.state(ADDRESS);
    let is = (state["flavor_id"].as_str().unwrap(), state["volume_size"].as_u64().unwrap());
    assert!([("3", 10), ("2", 20)].contains(&is), "{is:?}");
    let missing = if is.0 == "2" { "flavor" } else { "volume_size" };
    let plan = world.plan();
    plan.succeeds();
    assert!(plan.text.contains(&format!("~ {missing}")), "{}", plan.text);
    world.holds(&web(3, 20));
}

#[test]
fn a_deletion_waits_for_the_build_that_a_timeout_left_behind() {
    let world = World::new();
    world.configure(&instance(
        " flavor = 2\n volume_size = 10\n timeouts {\n create = \"300ms\"\n }\n",
    ));
    world.cloud().next_instance_sticks();
    world.apply().fails_with(&["not ready after", "the last status was BUILD"]);
    let id = world.cloud().instances()[0].id.clone();
    world.cloud().clear_requests();

    let destroy = world.start_destroy();
    world.sees(1, "DELETE", "/instances/*");
    world.sees(2, "GET", "/instances/*");
    let waits = world.cloud().instance(&id).is_some();
    world.cloud().set_status(&id, "ACTIVE");

    destroy.ends().succeeds();
    assert!(waits);
    assert!(world.cloud().is_empty());
}

#[test]
fn a_deletion_waits_for_a_backup() {
    let (world, id) = with_web();
    let backup = world.cloud().add_backup(&id, "of another hand");
    world.cloud().stick(&backup, "BUILDING");

    let destroy = world.start_destroy();
    world.sees(1, "DELETE", "/instances/*");
    world.sees(3, "GET", "/instances/*");
    let waits = world.cloud().instance(&id).is_some();
    world.cloud().release(&backup);

    destroy.ends().succeeds();
    assert!(waits);
    assert!(world.cloud().instances().is_empty());
}

#[test]
fn an_enlargement_that_another_run_asked_for_is_not_asked_for_twice() {
    let (world, id) = with_web();
    world.cloud().next(Occasion::Resize, End::Never);
    world.configure(&web(2, 20));
    let apply = world.start_apply();
    world.sees(1, "POST", "/instances/*/action");
    apply.interrupt(testkit::running::Whom::Group);
    apply.ends().fails_with(&["Unable to enlarge the volume of instance \"web\""]);
    world.cloud().clear_requests();

    let again = world.start_apply();
    world.sees(1, "POST", "/instances/*/action");
    world.cloud().set_volume(&id, 20);
    world.cloud().set_status(&id, "ACTIVE");

    again.ends().succeeds();
    world.plan().is_empty();
}
