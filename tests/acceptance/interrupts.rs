//! Ctrl-C while the provider waits for something that never ends by itself: a run can only end because
//! it was told to. What exists then is in the state, and the next run goes on from there.

use clouddb_sim::Fault;
use testkit::running::Whom;
use testkit::world::World;

const INSTANCE: &str = "rackspace_db_instance.main";
const DATABASE: &str = "rackspace_db_database.shop";
const BACKUP: &str = "rackspace_db_backup.nightly";

fn web(flavor: u32) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = {flavor}\n volume_size = 10\n}}\n"
    )
}

fn database(instance: &str) -> String {
    format!(
        "resource \"rackspace_db_database\" \"shop\" {{\n instance_id = \"{instance}\"\n name = \"shop\"\n}}\n"
    )
}

fn backup(instance: &str) -> String {
    format!(
        "resource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = \"{instance}\"\n name = \"nightly\"\n}}\n"
    )
}

#[test]
fn an_interrupted_create_leaves_the_instance_in_the_state() {
    for whom in [Whom::Terraform, Whom::Group] {
        let world = World::new();
        world.configure(&web(2));
        world.cloud().next_instance_sticks();

        let apply = world.start_apply();
        world.sees(2, "GET", "/instances/*");
        apply.interrupt(whom);
        let run = apply.ends();

        let id = world.cloud().instances()[0].id.clone();
        run.fails_with(&["did not become ready", &format!("\"web\" ({id})"), "untaint"]);
        assert_eq!(world.state(INSTANCE)["id"], id.as_str(), "{}", run.text);
        assert!(world.is_tainted(INSTANCE));
        world.cloud().set_status(&id, "ACTIVE");
        world.terraform(&["untaint", INSTANCE]).succeeds();
        world.apply().succeeds();
        world.plan().is_empty();
        assert_eq!(world.state(INSTANCE)["id"], id.as_str());
        assert_eq!(world.cloud().instances().len(), 1);
    }
}

#[test]
fn without_an_untaint_the_next_apply_replaces_what_was_half_made() {
    let world = World::new();
    world.configure(&web(2));
    world.cloud().next_instance_sticks();
    let apply = world.start_apply();
    world.sees(2, "GET", "/instances/*");
    apply.interrupt(Whom::Group);
    apply.ends().fails_with(&["Nothing that exists was forgotten"]);
    let first = world.cloud().instances()[0].id.clone();
    world.cloud().set_status(&first, "ACTIVE");

    let apply = world.apply();

    apply.succeeds().says(&["1 added, 0 changed, 1 destroyed"]);
    assert!(!apply.text.contains("already"), "the replaced one is no namesake:\n{}", apply.text);
    assert!(world.cloud().instance(&first).is_none());
    assert_eq!(world.cloud().instances().len(), 1);
    world.plan().is_empty();
}

#[test]
fn an_interrupted_resize_is_found_done_by_the_next_run() {
    let world = World::new();
    world.holds(&web(2));
    let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
    world.cloud().clear_requests();
    world.cloud().next_resize_sticks();
    world.configure(&web(3));

    let apply = world.start_apply();
    world.sees(1, "POST", "/instances/*/action");
    apply.interrupt(Whom::Group);
    let run = apply.ends();

    run.fails_with(&["Unable to resize instance \"web\"", &id, "nterrupted"]);
    assert_eq!(world.state(INSTANCE)["flavor_id"], "2");
    assert!(!world.is_tainted(INSTANCE));
    world.cloud().set_flavor(&id, "3");
    world.cloud().set_status(&id, "ACTIVE");
    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.cloud().count("POST", "/instances/*/action"), 1);
}

#[test]
fn an_interrupted_backup_is_in_the_state() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    world.configure(&backup(&instance));
    world.cloud().next_backup_sticks();

    let apply = world.start_apply();
    world.sees(1, "GET", "/backups/*");
    apply.interrupt(Whom::Group);
    let run = apply.ends();

    let id = world.cloud().backups()[0].id.clone();
    run.fails_with(&["Backup \"nightly\"", &id, "did not complete"]);
    assert_eq!(world.state(BACKUP)["id"], id.as_str());
    world.cloud().set_status(&id, "COMPLETED");
    world.terraform(&["untaint", BACKUP]).succeeds();
    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.cloud().backups().len(), 1);
}

#[test]
fn a_database_that_was_only_waiting_for_its_instance_was_never_sent() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    world.cloud().stick(&instance, "BACKUP");
    world.cloud().add_backup(&instance, "of another hand");
    world.cloud().stick(&world.cloud().backups()[0].id.clone(), "BUILDING");
    world.configure(&database(&instance));

    let apply = world.start_apply();
    world.sees(1, "POST", "/instances/*/databases");
    world.sees(2, "GET", "/instances/*");
    apply.interrupt(Whom::Group);
    let run = apply.ends();

    run.fails_with(&["Unable to create database \"shop\"", &instance]);
    assert!(world.state(DATABASE).is_null());
    assert!(world.cloud().databases(&instance).is_empty());
    world.cloud().release(&world.cloud().backups()[0].id.clone());
    world.cloud().release(&instance);
    world.apply().succeeds();
    world.plan().is_empty();
}

#[test]
fn an_interrupted_deletion_stays_in_the_state_until_it_is_over() {
    let world = World::new();
    world.holds(&web(2));
    world.cloud().clear_requests();
    world.cloud().next_delete_sticks();

    let destroy = world.start_destroy();
    world.sees(1, "DELETE", "/instances/*");
    destroy.interrupt(Whom::Group);
    let run = destroy.ends();

    let id = world.cloud().instances()[0].id.clone();
    run.fails_with(&["Unable to delete instance \"web\"", &id, "still in the state"]);
    assert_eq!(world.state(INSTANCE)["id"], id.as_str());
    world.cloud().remove_instance(&id);
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn an_instance_whose_reply_never_came_is_found_and_kept_when_the_run_is_interrupted() {
    let world = World::new();
    world.configure(&web(2));
    world.cloud().inject(Fault::on("POST", "/instances").never_answer().after_effect());
    let apply = world.start_apply();
    world.sees(1, "POST", "/instances");

    apply.interrupt(Whom::Group);
    let run = apply.ends();

    // Whoever finds no time for the look says what may exist; the next plan then names it.
    let id = world.cloud().instances()[0].id.clone();
    if world.state(INSTANCE).is_null() {
        run.fails_with(&["Whether instance \"web\" was made is not known", "terraform plan"]);
        world.plan().says(&[&format!("terraform import ADDRESS '{id}'")]);
    } else {
        run.fails_with(&["The object exists and is in the state", "untaint"]);
        assert_eq!(world.state(INSTANCE)["id"], id.as_str());
    }
    assert_eq!(world.cloud().count("POST", "/instances"), 1);
}

#[test]
fn an_interrupted_creation_that_cannot_be_found_names_what_may_exist() {
    let world = World::new();
    world.configure(&web(2));
    world.cloud().inject(Fault::on("POST", "/instances").never_answer());
    let apply = world.start_apply();
    world.sees(1, "POST", "/instances");

    apply.interrupt(Whom::Terraform);
    let run = apply.ends();

    run.fails_with(&[
        "Unable to create instance \"web\"",
        "Whether instance \"web\" was made is not known",
        "POST /instances: interrupted before the reply came",
        "`terraform plan` warns of every instance that has the name already",
    ]);
    assert!(world.state(INSTANCE).is_null());
    world.apply().succeeds();
    world.plan().is_empty();
}

#[test]
fn an_interrupted_database_is_named_with_the_line_that_imports_it() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    world.configure(&database(&instance));
    world.cloud().inject(Fault::on("POST", "/instances/*/databases").never_answer());
    let apply = world.start_apply();
    world.sees(1, "POST", "/instances/*/databases");

    apply.interrupt(Whom::Group);
    let run = apply.ends();

    run.fails_with(&[
        "Whether database \"shop\" was made is not known",
        &format!("terraform import ADDRESS '{instance}/shop'"),
    ]);
    world.apply().succeeds();
    world.plan().is_empty();
}

/// The request timeout is longer than anybody waits: only the interrupt can end this. It is a plan
/// because Terraform passes an interrupt on while it plans, but not while an apply plans.
#[test]
fn a_login_that_is_never_answered_ends_with_the_interrupt() {
    let mut world = World::new();
    world.set("RAX_DB_REQUEST_TIMEOUT", "1h");
    world.holds(&web(2));
    let before = world.state(INSTANCE);
    world.cloud().clear_requests();
    world.cloud().inject(Fault::on("POST", "/v2.0/tokens").never_answer());
    let plan = world.start(&["plan", "-no-color", "-input=false"]);
    world.sees(1, "POST", "/v2.0/tokens");

    plan.interrupt(Whom::Terraform);
    let run = plan.ends();

    run.fails_with(&["Unable to read instance \"web\"", "Nothing that exists was"]);
    assert_eq!(world.state(INSTANCE), before);
    world.plan().is_empty();
}
