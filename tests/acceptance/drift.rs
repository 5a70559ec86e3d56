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
fn a_volume_that_grew_elsewhere_ends_the_plan_with_the_number_to_write() {
    let (world, id) = world();
    world.cloud().set_volume(&id, 30);
    world.cloud().clear_requests();

    world.plan().fails_with(&[
        "A volume cannot become smaller",
        "has 30 GB",
        "Write `volume_size = 30` or more",
    ]);
    world.apply().fails_with(&["A volume cannot become smaller"]);

    assert!(world.cloud().writes().is_empty());
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
    world.plan().is_empty();
    world.configure(&instance(""));
    world.plan().is_empty();
    world.configure(&restored(&other));
    let plan = world.plan();

    plan.is_empty().says(&["A backup is restored only at creation", "it keeps its data"]);
    world.apply().succeeds();
    assert_eq!(world.state(MAIN)["id"], id);
    assert!(world.cloud().writes().is_empty());
}
