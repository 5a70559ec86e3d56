//! Configuration that is generated for objects which exist: it plans nothing but their import.

use testkit::catalogue;
use testkit::catalogue::attribute::{Attribute, Change, Shown, Value};
use testkit::catalogue::entry::{Block, Entry};
use testkit::feature::Feature;
use testkit::world::World;
use tfplug::testing::Action;

use crate::account::Account;

/// What is wrong with the configuration of an object that was made with this value.
async fn offence(entry: Entry, attribute: Attribute, value: Value) -> Option<String> {
    let account = Account::new().await;
    let given = entry.required().and(&value.beside).with(&attribute.name, value.json.clone());
    let config = account.config(&given);
    let made = account.harness.apply(entry.name, None, &config).await;
    let Some(made) = made.object.filter(|_| !made.diagnostics.has_errors()) else {
        return Some(format!("is not applied: {}", made.diagnostics));
    };
    account.begin().await;
    let id = made.json()["id"].as_str()?.to_owned();
    let found = account.harness.import(entry.name, &id).await;
    let Some(object) = found.object else {
        return Some(format!("cannot be imported: {}", found.diagnostics));
    };

    let generated = account.harness.generate_config(entry.name, &object);

    let plan = account.harness.plan(entry.name, Some(&object), &generated).await;
    if plan.action != Action::NoOp || !plan.diagnostics.is_empty() {
        let (action, found) = (plan.action, plan.diagnostics);
        return Some(format!("is planned as {action:?}: {found}\n{generated}"));
    }
    let outer = attribute.name.split('.').next()?;
    // Of what the service has never learnt of, an import knows nothing.
    let of_the_service = matches!(attribute.change, Some((Change::InPlace | Change::Replaces, _)));
    let is_default = attribute.shown == Shown::Value(value.json);
    let is_kept = of_the_service && attribute.is_imported && !is_default;
    (is_kept && generated[outer].is_null()).then(|| format!("is left out of {generated}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_generated_for_any_object_of_the_catalogue_plans_nothing() {
    let mut tasks = Vec::new();
    for entry in catalogue::entries_of(Block::Resource) {
        for attribute in entry.attributes.clone().into_iter().filter(Attribute::is_given) {
            for value in attribute.values.clone() {
                let place =
                    format!("{}: {}.{} = {}", entry.file, entry.name, attribute.name, value.json);
                let task = offence(entry.clone(), attribute.clone(), value);
                tasks.push((place, tokio::spawn(task)));
            }
        }
    }
    assert!(tasks.len() > 40, "the catalogue is cut short");
    let mut offences = Vec::new();
    for (place, task) in tasks {
        match task.await {
            Ok(None) => {}
            Ok(Some(wrong)) => offences.push(format!("{place} {wrong}")),
            Err(panic) => offences.push(format!("{place} ends the test: {panic}")),
        }
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

const ESTATE: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
resource "rackspace_db_instance" "copy" {
  name        = "web copy"
  flavor      = 2
  volume_size = 10
  replica_of  = rackspace_db_instance.main.id
}
resource "rackspace_db_database" "shop" {
  instance_id   = rackspace_db_instance.main.id
  name          = "shop"
  character_set = "utf8mb4"
}
resource "rackspace_db_user" "app" {
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  host        = "10.0.0.%"
  password    = "pw-1"
  databases   = [rackspace_db_database.shop.name]
}
resource "rackspace_db_backup" "nightly" {
  instance_id = rackspace_db_instance.main.id
  name        = "nightly"
}
"#;

#[test]
fn terraform_writes_what_a_person_would_and_imports_without_a_change() {
    let made = World::new();
    made.holds(ESTATE);
    let world = World::on(&made);
    if !world.knows(Feature::GeneratedConfiguration) {
        return;
    }
    let addresses = [
        "rackspace_db_instance.main",
        "rackspace_db_instance.copy",
        "rackspace_db_database.shop",
        "rackspace_db_user.app",
        "rackspace_db_backup.nightly",
    ];
    let block = |to: &str| format!("import {{\n  to = {to}\n  id = {}\n}}\n", made.state(to)["id"]);
    world.configure(&addresses.map(block).concat());
    made.cloud().clear_requests();

    let plan = world.terraform(&["plan", "-generate-config-out=generated.tf"]);
    plan.succeeds().says(&["5 to import, 0 to add, 0 to change, 0 to destroy"]);
    world.apply().succeeds();
    world.plan().is_empty();

    assert!(made.cloud().writes().is_empty(), "{:?}", made.cloud().writes());
    let written = std::fs::read_to_string(world.folder().join("generated.tf")).unwrap();
    let named = addresses.into_iter().fold(written, |text, address| {
        let id = made.state(address)["id"].as_str().unwrap_or_default().to_owned();
        text.replace(&id, &format!("ID of {address}"))
    });
    // Terraform writes the blocks in the order in which it has read the objects.
    let mut blocks: Vec<&str> = named.split("\n\n").map(str::trim).collect();
    blocks.sort_unstable();
    insta::assert_snapshot!("estate", blocks.join("\n\n"));
}
