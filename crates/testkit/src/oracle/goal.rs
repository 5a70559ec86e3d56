//! Whether what a configuration asks for is there.

use std::collections::BTreeSet;

use clouddb_sim::{HaGroupSnapshot, Simulator};
use serde_json::Value as Json;

use crate::commands::StateObject;
use crate::scenario::Block;

/// What the configuration asks for and the simulator does not have. Of what was `imported` the state need not
/// have what only its creation tells.
pub fn unfulfilled(
    cloud: &Simulator,
    blocks: &[Block],
    objects: &[StateObject],
    imported: &BTreeSet<String>,
) -> Vec<String> {
    let mut missing = Vec::new();
    for block in blocks.iter().filter(|block| !block.is_data) {
        let address = block.address();
        let known = objects.iter().find(|it| it.address == address);
        let is = known.is_some_and(|known| {
            let is_told = !imported.contains(&address);
            !known.tainted && exists(cloud, block, known, is_told)
        });
        if !is {
            missing.push(format!("{address} is not as configured"));
        }
    }
    missing
}

fn exists(cloud: &Simulator, block: &Block, known: &StateObject, is_told: bool) -> bool {
    let text = |name: &str| known.text(name).unwrap_or_default();
    let number = |name: &str| known.attributes.get(name).and_then(Json::as_u64);
    let wants = |name: &str| block.body.get(name).and_then(Json::as_str);
    match block.kind {
        "rackspace_db_instance" => cloud.instance(text("id")).is_some_and(|it| {
            let follows = wants("replica_of").or(wants("upgrade_of"));
            it.status == if wants("upgrade_of").is_some() { "VERIFY_UPGRADE" } else { "ACTIVE" }
                && wants("name") == Some(&it.name)
                && it.flavor_id == text("flavor_id")
                && Some(it.volume) == number("volume_size")
                && block.body.get("volume_size") == known.attributes.get("volume_size")
                && it.configuration_id.as_deref() == known.text("configuration_id")
                && it.configuration_id.is_some() == wants("configuration_id").is_some()
                && it.replica_of.as_deref() == follows
                && it.upgrade_of.as_deref() == wants("upgrade_of")
        }),
        "rackspace_db_ha_group" => cloud
            .ha_group(text("id"))
            .is_some_and(|it| it.state == "ACTIVE" && is_configured(&it, block, known)),
        "rackspace_db_database" => {
            cloud.databases(text("instance_id")).iter().any(|it| it.name == text("name"))
        }
        "rackspace_db_user" => cloud.users(text("instance_id")).iter().any(|it| {
            let granted = known.attributes.get("databases").and_then(|it| it.as_array());
            let granted = granted.map(|it| it.iter().filter_map(|name| name.as_str()).collect());
            let databases: BTreeSet<&str> = it.databases.iter().map(String::as_str).collect();
            it.name == text("name")
                && it.host == text("host")
                && wants("password") == Some(&it.password)
                && granted == Some(databases)
        }),
        "rackspace_db_root_user" => cloud.instance(text("instance_id")).is_some_and(|it| {
            it.root_enabled
                && match known.text("password") {
                    None => !is_told,
                    password => it.root_password.as_deref() == password,
                }
                && wants("rotate") == known.text("rotate")
        }),
        "rackspace_db_backup" | "rackspace_db_backup_copy" => {
            cloud.backups().iter().any(|it| it.id == text("id") && it.status == "COMPLETED")
        }
        "rackspace_db_backup_schedule" => cloud.schedules().iter().any(|it| {
            let is = |name: &str, value: Json| block.body.get(name) == Some(&value);
            it.id == text("id")
                && wants("instance_id") == Some(&it.source_id)
                && is("day_of_week", it.day_of_week.to_string().into())
                && is("hour", it.hour.into())
                && is("minute", it.minute.into())
                && is("full_backup_retention", it.full_backup_retention.into())
                && is("copy_to", it.copy_to.clone().into())
        }),
        "rackspace_db_configuration" => cloud.configurations().iter().any(|it| {
            let text =
                |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let values = it.values.iter().map(|(name, value)| (name.clone(), text(value).into()));
            it.id == known.text("id").unwrap_or_default()
                && wants("name") == Some(&it.name)
                && block.body.get("values") == Some(&Json::Object(values.collect()))
        }),
        _ => false,
    }
}

/// Whether an HA group is as its block says.
fn is_configured(it: &HaGroupSnapshot, block: &Block, known: &StateObject) -> bool {
    let wants = |name: &str| block.body.get(name).and_then(Json::as_str);
    let number = |name: &str| block.body.get(name).and_then(Json::as_u64);
    let given = block.body.get("acls").and_then(Json::as_array);
    let acls: Option<BTreeSet<&str>> = given.map(|it| it.iter().filter_map(Json::as_str).collect());
    wants("name") == Some(&it.name)
        && known.text("flavor_id") == Some(&it.flavor_id)
        && wants("flavor") == Some(&it.flavor_id)
        && known.attributes.get("volume_size").and_then(Json::as_u64) == Some(it.volume)
        && number("volume_size") == Some(it.volume)
        && number("replica_count") == u64::try_from(it.replica_ids.len()).ok()
        && acls == Some(it.acls.iter().map(String::as_str).collect())
        && it.configuration_id.is_some() == wants("configuration_id").is_some()
}
