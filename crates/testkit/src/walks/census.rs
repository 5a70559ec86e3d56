//! What exists at the server, by the ID that a state would have for it. A root user has the ID of its
//! instance, and a key of its own here.

use std::collections::BTreeMap;

use clouddb_sim::{ConfigurationSnapshot, Simulator};
use serde_json::{Map, Value as Json, json};

use super::copies;
use super::label::Kind;
use super::roots::root_of;
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
    /// The password, which nothing tells.
    pub(super) secret: Option<String>,
}

impl Thing {
    pub(super) fn new(kind: Kind, name: &str, facts: Json) -> Self {
        let Json::Object(facts) = facts else { return Self::new(kind, name, json!({})) };
        Self { kind, name: name.to_owned(), facts, secret: None }
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
    for it in cloud.instances() {
        for database in &it.databases {
            let facts = json!({ "name": database.name, "region": it.region });
            let thing = Thing::new(Kind::Database, &database.name, facts);
            census.insert(format!("{}/{}", it.id, database.name), thing);
        }
        for user in &it.users {
            let facts = json!({
                "name": user.name, "host": user.host, "databases": user.databases,
                "region": it.region,
            });
            let thing = Thing::new(Kind::User, &user.name, facts);
            let thing = thing.with_secret(Some(user.password.clone()));
            census.insert(format!("{}/{}@{}", it.id, user.name, user.host), thing);
        }
        if it.root_enabled {
            let facts = json!({ "instance_id": it.id, "region": it.region });
            let root = Thing::new(Kind::Root, &it.id, facts).with_secret(it.root_password);
            census.insert(root_of(&it.id), root);
        }
        let facts = json!({
            "name": it.name, "flavor_id": it.flavor_id, "volume_size": it.volume,
            "replica_of": it.replica_of, "configuration_id": it.configuration_id,
            "region": it.region,
        });
        census.insert(it.id, Thing::new(Kind::Instance, &it.name, facts));
    }
    // What a schedule makes is in no state.
    for it in cloud.backups().into_iter().filter(|it| !it.is_automated) {
        let facts = json!({ "name": it.name, "instance_id": it.instance_id });
        let thing = match it.copy_of {
            None => Thing::new(Kind::Backup, &it.name, facts),
            Some(_) => copies::thing(&it),
        };
        census.insert(it.id, thing);
    }
    let schedules = cloud.schedules().into_iter();
    census.extend(schedules.map(|it| (it.id.clone(), schedules::thing(&it))));
    for it in cloud.configurations() {
        let facts = json!({
            "name": it.name, "description": described(&it), "values": it.values,
            "region": it.region,
        });
        census.insert(it.id, Thing::new(Kind::Group, &it.name, facts));
    }
    census
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

/// The instance that something is in, and goes with.
pub(super) fn place_of<'a>(id: &'a str, thing: &'a Thing) -> Option<&'a str> {
    match thing.kind {
        Kind::Schedule => thing.facts.get("instance_id")?.as_str(),
        _ => instance_of(id),
    }
}

/// The ID of what the block of something refers to.
pub(super) fn origin_of<'a>(id: &'a str, thing: &'a Thing) -> Option<&'a str> {
    let origin = match thing.kind {
        Kind::Backup => "instance_id",
        Kind::Copy => "backup_id",
        _ => return place_of(id, thing),
    };
    thing.facts.get(origin)?.as_str()
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
            cloud.remove_configuration(id);
        }
        Kind::Database => cloud.remove_database(instance, &thing.name),
        Kind::User => {
            let host = thing.facts.get("host").and_then(Json::as_str).unwrap_or_default();
            cloud.remove_user(instance, &thing.name, host);
        }
    }
}

/// Gives an instance another group or none, as another actor does: it may have to be restarted then.
pub(super) fn regroup(cloud: &Simulator, instance: &str, group: Option<&str>) {
    let before = cloud.instance(instance).and_then(|it| it.configuration_id);
    cloud.set_configuration(instance, group);
    let concerned = [before.as_deref(), group];
    let needs_restart =
        |it: &ConfigurationSnapshot| it.needs_restart && concerned.contains(&Some(it.id.as_str()));
    if before.as_deref() != group && cloud.configurations().iter().any(needs_restart) {
        wants_restart(cloud, instance);
    }
}

/// The instance has settings that take effect at its next restart.
pub(super) fn wants_restart(cloud: &Simulator, instance: &str) {
    if cloud.instance(instance).is_some_and(|it| it.status == "ACTIVE") {
        cloud.set_status(instance, "RESTART_REQUIRED");
    }
}
