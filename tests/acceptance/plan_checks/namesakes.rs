//! The look for what has the name already only advises.

use clouddb_sim::Fault;
use testkit::world::World;

use super::instance;

const FAILED: &[&str] = &["Warning: Unable to look for a", "an earlier run may have ended"];

/// A plan that creates something, and the list in which its name is looked for.
fn plans() -> [(World, &'static str); 2] {
    let world = World::new();
    world.configure(&instance("web", ""));
    let other = World::new();
    let id = other.cloud().add_instance("web", "2", 10);
    other.configure(&format!(
        "resource \"rackspace_db_backup\" \"b\" {{\n  instance_id = \"{id}\"\n  name = \"nightly\"\n}}\n"
    ));
    [(world, "/instances"), (other, "/backups")]
}

#[test]
fn a_missing_right_is_passed_over_in_silence() {
    for (world, list) in plans() {
        world.cloud().inject(Fault::on("GET", list).status(403).always());

        let plan = world.plan();

        assert_eq!(plan.code, Some(2), "{}", plan.text);
        assert!(!plan.text.contains("Unable to look"), "{}", plan.text);
    }
}

#[test]
fn any_other_failure_is_a_warning() {
    for fails in [|it: Fault| it.status(501), Fault::garbage, |it: Fault| it.status(404).html()] {
        for (world, list) in plans() {
            world.cloud().inject(fails(Fault::on("GET", list)).always());

            let plan = world.plan();

            assert_eq!(plan.code, Some(2), "{}", plan.text);
            plan.says(FAILED).says(&[&format!("GET {list}")]);
        }
    }
}

#[test]
fn the_look_for_a_final_backup_fails_no_plan() {
    let world = World::new();
    world.holds(&instance("web", "final_backup_name = \"last\""));
    world.cloud().inject(Fault::on("GET", "/backups").status(501).always());
    world.configure("");

    let plan = world.plan();

    assert_eq!(plan.code, Some(2), "{}", plan.text);
    plan.says(&["Warning: Unable to look for final backups", "the instance is not deleted"]);
    world.cloud().clear_requests();
    world.apply().fails_with(&["501"]);
    assert_eq!(world.cloud().writes().len(), 0);
}
