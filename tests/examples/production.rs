//! The life of `examples/complete/production`: it is applied, changed in place, fails over, is upgraded,
//! imported into an empty state, and destroyed.

use std::collections::BTreeSet;
use std::fs;

use testkit::feature::Feature;
use testkit::world::World;

use crate::{copy, examples, files_of, world};

const GROUP: &str = "rackspace_db_ha_group.shop";
const APP: &str = "rackspace_db_user.app";

/// What is changed, by its variable, and whose change in place that is.
const CHANGES: [(&str, &str, &[&str]); 9] = [
    ("flavor", "4GB Instance", &[GROUP]),
    ("volume_size", "50", &[GROUP]),
    ("replica_count", "2", &[GROUP]),
    ("clients", r#"["10.180.0.0/16", "198.51.100.0/24"]"#, &[GROUP]),
    ("max_connections", "500", &["rackspace_db_configuration.shop"]),
    ("open_files", "4000", &["rackspace_db_configuration.shop", GROUP]),
    ("app_password_version", "2", &[APP]),
    ("reported", r#"["orders", "visits"]"#, &["rackspace_db_user.report"]),
    ("backup_hour", "4", &["rackspace_db_backup_schedule.shop"]),
];

/// The kinds of what is there.
const LISTED: [&str; 7] =
    ["ha_group", "instance", "database", "user", "configuration", "backup", "backup_schedule"];

/// The addresses of what a plan changes, all of them in place.
fn updates(world: &World) -> BTreeSet<String> {
    let changes = world.changes();
    for (address, actions) in &changes {
        assert_eq!(actions.as_slice(), ["update"], "{address}");
    }
    changes.into_iter().map(|(address, _)| address).collect()
}

/// Whether that is in the group.
fn is_inside(address: &str) -> bool {
    ["rackspace_db_database.shop", "rackspace_db_user."].iter().any(|it| address.starts_with(it))
}

fn fail_over(world: &World) {
    let text = |world: &World, attribute: &str| {
        world.state(GROUP)[attribute].as_str().unwrap_or_default().to_owned()
    };
    let (group, before) = (text(world, "id"), text(world, "source_instance_id"));
    let endpoint = text(world, "write_endpoint");
    assert!(world.cloud().fail_over(&group));
    world.plan().succeeds();
    world.cloud().clear_requests();

    world.apply().succeeds();
    world.plan().is_empty();

    let now = text(world, "source_instance_id");
    assert_ne!(now, before);
    assert!(text(world, "id") == group && text(world, "write_endpoint") == endpoint);
    assert_eq!(world.state(APP)["id"], format!("{now}/shop_app@%"));
    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
}

fn verify_the_upgrade(world: &mut World) {
    world.set("TF_VAR_stock_is_upgraded", "true");
    let upgraded = "rackspace_db_instance.stock_upgraded";
    assert_eq!(updates(world), BTreeSet::from([upgraded.to_owned()]));

    world.apply().succeeds();
    world.plan().is_empty();

    world.terraform(&["apply", "-refresh-only", "-auto-approve"]).succeeds();
    for (address, version) in [("rackspace_db_instance.stock", "5.7"), (upgraded, "8.0")] {
        let state = world.state(address);
        assert_eq!(
            (&state["status"], &state["datastore"]["version"]),
            (&"ACTIVE".into(), &version.into())
        );
    }
}

/// Everything is found by a query, and imported by what that writes, without a change.
fn is_found_by_a_query(made: &World) {
    let world = World::on(made);
    if !world.knows(Feature::Query) {
        return;
    }
    let main = fs::read_to_string(examples().join("complete/production/main.tf")).unwrap();
    let (blocks, _) = main.split_once("\nlocals {").unwrap();
    world.write("main.tf", blocks);
    let list = |kind: &&str| {
        format!(
            "list \"rackspace_db_{kind}\" \"all\" {{\n  provider = rackspace\n  limit    = 1000\n}}\n"
        )
    };
    world.write("estate.tfquery.hcl", &LISTED.iter().map(list).collect::<String>());
    made.cloud().clear_requests();

    world.terraform(&["query", "-generate-config-out=generated.tf"]).succeeds();
    let plan = world.plan();
    plan.succeeds().says(&[" to import, 0 to add, 0 to change, 0 to destroy"]);
    world.apply().succeeds();
    world.plan().is_empty();

    assert!(made.cloud().writes().is_empty(), "{:?}", made.cloud().writes());
    // The data of staging came with its backup, and no block has it.
    let staging = made.state("rackspace_db_instance.staging")["id"].as_str().unwrap().to_owned();
    let (found, ours) = (managed(&world), managed(made));
    assert!(ours.is_subset(&found), "{:?}", ours.difference(&found));
    assert!(found.difference(&ours).all(|it| it.starts_with(&format!("{staging}/"))), "{found:?}");
}

/// The IDs of all that a state holds.
fn managed(world: &World) -> BTreeSet<String> {
    let shown = world.json(&["show", "-json"]);
    let resources = shown["values"]["root_module"]["resources"].as_array().unwrap().iter();
    resources.map(|it| it["values"]["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_shop_in_production_lives_from_creation_to_destruction() {
    let mut world = world();
    for file in files_of(&examples().join("complete/production")) {
        copy(&world, &file);
    }
    world.apply().succeeds();
    world.plan().is_empty();

    for (variable, value, changed) in CHANGES {
        world.set(&format!("TF_VAR_{variable}"), value);
        let changed: BTreeSet<&str> = changed.iter().copied().collect();
        let updates = updates(&world);
        let updates = updates.iter().map(String::as_str);
        // What is in the group follows wherever a change may make another member the source.
        let follows = |it: &&str| !changed.contains(it) && changed.contains(GROUP) && is_inside(it);
        let updates: BTreeSet<&str> = updates.filter(|it| !follows(it)).collect();
        assert_eq!(updates, changed, "{variable}");
        world.apply().succeeds();
        world.plan().is_empty();
    }
    fail_over(&world);
    verify_the_upgrade(&mut world);
    is_found_by_a_query(&world);

    world.destroy().succeeds();
    assert!(world.cloud().is_empty(), "something is left behind");
}
