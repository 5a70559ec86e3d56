//! Each resource while the API refuses one of its calls: what the message names, and what the state has.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use testkit::catalogue;
use testkit::catalogue::arguments::Arguments;
use testkit::catalogue::entry::{Block, Entry};
use testkit::world::Run;

use crate::ground::Ground;

/// The calls about the object of one resource.
struct Calls {
    kind: &'static str,
    /// What messages call it.
    noun: &'static str,
    /// The `GET` that reads it.
    read: &'static str,
    /// How often that is sent before it is made.
    reads_before: u32,
    /// The `DELETE` that ends it, if one does.
    delete: Option<&'static str>,
}

const fn calls(
    kind: &'static str,
    noun: &'static str,
    read: &'static str,
    delete: &'static str,
) -> Calls {
    Calls { kind, noun, read, reads_before: 0, delete: Some(delete) }
}

const CALLS: [Calls; 9] = [
    calls("instance", "instance", "/instances/*", "/instances/*"),
    calls("database", "database", "/instances/*/databases", "/instances/*/databases/*"),
    calls("user", "user", "/instances/*/users", "/instances/*/users/*"),
    // A plan and its apply look whether root is enabled, and nothing disables it.
    Calls { reads_before: 2, delete: None, ..calls("root_user", "root", "/instances/*/root", "") },
    calls("backup", "backup", "/backups/*", "/backups/*"),
    // A plan and its apply look at the original, which is then waited for.
    Calls { reads_before: 3, ..calls("backup_copy", "backup", "/backups/*", "/backups/*") },
    calls("backup_schedule", "backup schedule", "/schedules/*", "/schedules/*"),
    calls("configuration", "configuration group", "/configurations/*", "/configurations/*"),
    calls("ha_group", "HA group", "/ha/*", "/ha/*"),
];

/// Judges all resources side by side.
fn of_each(judge: impl Fn(&Entry, &Calls) + Sync) {
    let entries = catalogue::entries_of(Block::Resource);
    assert_eq!(entries.len(), CALLS.len());
    let of = |entry: &Entry| {
        let kind = entry.name.trim_start_matches("rackspace_db_");
        CALLS.iter().find(|it| it.kind == kind).unwrap_or_else(|| panic!("{kind} is missing"))
    };
    std::thread::scope(|scope| {
        for entry in &entries {
            scope.spawn(|| judge(entry, of(entry)));
        }
    });
}

/// The titles of the errors that Terraform told in JSON.
fn errors(run: &Run) -> Vec<String> {
    let lines = run.text.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let told = lines.map(|line| line["diagnostic"].clone());
    told.filter(|it| it["severity"] == "error")
        .map(|it| it["summary"].as_str().unwrap().to_owned())
        .collect()
}

/// The kind and the name, or the ID where there is no name.
#[test]
fn every_refusal_names_the_object_that_it_is_about() {
    of_each(|entry, calls| {
        let (ground, address) = (Ground::new(), entry.address("it"));
        let world = &ground.world;
        ground.configure(&entry.hcl("it", &Arguments::default()));
        world.apply().succeeds();
        let state = world.state(&address);
        // Root is called root everywhere.
        let name = state["name"].as_str().filter(|name| *name != calls.noun);
        let name = name.map(|name| format!("\"{name}"));
        let key = name.unwrap_or_else(|| state["id"].as_str().unwrap().to_owned());

        let plan = Some(("GET", calls.read, &["plan", "-json", "-input=false"][..]));
        let destroy = &["destroy", "-json", "-input=false", "-auto-approve"][..];
        let destroy = calls.delete.map(|delete| ("DELETE", delete, destroy));
        for (method, path, command) in plan.into_iter().chain(destroy) {
            world.cloud().inject(Fault::on(method, path).status(403).always());
            let run = world.terraform(command);
            world.cloud().clear_faults();

            let told = errors(&run);
            let is_named = |it: &String| it.contains(calls.noun) && it.contains(&key);
            assert!(
                !told.is_empty() && told.iter().all(is_named),
                "{address}, {method}: {told:?} does not name {} {key}\n{}",
                calls.noun,
                run.text
            );
        }
    });
}

/// With its ID and its region, and nothing is made anew.
#[test]
fn what_was_made_and_cannot_be_read_is_in_the_state() {
    of_each(|entry, calls| {
        let (ground, address) = (Ground::new(), entry.address("it"));
        let world = &ground.world;
        let waits = entry.attributes.iter().any(|it| it.name == "timeouts.create");
        let given = Arguments::default();
        let given = if waits { given.with("timeouts.create", json!("3s")) } else { given };
        ground.configure(&entry.hcl("it", &given));
        world.terraform(&["plan", "-out=plan", "-input=false"]).succeeds();
        let refused = Fault::on("GET", calls.read).skip(calls.reads_before).status(403);
        world.cloud().inject(refused.always());

        let run = world.terraform(&["apply", "-no-color", "-input=false", "plan"]);

        run.fails_with(&["403"]);
        let state = world.state(&address);
        let known = ["id", "region"].map(|it| state[it].as_str().is_some_and(|it| !it.is_empty()));
        assert_eq!(known, [true, true], "{address}: {state:#}\n{}", run.text);
        world.cloud().clear_faults();
        if world.is_tainted(&address) {
            world.terraform(&["untaint", &address]).succeeds();
        }
        world.apply().succeeds();
        world.plan().is_empty();
        assert_eq!(world.state(&address)["id"], state["id"], "{address} was made anew");
    });
}
