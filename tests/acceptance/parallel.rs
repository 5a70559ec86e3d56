//! Other hands: what changes between a plan and its apply, and two runs at the same time.

use clouddb_sim::Fault;
use testkit::world::{Run, World};

const INSTANCE: &str = "rackspace_db_instance.main";

fn web(flavor: u32, volume: u32) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = {flavor}\n volume_size = {volume}\n}}\n"
    )
}

fn shop(instance: &str) -> String {
    format!(
        "resource \"rackspace_db_database\" \"shop\" {{\n instance_id = \"{instance}\"\n name = \"shop\"\n}}\n"
    )
}

fn save_plan(world: &World) {
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
}

fn apply_plan(world: &World) -> Run {
    world.terraform(&["apply", "-no-color", "-input=false", "tfplan"])
}

/// A world with the instance, its ID, and a saved plan for what the configuration is then.
fn planned(hcl: &str) -> (World, String) {
    let world = World::new();
    world.holds(&web(2, 10));
    let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
    world.configure(hcl);
    save_plan(&world);
    world.cloud().clear_requests();
    (world, id)
}

#[test]
fn a_resize_of_an_instance_that_is_gone_meanwhile_says_so_and_creates_nothing() {
    let (world, id) = planned(&web(3, 10));
    world.cloud().remove_instance(&id);

    let apply = apply_plan(&world);

    apply.fails_with(&["Unable to resize instance \"web\"", &id, "404"]);
    assert!(world.cloud().is_empty());
    assert_eq!(world.changes(), [(INSTANCE.to_owned(), vec!["create".to_owned()])]);
}

#[test]
fn a_resize_that_another_hand_made_meanwhile_is_no_error() {
    let (world, id) = planned(&web(3, 10));
    world.cloud().set_flavor(&id, "3");

    apply_plan(&world).succeeds();

    world.plan().is_empty();
}

#[test]
fn a_volume_that_another_hand_enlarged_beyond_the_plan_stays_and_is_told() {
    let (world, id) = planned(&web(2, 20));
    world.cloud().set_volume(&id, 30);

    let apply = apply_plan(&world);

    apply.fails_with(&["\"web\"", &id, "volume"]);
    assert_eq!(world.cloud().instance(&id).unwrap().volume, 30);
    world.plan().is_empty().says(&["Write `volume_size = 30` to say so"]);
    world.holds(&web(2, 30));
}

#[test]
fn a_destruction_of_what_is_gone_meanwhile_succeeds() {
    let (world, id) = planned("");
    world.cloud().remove_instance(&id);

    apply_plan(&world).succeeds();

    assert!(world.state(INSTANCE).is_null());
}

#[test]
fn a_new_database_of_an_instance_that_is_gone_meanwhile_is_an_error() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&shop(&id));
    save_plan(&world);
    world.cloud().remove_instance(&id);

    let apply = apply_plan(&world);

    // Terraform plans again before it applies.
    apply.fails_with(&["No such instance", &id]);
    assert!(world.state("rackspace_db_database.shop").is_null());
}

#[test]
fn two_runs_that_create_the_same_database_make_one_and_one_error_with_the_import_line() {
    let first = World::new();
    let second = World::on(&first);
    let id = first.cloud().add_instance("web", "2", 10);
    for world in [&first, &second] {
        world.configure(&shop(&id));
        save_plan(world);
    }

    let runs = [&first, &second].map(|world| world.start(&["apply", "-no-color", "tfplan"]));
    let [one, other] = runs.map(testkit::running::Running::ends);

    let (won, lost) = if one.code == Some(0) { (one, other) } else { (other, one) };
    won.succeeds();
    lost.fails_with(&["exists already", &format!("terraform import ADDRESS '{id}/shop'")]);
    assert_eq!(first.cloud().databases(&id).len(), 1);
}

#[test]
fn a_lost_reply_that_two_new_instances_may_explain_names_both_with_their_import_lines() {
    let mut world = World::new();
    world.set("RAX_DB_REQUEST_TIMEOUT", "2s");
    world.configure(&web(2, 10));
    world.cloud().inject(Fault::on("POST", "/instances").never_answer().after_effect());

    let apply = world.start_apply();
    world.sees(1, "POST", "/instances");
    world.cloud().add_instance("web", "2", 10);
    let run = apply.ends();

    let lines: Vec<String> = world
        .cloud()
        .instances()
        .iter()
        .map(|it| format!("terraform import ADDRESS '{}'", it.id))
        .collect();
    run.fails_with(&[
        "The reply to the creation of instance \"web\" was lost",
        &lines[0],
        &lines[1],
    ]);
    assert!(world.state(INSTANCE).is_null());
    assert_eq!(world.cloud().count("POST", "/instances"), 1);
}

#[test]
fn a_backup_of_another_run_delays_the_databases_of_this_one() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().inject(Fault::on("POST", "/instances/*/databases").status(422).times(2));
    world.configure(&shop(&id));

    world.apply().succeeds();

    world.plan().is_empty();
}
