//! Whatever fails, the message names the object: the kind and the name, or the ID where there is no name.

use clouddb_sim::Fault;
use serde_json::Value as Json;
use testkit::catalogue;
use testkit::catalogue::arguments::Arguments;
use testkit::catalogue::entry::{Block, Entry};

use crate::ground::Ground;

/// Of each resource the calls that read and that delete its object, and what a message calls it.
const CALLS: [(&str, &str, &str, &str); 9] = [
    ("instance", "/instances/*", "/instances/*", "instance"),
    ("database", "/instances/*/databases", "/instances/*/databases/*", "database"),
    ("user", "/instances/*/users", "/instances/*/users/*", "user"),
    // Nothing disables root.
    ("root_user", "/instances/*/root", "", "root"),
    ("backup", "/backups/*", "/backups/*", "backup"),
    ("backup_copy", "/backups/*", "/backups/*", "backup"),
    ("backup_schedule", "/schedules/*", "/schedules/*", "backup schedule"),
    ("configuration", "/configurations/*", "/configurations/*", "configuration group"),
    ("ha_group", "/ha/*", "/ha/*", "HA group"),
];

#[test]
fn every_refusal_names_the_object_that_it_is_about() {
    let entries = catalogue::entries_of(Block::Resource);
    assert_eq!(entries.len(), CALLS.len());
    std::thread::scope(|scope| {
        for entry in &entries {
            scope.spawn(|| names_its_object(entry));
        }
    });
}

fn names_its_object(entry: &Entry) {
    let kind = entry.name.trim_start_matches("rackspace_db_");
    let (_, read, delete, noun) = CALLS.into_iter().find(|it| it.0 == kind).unwrap();
    let (ground, address) = (Ground::new(), entry.address("it"));
    ground.configure(&entry.hcl("it", &Arguments::default()));
    let world = &ground.world;
    world.apply().succeeds();
    let state = world.state(&address);
    let named = state["name"].as_str().filter(|name| !name.is_empty());
    let key = named.or(state["id"].as_str()).unwrap();

    for (call, path, command) in [
        ("GET", read, &["plan", "-json", "-input=false"][..]),
        ("DELETE", delete, &["destroy", "-json", "-input=false", "-auto-approve"]),
    ] {
        if path.is_empty() {
            continue;
        }
        world.cloud().inject(Fault::on(call, path).status(403).always());
        let run = world.terraform(command);
        world.cloud().clear_faults();

        let lines = run.text.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let told: Vec<String> = lines
            .map(|line| line["diagnostic"].clone())
            .filter(|it| it["severity"] == "error")
            .map(|it| it["summary"].as_str().unwrap().to_owned())
            .collect();
        let is_named = |it: &String| it.contains(noun) && it.contains(key);
        assert!(
            !told.is_empty() && told.iter().all(is_named),
            "{address}, {call}: {told:?} does not name {noun} {key}\n{}",
            run.text
        );
    }
}
