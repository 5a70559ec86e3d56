//! What the checks cost: one request for any number of instances, and none where nothing changes.

use clouddb_sim::Simulator;
use testkit::world::World;

use super::cases::{backup, source_with};
use super::{NOBODY, instance};

/// How often each call was made that only a check makes.
fn looks(cloud: &Simulator) -> [usize; 6] {
    ["/datastores", "/configurations", "/configurations/*", "/backups/*", "/instances/*", "/limits"]
        .map(|path| cloud.count("GET", path))
}

/// So many instances with these arguments.
fn many(label: &str, arguments: &str) -> String {
    instance(label, &format!("count = 12\n  {arguments}"))
}

#[test]
fn all_instances_of_a_run_share_its_looks() {
    let world = World::new();
    let backup = backup(&world);
    let (source, _) = source_with(&world, 0);
    let group = world.cloud().add_configuration("tuned", false);
    let restored = format!("restore_from_backup_id = \"{backup}\"\n  ");
    world.configure(
        &[
            many(
                "plain",
                &format!("datastore = {{ type = \"mysql\" }}\n  configuration_id = \"{group}\""),
            ),
            many("restored", &restored),
            many("replica", &format!("replica_of = \"{source}\"")),
        ]
        .concat(),
    );

    assert_eq!(world.plan().code, Some(2));

    assert_eq!(looks(world.cloud()), [1, 0, 1, 1, 1, 1]);
    assert_eq!(world.cloud().count("GET", "/instances"), 1);
    assert_eq!(world.cloud().count("GET", "/flavors"), 1);
}

#[test]
fn what_is_missing_is_looked_for_once_too() {
    let world = World::new();
    let missing = |argument: &str| format!("{argument} = \"{NOBODY}\"");
    world.configure(
        &[
            many("plain", &missing("configuration_id")),
            many("restored", &missing("restore_from_backup_id")),
            many("replica", &missing("replica_of")),
        ]
        .concat(),
    );

    let plan = world.plan();

    // Newer ones say once what is the same about several instances of a block.
    plan.fails_with(&["Unknown configuration group", "Unknown backup", "Unknown source of the"]);
    assert!(!plan.text.contains("will be created"), "all 36 are refused: {}", plan.text);
    assert_eq!(looks(world.cloud()), [0, 1, 1, 1, 1, 1]);
    assert!(world.cloud().count("GET", "/instances") <= 2);
    assert!(world.cloud().count("GET", "/backups") <= 1);
}

#[test]
fn what_does_not_change_is_not_looked_at() {
    let world = World::new();
    let backup = backup(&world);
    let (source, _) = source_with(&world, 0);
    let group = world.cloud().add_configuration("tuned", false);
    let configuration = [
        instance(
            "plain",
            &format!("datastore = {{ type = \"MySQL\" }}\n  configuration_id = \"{group}\""),
        ),
        instance("restored", &format!("restore_from_backup_id = \"{backup}\"")),
        instance("replica", &format!("replica_of = \"{source}\"")),
    ]
    .concat();
    world.holds(&configuration);
    world.cloud().clear_requests();

    world.plan().is_empty();

    assert_eq!(looks(world.cloud()), [0, 0, 0, 0, 3, 0]);
    assert_eq!(world.cloud().requests().len(), 1 + 3, "a login, and each instance");

    world.configure(&configuration.replace("name = \"", "name = \"new-"));
    world.cloud().clear_requests();

    assert_eq!(world.plan().code, Some(2));

    assert_eq!(looks(world.cloud()), [0, 0, 0, 0, 3, 0], "a new name is nothing to be looked up");
    assert_eq!(world.cloud().requests().len(), 1 + 3);
}
