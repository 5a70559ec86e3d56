//! A provider that is killed in the middle of a call: Terraform learns nothing of what it made. The
//! next run goes on, or names what was left behind with the line that imports it.

use clouddb_sim::Fault;
use testkit::world::{Run, World};

const INSTANCE: &str = "rackspace_db_instance.main";
const BACKUP: &str = "rackspace_db_backup.nightly";
const DATABASE: &str = "rackspace_db_database.shop";
const USER: &str = "rackspace_db_user.app";

fn web(flavor: u32) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = {flavor}\n volume_size = 10\n}}\n"
    )
}

fn on(instance: &str, kind: &str, name: &str, body: &str) -> String {
    format!(
        "resource \"{kind}\" \"{name}\" {{\n instance_id = \"{instance}\"\n name = \"{name}\"\n{body}\n}}\n"
    )
}

/// Applies, and kills the provider while it waits for the answer to a call that took effect.
#[track_caller]
fn killed_during(world: &World, method: &str, path: &str) -> Run {
    world.cloud().clear_requests();
    world.cloud().inject(Fault::on(method, path).never_answer().after_effect());
    let apply = world.start_apply();
    world.sees(1, method, path);
    apply.kill_provider();
    let run = apply.ends();
    run.fails_with(&["Error"]);
    run
}

#[test]
fn the_next_plan_names_an_instance_that_a_killed_provider_left_behind() {
    let world = World::new();
    world.configure(&web(2));
    killed_during(&world, "POST", "/instances");
    let id = world.cloud().instances()[0].id.clone();
    assert!(world.state(INSTANCE).is_null(), "Terraform was never told");

    let plan = world.plan();

    plan.says(&[
        "There is a database instance named \"web\" already",
        &format!("terraform import ADDRESS '{id}'"),
        "If an earlier run ended in the middle of creating it, do not apply",
    ]);
    world.terraform(&["import", INSTANCE, &id]).succeeds();
    let apply = world.apply();
    apply.succeeds();
    assert!(!apply.text.contains("already"), "{}", apply.text);
    world.plan().is_empty();
    assert_eq!(world.cloud().instances().len(), 1);
}

#[test]
fn an_instance_is_named_too_when_the_provider_was_killed_while_it_was_built() {
    let world = World::new();
    world.configure(&web(2));
    world.cloud().next_instance_sticks();
    let apply = world.start_apply();
    world.sees(2, "GET", "/instances/*");
    apply.kill_provider();
    apply.ends().fails_with(&["Error"]);
    let id = world.cloud().instances()[0].id.clone();

    let plan = world.plan();

    plan.says(&[&format!("{id} (BUILD"), &format!("terraform import ADDRESS '{id}'")]);
}

#[test]
fn the_next_plan_names_a_backup_that_a_killed_provider_left_behind() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    world.configure(&on(&instance, "rackspace_db_backup", "nightly", ""));
    killed_during(&world, "POST", "/backups");
    let id = world.cloud().backups()[0].id.clone();

    let plan = world.plan();

    plan.says(&[
        "There is a backup named \"nightly\" already",
        &format!("terraform import ADDRESS '{id}'"),
    ]);
    world.terraform(&["import", BACKUP, &id]).succeeds();
    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.cloud().backups().len(), 1);
}

#[test]
fn a_database_and_a_user_of_a_killed_provider_are_not_made_twice() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    for (address, collection, id, hcl) in [
        (DATABASE, "databases", "shop", on(&instance, "rackspace_db_database", "shop", "")),
        (
            USER,
            "users",
            "app@%",
            on(&instance, "rackspace_db_user", "app", "password = \"correct-horse\""),
        ),
    ] {
        world.configure(&hcl);
        let path = format!("/instances/*/{collection}");
        killed_during(&world, "POST", &path);
        assert!(world.state(address).is_null());

        let import = format!("{instance}/{id}");
        world.plan().says(&[
            &format!("{import} exists already"),
            &format!("terraform import ADDRESS '{import}'"),
        ]);
        let apply = world.apply();

        apply.fails_with(&["exists already", &format!("terraform import ADDRESS '{import}'")]);
        world.terraform(&["import", address, &import]).succeeds();
        world.apply().succeeds();
        world.plan().is_empty();
        world.terraform(&["state", "rm", address]).succeeds();
    }
    assert_eq!(world.cloud().databases(&instance).len(), 1);
    assert_eq!(world.cloud().users(&instance).len(), 1);
}

#[test]
fn a_user_that_a_killed_provider_renamed_is_named_by_the_next_apply() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    let user = |host: &str| {
        let body = format!("password = \"correct-horse\"\n host = \"{host}\"");
        on(&instance, "rackspace_db_user", "app", &body)
    };
    world.holds(&user("%"));
    world.configure(&user("10.0.0.%"));
    killed_during(&world, "PUT", "/instances/*/users/*");

    let import = format!("{instance}/app@10.0.0.%");
    world.plan().says(&[&format!("terraform import ADDRESS '{import}'")]);
    let apply = world.apply();

    apply.fails_with(&["exists already", &format!("terraform import ADDRESS '{import}'")]);
    world.terraform(&["import", USER, &import]).succeeds();
    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.cloud().users(&instance).len(), 1);
}

#[test]
fn after_a_kill_in_the_middle_of_a_resize_the_next_run_finds_the_truth() {
    let world = World::new();
    world.holds(&web(2));
    let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
    world.configure(&web(3));
    killed_during(&world, "POST", "/instances/*/action");

    world.apply().succeeds();

    world.plan().is_empty();
    assert_eq!(world.state(INSTANCE)["id"], id.as_str());
    assert_eq!(world.cloud().instance(&id).unwrap().flavor_id, "3");
}

#[test]
fn after_a_kill_in_the_middle_of_a_deletion_the_next_destroy_ends_it() {
    let world = World::new();
    world.holds(&web(2));
    world.configure("");
    killed_during(&world, "DELETE", "/instances/*");

    world.destroy().succeeds();

    assert!(world.cloud().is_empty());
}
