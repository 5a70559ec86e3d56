//! What somebody changed outside Terraform is put right in place, and nothing is destroyed for it.

use testkit::world::World;

const MAIN: &str = "rackspace_db_instance.main";

fn instance(more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = 3\n volume_size = 10\n{more}\n}}\n"
    )
}

fn world() -> (World, String) {
    let world = World::new();
    world.holds(&instance(""));
    let id = world.state(MAIN)["id"].as_str().unwrap().to_owned();
    (world, id)
}

/// The plan shows one change in place, and the apply puts the instance right.
#[track_caller]
fn put_right(world: &World, id: &str) {
    assert_eq!(world.changes(), [(MAIN.to_owned(), vec!["update".to_owned()])]);
    world.apply().succeeds();
    world.plan().is_empty();
    let instances = world.cloud().instances();
    let [found] = instances.as_slice() else { panic!("{instances:?}") };
    assert_eq!(
        (found.id.as_str(), found.name.as_str(), found.flavor_id.as_str(), found.volume),
        (id, "web", "3", 10)
    );
}

#[test]
fn a_flavor_a_volume_and_a_name_are_put_right_in_place() {
    let (world, id) = world();

    for flavor in ["1", "5"] {
        world.cloud().set_flavor(&id, flavor);
        put_right(&world, &id);
    }
    world.cloud().set_volume(&id, 4);
    put_right(&world, &id);
    world.cloud().set_name(&id, "other");
    put_right(&world, &id);
}

#[test]
fn a_volume_that_grew_elsewhere_stays_and_hinders_nothing() {
    let (world, id) = world();
    world.cloud().set_volume(&id, 30);
    let grown = "The volume has grown outside Terraform";
    world.cloud().clear_requests();

    world.plan().is_empty().says(&[grown, "has 30 GB", "asks for 10 GB", "`volume_size = 30`"]);
    world.terraform(&["apply", "-refresh-only", "-auto-approve"]).succeeds();
    world.plan().is_empty().says(&[grown]);
    assert!(world.cloud().writes().is_empty());
    // It goes on being managed.
    world.configure(&instance("").replace("\"web\"", "\"shop\""));
    world.apply().succeeds().says(&[grown, "1 changed"]);
    assert_eq!(world.cloud().instance(&id).unwrap().volume, 30);
    // What the user makes smaller than it was is another matter.
    world.configure(&instance("").replace("= 10", "= 9"));
    world.plan().fails_with(&["A volume cannot become smaller"]);

    world.configure(&instance(""));
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_flavor_that_is_not_on_offer_any_more_hinders_nothing() {
    let (world, id) = world();
    world.cloud().set_flavor(&id, "5");
    world.cloud().inject(
        clouddb_sim::Fault::on("GET", "/flavors").body(r#"{"flavors": []}"#).status(200).always(),
    );

    world.plan().is_empty().says(&["Unknown flavor", "keeps its flavor"]);

    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn another_instance_may_be_smaller() {
    let (world, id) = world();

    world.configure(&instance("datastore = { type = \"percona\" }").replace("= 10", "= 2"));
    world.apply().succeeds();

    assert!(world.cloud().instance(&id).is_none());
    assert_eq!(world.cloud().instances()[0].volume, 2);
}

#[test]
fn a_tainted_instance_goes_although_it_cannot_be_made_again() {
    let world = World::new();
    let source = world.cloud().add_instance("source", "2", 10);
    let backup = world.cloud().add_backup(&source, "nightly");
    world.holds(&instance(&format!("restore_from_backup_id = \"{backup}\"")));
    world.cloud().remove_backup(&backup);
    world.terraform(&["taint", MAIN]).succeeds();

    world.plan().succeeds().says(&["Unknown backup", "correct this before you apply"]);
    world.destroy().succeeds();

    assert_eq!(world.cloud().instances().len(), 1);
}

#[test]
fn a_saved_plan_is_applied_although_the_status_has_moved() {
    let (world, id) = world();
    for status in ["BACKUP", "REBOOT", "BLOCKED"] {
        let name = format!("final_backup_name = \"{status}\"");
        world.configure(&instance(&name));
        world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
        world.cloud().set_status(&id, status);

        let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

        apply.succeeds();
        assert_eq!(world.state(MAIN)["final_backup_name"], status);
        world.cloud().set_status(&id, "ACTIVE");
    }
}

#[test]
fn a_restored_instance_outlives_its_backup_and_the_word_of_it() {
    let world = World::new();
    let source = world.cloud().add_instance("source", "2", 10);
    let backup = world.cloud().add_backup(&source, "nightly");
    let other = world.cloud().add_backup(&source, "weekly");
    let restored = |id: &str| instance(&format!("restore_from_backup_id = \"{id}\""));
    world.holds(&restored(&backup));
    let id = world.state(MAIN)["id"].clone();
    world.cloud().clear_requests();

    world.cloud().remove_backup(&backup);
    world.plan().is_empty().warns_of_nothing();
    world.configure(&instance(""));
    world.plan().is_empty().warns_of_nothing();
    world.configure(&restored(&other));
    let plan = world.plan();

    plan.is_empty().says(&["A backup is restored only at creation", "it keeps its data"]);
    world.apply().succeeds();
    assert_eq!(world.state(MAIN)["id"], id);
    assert!(world.cloud().writes().is_empty());
}

#[test]
fn a_restore_that_never_happened_is_not_in_the_state() {
    let (world, id) = world();
    let source = world.cloud().add_instance("source", "2", 10);
    let backup = world.cloud().add_backup(&source, "nightly");
    world.configure(&instance(&format!("restore_from_backup_id = \"{backup}\"")));
    let told = "A backup is restored only at creation";

    world.plan().is_empty().says(&[told]);
    world.terraform(&["state", "rm", MAIN]).succeeds();
    world.terraform(&["import", MAIN, &id]).succeeds();
    world.plan().says(&[told]);

    world.apply().succeeds();
    assert_eq!(world.state(MAIN)["restore_from_backup_id"], "");
}
