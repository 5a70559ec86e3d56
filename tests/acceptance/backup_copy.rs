//! `rackspace_db_backup_copy`.

use clouddb_sim::{BackupSnapshot, Fault};
use testkit::world::World;

const ADDRESS: &str = "rackspace_db_backup_copy.far";

/// A backup of somebody else, and a configuration with its copy.
struct Account {
    world: World,
    backup: String,
}

fn account() -> Account {
    let world = World::new();
    let web = world.cloud().add_instance("web", "2", 10);
    let backup = world.cloud().add_backup(&web, "nightly");
    Account { world, backup }
}

impl Account {
    fn configure(&self, more: &str) {
        self.world.configure(&copy(&format!("\"{}\"", self.backup), more));
    }

    fn copies(&self) -> Vec<BackupSnapshot> {
        self.world.cloud().backups().into_iter().filter(|it| it.region == "IAD").collect()
    }

    /// How often a copy was asked for.
    fn sent(&self) -> usize {
        let writes = self.world.cloud().writes();
        writes.iter().filter(|it| it.path.ends_with("/action")).count()
    }
}

fn copy(backup: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_backup_copy\" \"far\" {{\n backup_id = {backup}\n region = \"IAD\"\n{more}\n}}\n"
    )
}

#[test]
fn a_copy_is_awaited_and_restored_in_its_region() {
    let world = World::new();

    world.holds(include_str!("../../examples/resources/rackspace_db_backup_copy/resource.tf"));

    let copy = world.state("rackspace_db_backup_copy.orders");
    let backup = world.state("rackspace_db_backup.orders");
    assert_eq!((&copy["region"], &copy["source_region"]), (&"IAD".into(), &"DFW".into()));
    assert_eq!((&copy["status"], &copy["name"]), (&"COMPLETED".into(), &"orders-from-dfw".into()));
    assert_ne!(copy["id"], backup["id"]);
    for told in ["instance_id", "size", "datastore", "flavor_ram", "stored_volume_size", "source"] {
        assert_eq!(copy[told], backup[told], "{told}");
    }
    let standby = world.state("rackspace_db_instance.standby");
    assert_eq!((&standby["region"], &standby["volume_size"]), (&"IAD".into(), &20.into()));
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_copy_waits_for_its_backup_and_stays_when_that_is_deleted() {
    let world = World::new();
    let web = world.cloud().add_instance("web", "2", 10);
    let backup = format!(
        "resource \"rackspace_db_backup\" \"near\" {{\n instance_id = \"{web}\"\n name = \"near\"\n}}\n"
    );
    world.holds(&(backup.clone() + &copy("rackspace_db_backup.near.id", "")));
    let state = world.state(ADDRESS);
    assert_eq!((&state["name"], &state["status"]), (&"near".into(), &"COMPLETED".into()));
    let near = world.state("rackspace_db_backup.near")["id"].as_str().unwrap().to_owned();
    world.cloud().remove_backup(&near);

    // The backup is made anew, and the copy of the old one may be all that is left of that.
    let apply = world.apply();

    let id = state["id"].as_str().unwrap();
    apply
        .succeeds()
        .says(&[&format!("Copy \"near\" ({id}) stays"), "1 added, 0 changed, 0 destroyed"]);
    world.plan().is_empty();
    assert_eq!(world.state(ADDRESS)["id"], state["id"]);
    let renamed = copy("rackspace_db_backup.near.id", "name = \"other\"");
    world.configure(&(backup.clone() + &renamed));
    world.plan().fails_with(&[
        &format!("Copy \"near\" ({id}) cannot be made again"),
        "A change of `name` would delete it",
    ]);
    world.configure(&(backup + &copy("rackspace_db_backup.near.id", "")));
    world.destroy().succeeds();
    assert!(world.cloud().backups().is_empty());
}

#[test]
fn another_backup_gives_another_copy() {
    let account = account();
    account.configure("");
    account.world.apply().succeeds();
    let first = account.world.state(ADDRESS)["id"].clone();
    let web = account.world.cloud().instances()[0].id.clone();
    let other = account.world.cloud().add_backup(&web, "weekly");

    account.world.configure(&copy(&format!("\"{other}\""), ""));
    account.world.apply().succeeds().says(&["1 added, 0 changed, 1 destroyed"]);

    let [copied] = account.copies().try_into().unwrap();
    assert_ne!(first, copied.id.as_str());
    assert_eq!(copied.copy_of, Some(other));
}

#[test]
fn a_copy_whose_reply_is_lost_is_found_and_not_made_twice() {
    let account = account();
    let lost = Fault::on("POST", "/backups/*/action").drop_connection().after_effect();
    account.world.cloud().inject(lost);
    account.configure("");

    account.world.apply().succeeds().says(&["was found, not returned"]);

    assert_eq!((account.sent(), account.copies().len()), (1, 1));
    account.world.plan().is_empty();
}

#[test]
fn two_that_may_be_the_copy_are_named_and_neither_is_taken() {
    for lost in [true, false] {
        let account = account();
        let fault = Fault::on("POST", "/backups/*/action").namesake();
        let fault = if lost { fault.drop_connection().after_effect() } else { fault };
        account.world.cloud().inject(fault);
        account.configure("");

        let apply = account.world.apply();

        let copies = account.copies();
        assert_eq!(copies.len(), 2);
        let imports: Vec<String> =
            copies.iter().map(|it| format!("terraform import ADDRESS '{}'", it.id)).collect();
        apply.fails_with(&["Unable to copy backup", &imports[0], &imports[1]]);
        let state = account.world.terraform(&["state", "list", "-no-color"]);
        assert!(!state.text.contains(ADDRESS), "{}", state.text);
    }
}

/// Nobody knows its ID, and it costs money.
#[test]
fn a_copy_that_was_accepted_and_is_not_seen_is_told_and_not_sent_again() {
    let account = account();
    account.world.cloud().inject(Fault::on("GET", "/backups").omit("*").always());
    account.configure("timeouts {\n create = \"2s\"\n}");

    let apply = account.world.apply();

    apply.fails_with(&[
        "Whether backup \"nightly\" was made is not known",
        "Nothing was sent again",
        "`terraform plan` warns of every backup that has the name already",
    ]);
    assert_eq!(account.sent(), 1);
    account.world.cloud().clear_faults();
    let [copied] = account.copies().try_into().unwrap();
    account.world.plan().succeeds().says(&[
        "There is a backup named \"nightly\" already",
        &format!("terraform import ADDRESS '{}'", copied.id),
    ]);
}

#[test]
fn a_copy_that_fails_stays_in_the_state_until_it_is_destroyed() {
    let account = account();
    account.world.cloud().next_backup_ends_in("FAILED");
    account.configure("");

    let apply = account.world.apply();

    let [copied] = account.copies().try_into().unwrap();
    apply.fails_with(&["did not complete", &copied.id, "FAILED"]);
    assert!(account.world.is_tainted(ADDRESS));
    account.world.destroy().succeeds();
    assert!(account.copies().is_empty());
}

#[test]
fn an_imported_copy_takes_over_what_it_is_a_copy_of() {
    let account = account();
    let id = account.world.cloud().add_backup_copy(&account.backup, "IAD", "far");
    let import = format!("import {{\n to = {ADDRESS}\n id = \"{id}\"\n}}\n");
    let block =
        "resource \"rackspace_db_backup_copy\" \"far\" {\n name = \"far\"\n region = \"IAD\"\n}\n";
    account.world.configure(&(import + block));
    account.world.apply().succeeds().says(&["1 imported, 0 added, 0 changed, 0 destroyed"]);
    account.world.plan().is_empty();

    account.configure("name = \"far\"");

    account.world.apply().succeeds().says(&["0 added, 1 changed, 0 destroyed"]);
    account.world.plan().is_empty();
    let state = account.world.state(ADDRESS);
    assert_eq!((&state["id"], &state["backup_id"]), (&id.into(), &account.backup.clone().into()));
    assert!(account.world.cloud().writes().is_empty());
}

#[test]
fn a_copy_is_destroyed_where_it_is_and_nothing_else_goes() {
    let account = account();
    account.configure("");
    account.world.apply().succeeds();

    let destroy = account.world.destroy();

    destroy.succeeds();
    assert!(!destroy.text.contains("The last backup"), "{}", destroy.text);
    let left: Vec<_> = account.world.cloud().backups().into_iter().map(|it| it.id).collect();
    assert_eq!(left, std::slice::from_ref(&account.backup));
}

/// It may be the last one: the instance is gone, and so is the original.
#[test]
fn the_last_copy_of_an_instance_that_is_gone_is_told_before_it_goes() {
    let account = account();
    account.configure("");
    account.world.apply().succeeds();
    account.world.cloud().remove_instance(&account.world.cloud().instances()[0].id);
    let plan = || account.world.terraform(&["plan", "-destroy", "-no-color"]);

    assert!(!plan().succeeds().text.contains("The last backup"), "the original is there");
    account.world.cloud().remove_backup(&account.backup);

    plan().succeeds().says(&["The last backup of instance", "its data is lost for good"]);
}
