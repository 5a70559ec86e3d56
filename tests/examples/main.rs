//! Everything that a user may copy, from `examples/`, the README and the guides: it applies, plans
//! empty, and is destroyed.

#![cfg(test)]

mod figures;
mod guide;
mod guides;
mod modules;
mod production;
mod upgrade;

use std::fs;
use std::path::{Path, PathBuf};

use clouddb_sim::{ClockSkew, Options};
use serde_json::Value;
use testkit::feature::Feature;
use testkit::world::World;

/// The region that the examples name.
const REGION: &str = "ORD";

#[test]
fn every_resource_example_lives_from_creation_to_destruction() {
    let folders = folders_below("resources");
    assert!(folders.len() >= 4, "{folders:?}");
    for folder in folders {
        let world = world();
        let name = folder.file_name().unwrap().to_str().unwrap();
        copy_provider(&world);
        let files = files_of(&folder).into_iter().filter(|file| is_example(file));
        let files: Vec<PathBuf> = files.inspect(|file| copy(&world, file)).collect();
        world.apply().succeeds();
        world.plan().is_empty();
        shows_the_import(&world, &folder, name);
        gives_up_protection(&world, &files);
        world.destroy().succeeds();
        leaves_final_backups(&world, &files);
        assert!(world.cloud().is_empty(), "{name} leaves something behind");
    }
}

#[test]
fn every_data_source_example_can_be_read() {
    let folders = folders_below("data-sources");
    assert!(folders.len() >= 9, "{folders:?}");
    for folder in folders {
        let world = world();
        copy_provider(&world);
        copy(&world, &folder.join("data-source.tf"));
        let orders = world.cloud().add_instance("orders", "3", 20);
        world.cloud().add_database(&orders, "invoices");
        world.cloud().add_user(&orders, "billing", "%", "secret-password", &["invoices"]);
        world.cloud().add_backup(&orders, "nightly");
        world.cloud().add_configuration("standard", false);
        world.cloud().add_ha_group("shop", "3", 20, 1);

        world.apply().succeeds();
        world.plan().is_empty();
        world.destroy().succeeds();
    }
}

#[test]
fn every_function_example_computes() {
    let folders = folders_below("functions");
    assert!(folders.len() >= 4, "{folders:?}");
    for folder in folders {
        let world = world();
        copy_provider(&world);
        copy(&world, &folder.join("function.tf"));
        let orders = world.cloud().add_instance("orders", "3", 20);
        world.cloud().add_database(&orders, "invoices");
        world.cloud().add_user(&orders, "billing", "%", "secret-password", &["invoices"]);

        world.apply().succeeds();
        world.plan().is_empty();
        world.destroy().succeeds();
    }
}

#[test]
fn every_ephemeral_resource_example_is_opened_and_reaches_what_uses_it() {
    let folders = folders_below("ephemeral-resources");
    assert!(!folders.is_empty());
    for folder in folders {
        let world = world();
        copy_provider(&world);
        copy(&world, &folder.join("ephemeral-resource.tf"));

        world.apply().succeeds();
        world.plan().is_empty();
        world.destroy().succeeds();
        assert_eq!(world.cloud().count("GET", "/flavors"), 1, "the script has called the API");
        assert_ne!(world.cloud().count("GET", "/instances"), 0, "and so has the other provider");
    }
}

#[test]
fn every_list_resource_example_finds_what_it_asks_for() {
    let folders = folders_below("list-resources");
    assert!(folders.len() >= 4, "{folders:?}");
    for folder in folders {
        let mut world = world();
        if !world.knows(Feature::Query) {
            return;
        }
        copy_provider(&world);
        copy(&world, &folder.join("list-resource.tfquery.hcl"));
        let month_ago = ClockSkew { objects: -31 * 24 * 60 * 60, ..ClockSkew::default() };
        world.cloud().set_clocks(month_ago);
        let [orders, other] = ["orders", "web"].map(|it| world.cloud().add_instance(it, "3", 20));
        world.cloud().add_backup(&orders, "monthly");
        world.cloud().set_clocks(ClockSkew::default());
        for id in [&orders, &other] {
            world.cloud().add_database(id, "invoices");
            world.cloud().add_user(id, "billing", "%", "secret-password", &["invoices"]);
            world.cloud().add_backup(id, "nightly");
        }
        world.cloud().enable_root(&orders, "secret-password");
        world.cloud().add_configuration("tuned", false);
        let other = world.cloud().add_configuration("other", false);
        world.cloud().set_datastore(&other, "percona", "5.7");
        world.cloud().add_schedule(&orders, 3, 30);
        world.cloud().add_ha_group("shop", "3", 20, 1);
        let schedule = format!("schedule of {orders}");
        let schedule = [schedule.as_str()];
        world.set("TF_VAR_instance_id", &orders);

        let query = world.terraform(&["query", "-json"]);

        let name = folder.file_name().unwrap().to_str().unwrap();
        let mut found = found(&query.succeeds().text, name);
        found.dedup();
        let wanted: &[&str] = match name {
            "rackspace_db_instance" => &["orders"],
            "rackspace_db_database" => &["invoices on orders", "invoices on web"],
            "rackspace_db_user" => &["billing@% on orders"],
            "rackspace_db_root_user" => &["root of orders"],
            "rackspace_db_configuration" => &["tuned"],
            "rackspace_db_backup_schedule" => &schedule,
            "rackspace_db_ha_group" => &["shop"],
            _ => &["monthly"],
        };
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn every_action_example_does_what_it_is_for() {
    let folders = folders_below("actions");
    assert!(folders.len() >= 4, "{folders:?}");
    for folder in folders {
        let world = world();
        if !world.knows(Feature::Actions) {
            return;
        }
        let name = folder.file_name().unwrap().to_str().unwrap();
        copy_provider(&world);
        copy(&world, &folder.join("action.tf"));
        match name {
            "rackspace_db_instance_restart" => is_restarted(&world),
            "rackspace_db_instance_backup" => is_backed_up(&world),
            _ => is_invoked(&world, name),
        }
    }
}

/// Of two updates only the second one leaves the instance in need of a restart.
fn is_restarted(world: &World) {
    world.apply().succeeds();
    let id = world.cloud().instances()[0].id.clone();
    for (status, restarts) in [("ACTIVE", 0), ("RESTART_REQUIRED", 1)] {
        world.cloud().set_status(&id, status);
        rename(world, &format!("orders {status}"));

        world.apply().succeeds().says(&["Actions: 1 invoked."]);
        assert_eq!(world.cloud().count("POST", "/instances/*/action"), restarts, "{status}");
        world.plan().is_empty();
    }
}

/// As many backups are kept as the example says.
fn is_backed_up(world: &World) {
    world.apply().succeeds();
    assert!(world.cloud().backups().is_empty(), "a creation is no update");
    for (number, backups) in [1, 2, 3, 3].into_iter().enumerate() {
        let gb = format!("volume_size = {}", 21 + number);
        change(world, "volume_size = ", &gb);

        world.apply().succeeds().says(&["Actions: 1 invoked."]);
        assert_eq!(world.cloud().backups().len(), backups);
        world.plan().is_empty();
    }
}

/// What is invoked by hand has the effect, changes nothing else, and is in no state.
fn is_invoked(world: &World, name: &str) {
    let orders = world.cloud().add_instance("orders", "3", 20);
    world.cloud().add_backup(&orders, "nightly");
    world.cloud().add_schedule(&orders, 3, 30);
    world.cloud().add_ha_group("orders", "3", 20, 1);
    let invoked = world.terraform(&[
        "apply",
        "-no-color",
        "-input=false",
        "-auto-approve",
        &format!("-invoke=action.{name}.orders"),
    ]);

    invoked.succeeds().says(&["Actions: 1 invoked."]);
    let writes = world.cloud().writes();
    assert_eq!(writes.len(), 1, "{writes:#?}");
    match name {
        "rackspace_db_instance_save_logs" => assert!(writes[0].body.get("save_logs").is_some()),
        "rackspace_db_ha_group_restart" => assert!(writes[0].body.get("restart").is_some()),
        "rackspace_db_backup_schedule_run" => {
            assert!(world.cloud().backups().iter().any(|it| it.is_automated));
        }
        "rackspace_db_backup_copy" => {
            let backups = world.cloud().backups();
            let mut regions: Vec<_> = backups.iter().map(|it| it.region.as_str()).collect();
            regions.sort_unstable();
            assert_eq!(regions, ["DFW", REGION]);
        }
        _ => panic!("nothing is known of the effect of {name}"),
    }
}

/// Renames the instance of an example.
fn rename(world: &World, name: &str) {
    change(world, "name        = ", &format!("name        = \"{name}\""));
}

/// Writes another line in the place of the one of `action.tf` that begins so.
fn change(world: &World, start: &str, line: &str) {
    let text = fs::read_to_string(world.folder().join("action.tf")).unwrap();
    let lines = text.lines().map(|it| if it.trim_start().starts_with(start) { line } else { it });
    world.write("action.tf", &lines.collect::<Vec<_>>().join("\n"));
}

/// The display names of all objects of a type that a query has found, in their order.
fn found(events: &str, name: &str) -> Vec<String> {
    let events = events.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found = events.filter_map(|event| {
        let found = &event["list_resource_found"];
        let display_name = found["display_name"].as_str()?;
        (found["resource_type"] == name).then(|| display_name.to_owned())
    });
    let mut found: Vec<_> = found.collect();
    found.sort();
    found
}

#[test]
fn the_provider_example_and_the_whole_configuration_apply() {
    for file in ["provider/provider.tf", "complete/main.tf"] {
        let world = world();
        copy(&world, &examples().join(file));

        world.apply().succeeds();
        world.plan().is_empty();
        world.destroy().succeeds();
        assert!(world.cloud().is_empty(), "{file} leaves something behind");
    }
}

#[test]
fn the_configuration_of_the_readme_applies() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```terraform\n").expect("a configuration");
    let (configuration, _) = rest.split_once("```").expect("its end");
    let world = world();
    world.write("main.tf", configuration);

    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.cloud().instances()[0].users.len(), 1);
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn examples() -> PathBuf {
    root().join("examples")
}

/// A world in the region of the examples, in which each of their variables has a value.
fn world() -> World {
    let mut world = World::with(Options { default_region: REGION.into(), ..Options::default() });
    world.set("RAX_REGION", "");
    for variable in variables_below(&examples()) {
        world.set(&format!("TF_VAR_{variable}"), "correct-horse-battery");
    }
    world
}

/// The variables of the examples that have no default.
fn variables_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in files_of(folder) {
        if file.is_dir() {
            found.extend(variables_below(&file));
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let blocks = text.split("variable \"").skip(1);
        let blocks = blocks.filter_map(|it| it.split_once("\n}")?.0.split_once('"'));
        let needed = blocks.filter(|(_, block)| !block.contains("default "));
        found.extend(needed.map(|(name, _)| name.to_owned()));
    }
    found
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn folders_below(name: &str) -> Vec<PathBuf> {
    files_of(&examples().join(name))
}

/// `resource.tf` and `resource_*.tf`, which belong together; not the import blocks.
fn is_example(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_string_lossy();
    name.starts_with("resource") && file.extension().is_some_and(|it| it == "tf")
}

fn copy(world: &World, file: &Path) {
    let name = file.file_name().unwrap().to_str().unwrap();
    world.write(name, &fs::read_to_string(file).unwrap());
}

fn copy_provider(world: &World) {
    copy(world, &examples().join("provider").join("provider.tf"));
}

/// An example that protects something cannot be destroyed before it says otherwise.
fn gives_up_protection(world: &World, files: &[PathBuf]) {
    const PROTECTED: &str = "deletion_protection = true";
    let texts = files.iter().map(|file| (file, fs::read_to_string(file).unwrap()));
    for (file, text) in texts.filter(|(_, text)| text.contains(PROTECTED)) {
        world.destroy().fails_with(&["is protected from deletion"]);
        let name = file.file_name().unwrap().to_str().unwrap();
        world.write(name, &text.replace(PROTECTED, "deletion_protection = false"));
        world.apply().succeeds();
    }
}

/// Takes away the backups that outlive their instance, which are those that the example names.
fn leaves_final_backups(world: &World, files: &[PathBuf]) {
    let texts: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let lines = texts.lines().filter_map(|line| line.trim().strip_prefix("final_backup_name"));
    let named: Vec<&str> = lines.filter_map(|rest| rest.split('"').nth(1)).collect();
    let backups = world.cloud().backups();
    let left: Vec<&str> = backups.iter().map(|backup| backup.name.as_str()).collect();
    assert_eq!(left, named);
    for backup in &backups {
        world.cloud().remove_backup(&backup.id);
    }
}

/// All ways of importing name an object of the example, by an ID of the right shape.
fn shows_the_import(world: &World, folder: &Path, name: &str) {
    let block = fs::read_to_string(folder.join("import-by-string-id.tf")).unwrap();
    let argument = |key: &str| {
        let line = block.lines().find_map(|line| line.trim().strip_prefix(key));
        line.unwrap_or_else(|| panic!("{name}: no {key:?}")).trim_matches('"').to_owned()
    };
    let (address, id) = (argument("to = "), argument("id = "));

    let real = world.state(&address)["id"].as_str().unwrap_or_default().to_owned();
    assert_eq!(shape(&id), shape(&real), "{name}: the ID of {address} looks like {real}");

    // The identity in the other block is made of the same parts.
    let block = fs::read_to_string(folder.join("import-by-identity.tf")).unwrap();
    let given = |key: &str| {
        let value = |line: &str| {
            Some(
                line.trim()
                    .strip_prefix(key)?
                    .trim()
                    .strip_prefix('=')?
                    .trim()
                    .trim_matches('"')
                    .to_owned(),
            )
        };
        block.lines().find_map(value)
    };
    assert_eq!(given("to"), Some(address.clone()), "{name}");
    let whole = match (given("id"), given("instance_id"), given("name"), given("host")) {
        (Some(id), None, None, None) => id,
        (None, Some(instance), None, None) => instance,
        (None, Some(instance), Some(name), None) => format!("{instance}/{name}"),
        (None, Some(instance), Some(name), Some(host)) => format!("{instance}/{name}@{host}"),
        other => panic!("{name}: {other:?} names no object"),
    };
    assert_eq!(whole, id, "{name}");

    let script = fs::read_to_string(folder.join("import.sh")).unwrap();
    let command = script.lines().next_back().unwrap_or_default().replace('\'', "");
    assert_eq!(command, format!("terraform import {address} {id}"));
}

/// An ID with each UUID replaced by one word.
fn shape(id: &str) -> String {
    let part = |part: &str| {
        let is_uuid = part.len() == 36 && part.matches('-').count() == 4;
        if is_uuid { "UUID".to_owned() } else { part.to_owned() }
    };
    id.split('/').map(part).collect::<Vec<_>>().join("/")
}
