//! What exists at the server, by the ID that a state would have for it. A root user has the ID of its
//! instance, and a key of its own here.

use std::collections::BTreeMap;

use clouddb_sim::{
    BackupSnapshot, ConfigurationSnapshot, HaGroupSnapshot, ScheduleSnapshot, Simulator,
};
use serde_json::{Map, Value as Json, json};

use super::label::Kind;
use super::schedules;
use super::settings::mean_the_same;
use crate::commands::StateObject;

/// Something that exists.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// What a state has to say of it, too.
    pub(super) facts: Map<String, Json>,
    /// The HA group that it is in, on whose source it is.
    pub(super) within: Option<String>,
    /// The password, which nothing tells.
    pub(super) secret: Option<String>,
}

impl Thing {
    pub(super) fn new(kind: Kind, name: &str, facts: Json) -> Self {
        let Json::Object(facts) = facts else { return Self::new(kind, name, json!({})) };
        Self { kind, name: name.to_owned(), facts, within: None, secret: None }
    }

    fn within(self, group: Option<&String>) -> Self {
        Self { within: group.cloned(), ..self }
    }

    pub(super) fn with_secret(self, secret: Option<String>) -> Self {
        Self { secret, ..self }
    }
}

/// Everything that exists.
pub(super) type Census = BTreeMap<String, Thing>;

/// What exists now.
pub(super) fn census(cloud: &Simulator) -> Census {
    let mut census = Census::new();
    // A replica in an HA group is a matter of the group, and has nothing of its own.
    let instances = cloud.instances().into_iter();
    for it in instances.filter(|it| it.ha_id.is_none() || it.replica_of.is_none()) {
        let within = it.ha_id.as_ref();
        for database in &it.databases {
            let facts = json!({ "name": database.name, "region": it.region });
            let thing = Thing::new(Kind::Database, &database.name, facts).within(within);
            census.insert(format!("{}/{}", it.id, database.name), thing);
        }
        for user in &it.users {
            let facts = json!({
                "name": user.name, "host": user.host, "databases": user.databases,
                "region": it.region,
            });
            let thing = Thing::new(Kind::User, &user.name, facts).within(within);
            let thing = thing.with_secret(Some(user.password.clone()));
            census.insert(format!("{}/{}@{}", it.id, user.name, user.host), thing);
        }
        if it.root_enabled {
            let facts = json!({ "instance_id": it.id, "region": it.region });
            let root = Thing::new(Kind::Root, &it.id, facts).with_secret(it.root_password);
            census.insert(root_of(&it.id), root);
        }
        if within.is_some() {
            continue;
        }
        let replica_of = it.replica_of.filter(|_| it.upgrade_of.is_none());
        let facts = json!({
            "name": it.name, "flavor_id": it.flavor_id, "volume_size": it.volume,
            "replica_of": replica_of, "upgrade_of": it.upgrade_of,
            "configuration_id": it.configuration_id, "region": it.region,
        });
        census.insert(it.id, Thing::new(Kind::Instance, &it.name, facts));
    }
    let ha_groups = cloud.ha_groups().into_iter();
    census.extend(ha_groups.map(|it| (it.id.clone(), ha_group(&it))));
    // What a schedule makes is in no state.
    for it in cloud.backups().into_iter().filter(|it| !it.is_automated) {
        let thing = match (&it.copy_of, &it.ha_id) {
            (None, None) => {
                let facts = json!({ "name": it.name, "instance_id": it.instance_id });
                Thing::new(Kind::Backup, &it.name, facts)
            }
            (None, Some(group)) => {
                let facts = json!({ "name": it.name, "source_ha_group_id": group });
                Thing::new(Kind::Backup, &it.name, facts)
            }
            (Some(_), _) => copy(&it),
        };
        census.insert(it.id, thing);
    }
    let schedules = cloud.schedules().into_iter();
    census.extend(schedules.map(|it| (it.id.clone(), schedule(&it))));
    for it in cloud.configurations() {
        let facts = json!({
            "name": it.name, "description": described(&it), "values": it.values,
            "region": it.region,
        });
        census.insert(it.id, Thing::new(Kind::Group, &it.name, facts));
    }
    census
}

/// An HA group that exists.
fn ha_group(it: &HaGroupSnapshot) -> Thing {
    let facts = json!({
        "name": it.name, "flavor_id": it.flavor_id, "volume_size": it.volume,
        "replica_count": it.replica_ids.len(), "acls": it.acls,
        "configuration_id": it.configuration_id, "region": it.region, "source_instance_id": it.source_id,
        "member_ids": it.source_id.iter().chain(&it.replica_ids).collect::<Vec<_>>(),
    });
    Thing::new(Kind::HaGroup, &it.name, facts)
}

/// A copy that exists. One of a group's backup is of no instance.
fn copy(it: &BackupSnapshot) -> Thing {
    let facts = json!({
        "name": it.name, "region": it.region,
        "instance_id": it.ha_id.is_none().then_some(&it.instance_id), "backup_id": it.copy_of,
    });
    Thing::new(Kind::Copy, &it.name, facts)
}

/// A schedule that exists.
fn schedule(it: &ScheduleSnapshot) -> Thing {
    let copy_to = if it.copy_to.is_empty() { Json::Null } else { json!(it.copy_to) };
    let facts = json!({
        (schedules::place(it)): it.source_id, "day_of_week": it.day_of_week.to_string(), "hour": it.hour,
        "minute": it.minute, "full_backup_retention": it.full_backup_retention,
        "copy_to": copy_to, "region": it.region,
    });
    Thing::new(Kind::Schedule, &it.source_id, facts)
}

/// The description of a group; the API takes one away by making it empty.
pub(super) fn described(group: &ConfigurationSnapshot) -> Option<&str> {
    group.description.as_deref().filter(|it| !it.is_empty())
}

/// What an object in a state says otherwise than the server. Of what was imported nobody knows what it was
/// copied from.
pub(super) fn differences(thing: &Thing, object: &StateObject, imported: bool) -> Vec<String> {
    let said = |attribute: &str| object.attributes.get(attribute).unwrap_or(&Json::Null);
    let same = |attribute: &str, fact: &Json| match attribute {
        "day_of_week" => schedules::is_day(said(attribute), fact),
        "backup_id" if imported => true,
        // Only the configuration ends it where others have ended the upgrade.
        "upgrade_of" if fact.is_null() => true,
        _ => same(said(attribute), fact),
    };
    let wrong = thing.facts.iter().filter(|(attribute, fact)| !same(attribute, fact));
    wrong
        .map(|(attribute, fact)| {
            format!(
                "{}: {attribute} is {}, and {fact} at the server",
                object.address,
                said(attribute)
            )
        })
        .collect()
}

/// Lists are sets here, and maps are settings.
fn same(said: &Json, fact: &Json) -> bool {
    match (said, fact) {
        (Json::Array(said), Json::Array(fact)) => {
            said.len() == fact.len() && said.iter().all(|it| fact.contains(it))
        }
        (Json::Object(said), Json::Object(fact)) => mean_the_same(said, fact),
        _ => said == fact,
    }
}

/// The instance that something is in.
pub(super) fn instance_of(id: &str) -> Option<&str> {
    id.split_once('/').map(|(instance, _)| instance)
}

/// The instance or the HA group that something is in, and goes with.
pub(super) fn place_of<'a>(id: &'a str, thing: &'a Thing) -> Option<&'a str> {
    match thing.kind {
        Kind::Schedule => fact(thing, &["instance_id", "ha_group_id"]),
        _ => instance_of(id),
    }
}

/// The ID of what the block of something refers to.
pub(super) fn origin_of<'a>(id: &'a str, thing: &'a Thing) -> Option<&'a str> {
    match thing.kind {
        Kind::Backup => fact(thing, &["instance_id", "source_ha_group_id"]),
        Kind::Copy => fact(thing, &["backup_id"]),
        Kind::Instance => fact(thing, &["upgrade_of"]),
        _ => place_of(id, thing),
    }
}

/// The first of these facts that there is.
fn fact<'a>(thing: &'a Thing, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| thing.facts.get(*name)?.as_str())
}

/// The key of the root user of an instance.
pub(super) fn root_of(instance: &str) -> String {
    format!("{instance}/root")
}

/// By what an object in a state is found here.
pub(super) fn key(object: &StateObject) -> Option<String> {
    let id = object.text("id")?;
    let is_root = object.address.starts_with(Kind::Root.resource());
    Some(if is_root { root_of(id) } else { id.to_owned() })
}

/// Takes something away at once, as another actor does.
pub(super) fn take_away(cloud: &Simulator, id: &str, thing: &Thing) {
    let instance = instance_of(id).unwrap_or_default();
    match thing.kind {
        Kind::Instance => cloud.remove_instance(id),
        Kind::HaGroup => cloud.remove_ha_group(id),
        Kind::Backup | Kind::Copy => cloud.remove_backup(id),
        Kind::Schedule => cloud.remove_schedule(id),
        // Nothing disables root.
        Kind::Root => {}
        Kind::Group => {
            for it in cloud.instances() {
                if it.configuration_id.as_deref() == Some(id) {
                    regroup(cloud, &it.id, None);
                }
            }
            for it in cloud.ha_groups() {
                if it.configuration_id.as_deref() == Some(id) {
                    regroup(cloud, &it.id, None);
                }
            }
            cloud.remove_configuration(id);
        }
        Kind::Database => cloud.remove_database(instance, &thing.name),
        Kind::User => {
            let host = thing.facts.get("host").and_then(Json::as_str).unwrap_or_default();
            cloud.remove_user(instance, &thing.name, host);
        }
    }
}

/// Gives an instance or an HA group another configuration group or none, as another actor does: it may have to be
/// restarted then.
pub(super) fn regroup(cloud: &Simulator, instance: &str, group: Option<&str>) {
    let before = match cloud.ha_group(instance) {
        Some(it) => it.configuration_id,
        None => cloud.instance(instance).and_then(|it| it.configuration_id),
    };
    cloud.set_configuration(instance, group);
    cloud.configure_ha_group(instance, group);
    let concerned = [before.as_deref(), group];
    let needs_restart =
        |it: &ConfigurationSnapshot| it.needs_restart && concerned.contains(&Some(it.id.as_str()));
    if before.as_deref() != group && cloud.configurations().iter().any(needs_restart) {
        wants_restart(cloud, instance);
    }
}

/// The instance or the HA group has settings that take effect at its next restart.
pub(super) fn wants_restart(cloud: &Simulator, instance: &str) {
    if cloud.instance(instance).is_some_and(|it| it.status == "ACTIVE") {
        cloud.set_status(instance, "RESTART_REQUIRED");
    }
    if cloud.ha_group(instance).is_some_and(|it| it.state == "ACTIVE") {
        rest(cloud, instance, "RESTART_REQUIRED");
    }
}

/// Puts an HA group and its members at rest.
pub(super) fn rest(cloud: &Simulator, id: &str, state: &str) {
    let members = cloud.instances().into_iter().filter(|it| it.ha_id.as_deref() == Some(id));
    members.for_each(|it| cloud.set_status(&it.id, state));
    cloud.set_status(id, state);
}
