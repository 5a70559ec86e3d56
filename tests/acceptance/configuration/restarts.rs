//! The restarts of the instances of a group, one after the other, by hand, or all at once.

use std::time::Duration;

use clouddb_sim::{End, Fault, Occasion};
use testkit::running::Whom;
use testkit::world::World;

use super::{ACTION, GROUP, group, with_group};

/// Of each restart but the last, whether somebody looked at the instance before the next one.
fn looked_at_between_restarts(world: &World) -> Vec<bool> {
    let requests = world.cloud().requests();
    let restarts: Vec<usize> = (0..requests.len())
        .filter(|at| requests[*at].method == "POST" && requests[*at].path.ends_with("/action"))
        .collect();
    let looked_at = |pair: &[usize]| {
        let restarted = requests[pair[0]].path.trim_end_matches("/action");
        let between = &requests[pair[0]..pair[1]];
        between.iter().any(|it| it.method == "GET" && it.path.starts_with(restarted))
    };
    restarts.windows(2).map(looked_at).collect()
}

#[test]
fn what_needs_a_restart_restarts_the_instances_of_the_group_one_after_the_other() {
    let world = World::new();
    let instances: String = ["a", "b", "c"].map(|it| with_group(it, "")).concat();
    world.holds(&(group("  innodb_open_files = 300") + &instances));
    world.cloud().clear_requests();
    world.configure(&(group("  innodb_open_files = 400\n  max_connections = 200") + &instances));
    world.plan().says(&["The instance will be restarted", "(`innodb_open_files`)", "\"a\" ("]);

    world.apply().succeeds();

    assert_eq!(looked_at_between_restarts(&world), [true, true]);
    let groups = world.cloud().count("PATCH", "/configurations/*");
    assert_eq!(world.cloud().writes().len(), groups + 3, "nothing is attached again");
    world.plan().is_empty();
    assert!(world.cloud().instances().iter().all(|it| it.status == "ACTIVE"));
}

/// A world with two instances of a group whose change restarts them, of which the first restart never ends.
fn with_a_restart_that_never_ends(restart: &str, timeout: &str) -> World {
    let world = World::new();
    let more = format!(" restart = \"{restart}\"\n timeouts {{\n update = \"{timeout}\"\n }}");
    let instances: String = ["a", "b"].map(|it| with_group(it, &more)).concat();
    world.holds(&(group("  max_connections = 200") + &instances));
    world.configure(&(group("  innodb_open_files = 400") + &instances));
    world.cloud().next(Occasion::Restart, End::Never);
    world.cloud().clear_requests();
    world
}

fn statuses(world: &World) -> Vec<String> {
    let mut all: Vec<String> = world.cloud().instances().into_iter().map(|it| it.status).collect();
    all.sort();
    all
}

#[test]
fn an_instance_whose_turn_does_not_come_is_not_restarted_and_is_next_time() {
    let world = with_a_restart_that_never_ends("automatic", "5m");
    let apply = world.start_apply();
    world.sees(1, "POST", ACTION);

    apply.interrupt(Whom::Terraform);

    apply.ends().fails_with(&["Unable to change the configuration group of instance"]);
    assert_eq!(world.cloud().count("POST", ACTION), 1);

    assert_eq!(statuses(&world), ["REBOOT", "RESTART_REQUIRED"]);
    world.cloud().instances().iter().for_each(|it| world.cloud().release(&it.id));
    world.plan().says(&["The instance will be restarted"]);
    world.apply().succeeds();
    assert!(!statuses(&world).contains(&"RESTART_REQUIRED".to_owned()));
    assert_eq!(world.cloud().count("POST", ACTION), 2);
    world.plan().is_empty();
}

#[test]
fn an_instance_that_waits_for_its_turn_in_vain_says_so() {
    let world = World::new();
    let timeouts = |update: &str| format!(" timeouts {{\n update = \"{update}\"\n }}");
    let instances = with_group("a", &timeouts("10s")) + &with_group("b", &timeouts("6s"));
    world.holds(&(group("  max_connections = 200") + &instances));
    world.configure(
        &(group("  innodb_open_files = 400")
            + &instances.replace("name = \"b\"", "name = \"late\"")),
    );
    world.cloud().next(Occasion::Restart, End::Never);
    // Its renaming comes first, so the other one has the turn.
    world.cloud().inject(Fault::on("PATCH", "/instances/*").delay(Duration::from_secs(3)));
    world.cloud().clear_requests();

    let apply = world.apply();

    let vain = "the timeout `update` has passed before it was the turn of this one";
    apply.fails_with(&[vain, "`restart = \"parallel\"` waits for no other"]);
    assert_eq!(world.cloud().count("POST", ACTION), 1);
    assert_eq!(statuses(&world), ["REBOOT", "RESTART_REQUIRED"]);
    world.cloud().instances().iter().for_each(|it| world.cloud().release(&it.id));
    world.apply().succeeds();
    assert!(!statuses(&world).contains(&"RESTART_REQUIRED".to_owned()));
}

#[test]
fn instances_that_may_be_restarted_at_once_wait_for_no_other() {
    let world = with_a_restart_that_never_ends("parallel", "5s");

    let apply = world.apply();

    assert!(!apply.text.contains("the turn of this one"), "{}", apply.text);
    assert_eq!(statuses(&world), ["ACTIVE", "REBOOT"]);
    assert_eq!(world.cloud().count("PUT", "/instances/*"), 0, "nothing is attached again");
}

#[test]
fn a_change_that_takes_effect_at_once_restarts_nothing() {
    let world = World::new();
    world.holds(&(group("  max_connections = 200") + &with_group("a", "")));
    world.configure(&(group("  max_connections = 300") + &with_group("a", "")));

    assert!(!world.plan().text.contains("restart"), "{}", world.plan().text);
    world.apply().succeeds();

    assert_eq!(world.cloud().count("POST", ACTION), 0);
    world.plan().is_empty();
}

#[test]
fn a_restart_by_hand_is_left_to_a_person_and_the_plan_says_for_what() {
    let world = World::new();
    let instance = with_group("a", " restart = \"manual\"");
    world.holds(&(group("  max_connections = 200") + &instance));
    world.configure(&(group("  innodb_open_files = 400") + &instance));
    world.plan().says(&[
        "The instance waits for a restart",
        "After this change",
        "innodb_open_files",
    ]);
    world.apply().succeeds();

    let plan = world.plan();
    plan.is_empty().says(&["The instance waits for a restart", "`innodb_open_files`"]);
    assert_eq!(world.cloud().instances()[0].status, "RESTART_REQUIRED");
    assert_eq!(world.cloud().count("POST", ACTION), 0);

    let automatic = group("  innodb_open_files = 400") + &with_group("a", "");
    world.configure(&automatic);
    world.plan().says(&["The instance will be restarted"]);
    world.holds(&automatic);
    assert_eq!(world.cloud().instances()[0].status, "ACTIVE");
}

#[test]
fn a_restart_that_an_apply_did_not_come_to_is_made_up_for() {
    let world = World::new();
    world.holds(&(group("  max_connections = 200") + &with_group("a", "")));
    let changed = group("  innodb_open_files = 400") + &with_group("a", "");
    world.configure(&changed);
    world
        .terraform(&["apply", "-auto-approve", "-no-color", &format!("-target={GROUP}")])
        .succeeds();
    assert_eq!(world.cloud().instances()[0].status, "RESTART_REQUIRED");

    world.plan().says(&["The instance will be restarted", "innodb_open_files"]);
    world.holds(&changed);

    assert_eq!(world.cloud().count("POST", ACTION), 1);
    assert_eq!(world.cloud().instances()[0].status, "ACTIVE");
}

/// The service has carried it out, and the provider has not heard of that.
#[test]
fn a_change_of_the_group_whose_end_is_not_known_owes_a_restart() {
    let mut world = World::new();
    world.set("RAX_DB_REQUEST_TIMEOUT", "2s");
    let soon = " timeouts {\n update = \"2s\"\n }\n";
    let (group, a) = (group("  innodb_open_files = 400"), with_group("a", soon));
    world.holds(&(group.clone() + &a.replace(&format!(" configuration_id = {GROUP}.id\n"), "")));
    world.configure(&(group.clone() + &a));
    world.cloud().inject(Fault::on("PUT", "/instances/*").after_effect().never_answer().always());
    world.apply().fails_with(&["configuration_id"]);
    world.cloud().clear_faults();
    assert_eq!(world.cloud().instances()[0].status, "RESTART_REQUIRED");

    world.plan().says(&["The instance will be restarted"]);
    world.holds(&(group + &a));

    assert_eq!(world.cloud().count("POST", ACTION), 1);
    assert_eq!(world.cloud().instances()[0].status, "ACTIVE");
}

#[test]
fn a_restart_that_does_not_happen_is_an_error_and_is_made_up_for() {
    let world = World::new();
    world.holds(&(group("  max_connections = 200") + &with_group("a", "")));
    let changed = group("  innodb_open_files = 400") + &with_group("a", "");
    world.configure(&changed);
    world.cloud().next(Occasion::Restart, End::Undone);
    world.apply().fails_with(&["it still waits for one", "Apply again"]);

    world.holds(&changed);

    assert_eq!(world.cloud().count("POST", ACTION), 2);
    assert_eq!(world.cloud().instances()[0].status, "ACTIVE");
}

#[test]
fn what_may_need_a_restart_is_restarted_where_nobody_can_tell_beforehand() {
    let world = World::new();
    world.holds(&(group("  max_connections = 200") + &with_group("a", "")));
    world.configure(&(group("  innodb_open_files = 400") + &with_group("a", "")));
    world
        .cloud()
        .inject(Fault::on("GET", "/datastores/versions/*/parameters").status(403).always());
    world
        .terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"])
        .says(&["The instance may be restarted"]);
    world.cloud().clear_faults();

    world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]).succeeds();

    assert_eq!(world.cloud().instances()[0].status, "ACTIVE");
    world.plan().is_empty();
}

#[test]
fn a_saved_plan_restarts_what_it_says() {
    let world = World::new();
    world.holds(&(group("  max_connections = 200") + &with_group("a", "")));
    world.configure(&(group("  innodb_open_files = 400") + &with_group("a", "")));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();

    world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]).succeeds();

    assert_eq!(world.cloud().count("POST", ACTION), 1);
    world.plan().is_empty();
}
