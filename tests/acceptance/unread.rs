//! What was made is in the state, with its ID and its region, although nobody could look at it since.

use clouddb_sim::Fault;
use serde_json::json;
use testkit::catalogue;
use testkit::catalogue::arguments::Arguments;
use testkit::catalogue::entry::{Block, Entry};

use crate::ground::Ground;

/// Of each resource the look that follows a creation, and how often one precedes it.
const LOOKS: [(&str, &str, u32); 9] = [
    ("instance", "/instances/*", 0),
    ("database", "/instances/*/databases", 0),
    ("user", "/instances/*/users", 0),
    ("root_user", "/instances/*/root", 2),
    ("backup", "/backups/*", 0),
    ("backup_copy", "/backups/*", 3),
    ("backup_schedule", "/schedules/*", 0),
    ("configuration", "/configurations/*", 0),
    ("ha_group", "/ha/*", 0),
];

#[test]
fn what_was_made_and_cannot_be_read_is_in_the_state_with_its_id_and_its_region() {
    let entries = catalogue::entries_of(Block::Resource);
    assert_eq!(entries.len(), LOOKS.len());
    std::thread::scope(|scope| {
        for entry in &entries {
            scope.spawn(|| is_in_the_state(entry));
        }
    });
}

fn is_in_the_state(entry: &Entry) {
    let kind = entry.name.trim_start_matches("rackspace_db_");
    let (_, look, before) = LOOKS.into_iter().find(|it| it.0 == kind).unwrap();
    let (ground, address) = (Ground::new(), entry.address("it"));
    let soon = entry.attributes.iter().any(|it| it.name == "timeouts.create");
    let given = Arguments::default();
    let given = if soon { given.with("timeouts.create", json!("3s")) } else { given };
    ground.configure(&entry.hcl("it", &given));
    let world = &ground.world;
    world.terraform(&["plan", "-out=plan", "-input=false"]).succeeds();
    world.cloud().inject(Fault::on("GET", look).skip(before).status(403).always());

    let run = world.terraform(&["apply", "-no-color", "-input=false", "plan"]);

    let state = world.state(&address);
    let known = ["id", "region"].map(|it| state[it].as_str().is_some_and(|it| !it.is_empty()));
    assert_eq!(known, [true, true], "{address}: {state:#}\n{}", run.text);
    world.cloud().clear_faults();
    world.terraform(&["untaint", &address]);
    world.apply().succeeds();
    world.plan().is_empty();
    let again = world.state(&address);
    assert_eq!(again["id"], state["id"], "{address} was made anew");
}
