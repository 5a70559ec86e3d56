//! `rackspace_db_backup`.

use clouddb_sim::{Clock, Options};
use testkit::world::{INSTANCE, World};

const ADDRESS: &str = "rackspace_db_backup.nightly";

/// A configuration with the instance and one backup.
fn backup(body: &str) -> String {
    format!(
        "{INSTANCE}\nresource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"nightly\"\n{body}\n}}\n"
    )
}

#[test]
fn a_backup_is_awaited_and_its_size_and_datastore_are_known() {
    let world = World::new();

    world.holds(&backup(""));

    let state = world.state(ADDRESS);
    assert_eq!(state["status"], "COMPLETED");
    assert!(state["size"].as_f64().unwrap() > 0.0);
    assert_eq!(state["datastore"]["type"], "mysql");
}

#[test]
fn a_failed_backup_stays_in_the_state_until_it_is_destroyed() {
    let world = World::new();
    world.cloud().next_backup_ends_in("FAILED");
    world.configure(&backup(""));

    let apply = world.apply();

    let id = world.cloud().backups()[0].id.clone();
    apply.fails_with(&["did not complete", &id, "FAILED"]);
    assert!(world.is_tainted(ADDRESS));
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn an_incremental_backup_goes_with_its_parent() {
    let world = World::new();
    let both = backup("")
        + r#"
resource "rackspace_db_backup" "increment" {
  instance_id = rackspace_db_instance.main.id
  name        = "increment"
  parent_id   = rackspace_db_backup.nightly.id
}
"#;
    world.holds(&both);
    let parent = world.state(ADDRESS)["id"].clone();
    assert_eq!(world.state("rackspace_db_backup.increment")["parent_id"], parent);

    world.destroy().succeeds();

    assert!(world.cloud().is_empty());
}

#[test]
fn databases_users_and_backups_of_one_instance_do_not_collide() {
    let world = World::new();

    world.holds(
        &(backup("")
            + r#"
resource "rackspace_db_database" "many" {
  count       = 5
  instance_id = rackspace_db_instance.main.id
  name        = "db${count.index}"
}
resource "rackspace_db_user" "many" {
  count       = 5
  instance_id = rackspace_db_instance.main.id
  name        = "u${count.index}"
  password    = "pw-1"
  databases   = ["db${count.index}"]
}
"#),
    );

    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_backup_outlives_its_instance() {
    let world = World::new();
    world.holds(&backup(""));
    for instance in world.cloud().instances() {
        world.cloud().remove_instance(&instance.id);
    }

    let changes = world.changes();

    assert!(
        changes.contains(&("rackspace_db_instance.main".to_owned(), vec!["create".to_owned()])),
        "{changes:?}"
    );
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_backup_that_never_completes_is_kept_as_tainted_with_its_id_and_status() {
    let world = World::with(Options { clock: Clock::Explicit, ..Options::default() });
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&format!(
        "resource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = \"{id}\"\n name = \"nightly\"\n timeouts {{\n create = \"300ms\"\n }}\n}}\n"
    ));

    let apply = world.apply();

    let backup = world.cloud().backups()[0].id.clone();
    apply.fails_with(&["did not complete", &backup, "the last status was"]);
    assert!(world.is_tainted(ADDRESS));
    assert_eq!(world.state(ADDRESS)["id"], backup.as_str());
}

#[test]
fn a_backup_of_an_instance_that_is_being_made_or_is_broken_can_be_planned() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 1);
    world.configure(&format!(
        "resource \"rackspace_db_backup\" \"early\" {{\n instance_id = \"{id}\"\n name = \"early\"\n}}\n"
    ));
    for status in ["BUILD", "ERROR", "SHUTDOWN"] {
        world.cloud().set_status(&id, status);

        world.plan().succeeds().says(&["1 to add"]);
    }
}
