//! `rackspace_db_backup`.

use clouddb_sim::{Clock, Fault, Legacy, Options};
use serde_json::json;
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
fn the_last_backup_of_an_instance_that_is_lost_or_replaced_is_kept() {
    for lost in [true, false] {
        let world = World::new();
        world.holds(&backup(""));
        let last = world.state(ADDRESS)["id"].as_str().unwrap().to_owned();
        if lost {
            world.cloud().remove_instance(&world.cloud().instances()[0].id);
        } else {
            world.configure(
                &backup("").replace("= 10\n", "= 10\n datastore = { type = \"percona\" }\n"),
            );
        }

        let apply = world.apply();

        let kept = [&*format!("Backup \"nightly\" ({last}) stays"), "restore_from_backup_id = "];
        apply.succeeds().says(&kept);
        world.plan().is_empty().says(&kept);
        let backups = world.cloud().backups();
        assert!(backups.len() == 1 && backups[0].id == last, "{backups:?}");
    }
}

/// Whether the instance was lost from the configuration's state, or the backup was declared apart from it.
#[test]
fn the_last_backup_of_a_lost_instance_is_not_replaced_by_a_change_of_its_own() {
    let changes = [
        ("name", "name = \"weekly\""),
        ("description", "name = \"nightly\"\n description = \"of the shop\""),
        ("parent_id", "name = \"nightly\"\n parent_id = \"9f7b4a5e-5c4c-4f5c-8a55-2a2f3c1d7e10\""),
        ("region", "name = \"nightly\"\n region = \"ORD\""),
    ];
    for is_apart in [false, true] {
        let world = World::new();
        world.holds(&backup(""));
        let last = world.state(ADDRESS)["id"].as_str().unwrap().to_owned();
        let instance = world.cloud().instances()[0].id.clone();
        world.cloud().remove_instance(&instance);
        let mut kept = backup("");
        if is_apart {
            world.terraform(&["state", "rm", "-no-color", "rackspace_db_instance.main"]).succeeds();
            kept = kept.replace(INSTANCE, "");
            kept = kept.replace("rackspace_db_instance.main.id", &format!("{instance:?}"));
        }
        for (attribute, change) in changes {
            world.configure(&kept.replace("name = \"nightly\"", change));

            let plan = world.plan();

            plan.fails_with(&[
                &format!("Backup \"nightly\" ({last}) cannot be made again"),
                &format!("A change of `{attribute}` would delete it"),
                "Undo the change",
            ]);
        }
        assert!(world.cloud().backups().iter().any(|it| it.id == last));
        world.configure(&kept);
        world.apply().succeeds();
        world.plan().is_empty();
    }
}

/// Whether it is the last copy cannot be known then, and a wrong guess would cost it.
#[test]
fn a_backup_is_not_replaced_while_nobody_knows_whether_its_instance_is_there() {
    let world = World::new();
    world.holds(&backup(""));
    let (instance, id) =
        (world.cloud().instances()[0].id.clone(), world.state(ADDRESS)["id"].clone());
    let apart = backup("")
        .replace(INSTANCE, "")
        .replace("rackspace_db_instance.main.id", &format!("{instance:?}"));
    world.terraform(&["state", "rm", "-no-color", "rackspace_db_instance.main"]).succeeds();
    world.configure(&apart.replace("\"nightly\"\n", "\"weekly\"\n"));
    world.cloud().inject(Fault::on("GET", "/instances/*").status(403).always());

    world.plan().fails_with(&["Unable to replace backup \"nightly\"", &instance]);

    assert!(world.cloud().backups().iter().any(|it| id == it.id));
}

#[test]
fn a_plan_says_when_no_backup_of_an_instance_is_left() {
    let world = World::new();
    world.holds(&backup(""));
    let last = world.state(ADDRESS)["id"].as_str().unwrap().to_owned();
    let told = ["The last backup of instance", &last, "its data is lost for good"];

    world.terraform(&["plan", "-destroy", "-no-color"]).succeeds().says(&told);
    world.configure("");
    world.plan().succeeds().says(&told);
    // With its instance there is no need to.
    world.configure(INSTANCE);
    assert!(!world.plan().succeeds().text.contains("last backup"));
    world.cloud().remove_instance(&world.cloud().instances()[0].id);

    world.plan().succeeds().says(&told);
}

/// A backup that somebody else has made, and that builds on the other.
fn increment(world: &World, instance_id: &str, name: &str, parent: &str) -> String {
    let id = world.cloud().add_backup(instance_id, name);
    world.cloud().build_on(&id, parent);
    id
}

#[test]
fn what_builds_on_a_backup_is_told_before_it_goes_too_and_what_is_new_stops_the_deletion() {
    let world = World::new();
    world.holds(&backup(""));
    let parent = world.state(ADDRESS)["id"].as_str().unwrap().to_owned();
    let instance = world.cloud().instances()[0].id.clone();
    world.configure(INSTANCE);
    let theirs = increment(&world, &instance, "theirs", &parent);
    let grandchild = increment(&world, &instance, "grandchild", &theirs);
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds().says(&[
        "Other backups go with backup \"nightly\"",
        &theirs,
        &grandchild,
    ]);
    let late = increment(&world, &instance, "late", &parent);

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.fails_with(&["was not deleted", "\"late\"", &late]);
    assert_eq!(world.cloud().backups().len(), 4);
    // That the plan lists it is enough.
    world.apply().succeeds().says(&[&late, "1 destroyed"]);
    assert!(!world.cloud().backups().iter().any(|it| it.id == parent));
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

#[test]
fn a_backup_tells_what_it_was_made_from() {
    let world = World::new();

    world.holds(&backup(""));

    let state = world.state(ADDRESS);
    let instance = world.state("rackspace_db_instance.main");
    assert_eq!(state["stored_volume_size"], instance["volume_size"]);
    assert_eq!(state["flavor_ram"], instance["flavor_ram"]);
    assert_eq!(state["source"], json!({ "type": "instance", "id": instance["id"] }));
}

/// Trove, and Rackspace in 2014.
#[test]
fn what_a_server_does_not_tell_of_a_backup_is_null_and_no_change() {
    let legacy = Legacy { plain_backups: true, ..Legacy::default() };
    let world = World::with(Options { legacy, ..Options::default() });
    let sources = r#"
data "rackspace_db_backup" "one" {
  id = rackspace_db_backup.nightly.id
}
data "rackspace_db_backups" "all" {
  instance_id = rackspace_db_backup.nightly.instance_id
}
output "told" {
  value = [data.rackspace_db_backup.one, data.rackspace_db_backups.all.backups[0]]
}
"#;

    world.holds(&(backup("") + sources));

    let told = world.json(&["output", "-json", "told"]);
    for it in [&world.state(ADDRESS), &told[0], &told[1]] {
        for name in ["stored_volume_size", "flavor_ram", "source", "type", "is_automated"] {
            assert!(it.get(name).is_some_and(serde_json::Value::is_null), "{name}: {it}");
        }
        assert_eq!(it["datastore"]["type"], "mysql");
    }
}

/// The backups of other regions: region, name and status.
fn copies(world: &World) -> Vec<(String, String, String)> {
    let all = world.cloud().backups().into_iter().filter(|it| it.region != "DFW");
    let mut all: Vec<_> = all.map(|it| (it.region, it.name, it.status)).collect();
    all.sort();
    all
}

#[test]
fn a_backup_is_copied_at_its_creation_and_its_copies_outlive_it() {
    let world = World::new();

    world.holds(&backup("copy_to = [\"IAD\", \"ord\"]"));

    let created = world.cloud().writes().into_iter().find(|it| it.path.ends_with("/backups"));
    assert_eq!(created.unwrap().body["backup"]["copy_to"], json!(["IAD", "ORD"]));
    let copied = copies(&world);
    let places: Vec<_> = copied.iter().map(|(region, name, _)| (&**region, &**name)).collect();
    assert_eq!(places, [("IAD", "nightly"), ("ORD", "nightly")]);
    // The same in another spelling is no other one.
    world.configure(&backup("copy_to = [\"iad\", \"ORD\"]"));
    world.apply().succeeds();
    for changed in ["", "copy_to = [\"IAD\"]", "copy_to = [\"IAD\", \"ORD\", \"SYD\"]"] {
        world.configure(&backup(changed));
        world.plan().fails_with(&[
            "A backup is copied at its creation only",
            "declare a `rackspace_db_backup_copy`",
            "copy_to",
        ]);
    }
    world.configure(&backup("copy_to = [\"IAD\", \"ORD\"]"));
    world.destroy().succeeds();
    assert_eq!(copies(&world).len(), 2, "they are backups of their own");
}

#[test]
fn copies_of_an_imported_backup_are_not_known_and_can_be_ignored() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 1);
    let id = world.cloud().add_backup(&instance, "nightly");
    let block = |more: &str| {
        format!(
            "import {{\n to = {ADDRESS}\n id = \"{id}\"\n}}\nresource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = \"{instance}\"\n name = \"nightly\"\n copy_to = [\"IAD\"]\n{more}\n}}\n"
        )
    };
    world.configure(&block(""));
    world.plan().fails_with(&["A backup is copied at its creation only", "ignore_changes"]);

    world.configure(&block("lifecycle {\n ignore_changes = [copy_to]\n}"));

    world.apply().succeeds().says(&["1 imported, 0 added, 0 changed, 0 destroyed"]);
    assert!(world.cloud().writes().is_empty());
}

#[test]
fn an_incremental_backup_is_copied_where_what_it_builds_on_is() {
    let world = World::new();
    let both = |regions: &str| {
        backup("copy_to = [\"IAD\"]")
            + &format!(
                "resource \"rackspace_db_backup\" \"increment\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"increment\"\n parent_id = rackspace_db_backup.nightly.id\n copy_to = [{regions}]\n}}\n"
            )
    };
    world.holds(&backup("copy_to = [\"IAD\"]"));
    world.configure(&both("\"IAD\", \"SYD\""));

    world.apply().fails_with(&[
        "Unable to create backup \"increment\"",
        "The API answered 400",
        "is missing in region",
        "This call changed nothing",
    ]);

    // The copy of the parent is complete by now.
    for it in world.cloud().backups() {
        world.cloud().set_status(&it.id, "COMPLETED");
    }
    world.configure(&both("\"IAD\""));
    world.apply().succeeds();
    let far: Vec<_> = world.cloud().backups().into_iter().filter(|it| it.region == "IAD").collect();
    let parent = far.iter().find(|it| it.name == "nightly").unwrap();
    let child = far.iter().find(|it| it.name == "increment").unwrap();
    assert_eq!(child.parent_id.as_ref(), Some(&parent.id));
}

/// The plan cannot know where the instance will be found, and the apply looks before it sends anything.
#[test]
fn a_copy_in_its_own_region_is_refused_where_that_is_known_only_in_the_apply() {
    let world = World::new();
    let instance = world.cloud().add_instance_in("ORD", "web", "2", 1);
    world.configure(&format!(
        "resource \"terraform_data\" \"late\" {{\n input = \"{instance}\"\n}}\nresource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = terraform_data.late.output\n name = \"nightly\"\n copy_to = [\"ORD\", \"IAD\"]\n}}\n"
    ));
    world.plan().succeeds();

    world.apply().fails_with(&[
        "A copy in the region of the backup",
        "The region of backup \"nightly\" is ORD",
    ]);

    assert!(world.cloud().writes().is_empty());
    world.configure(&format!(
        "resource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = \"{instance}\"\n name = \"nightly\"\n copy_to = [\"DFW\"]\n}}\n"
    ));
    world.apply().succeeds();
    assert!(world.cloud().backups().iter().any(|it| it.region == "DFW"));
}

#[test]
fn a_copy_elsewhere_is_a_last_copy_too() {
    let world = World::new();
    world.holds(&backup("copy_to = [\"IAD\"]"));
    for it in world.cloud().backups() {
        world.cloud().set_status(&it.id, "COMPLETED");
    }

    let plan = world.terraform(&["plan", "-destroy", "-no-color"]);

    plan.succeeds();
    assert!(!plan.text.contains("The last backup"), "{}", plan.text);
}
