//! The requests about high-availability groups.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::api::ha_groups::model::{ConvertedHaGroup, NewHaGroup};
use crate::api::instances::model::DatastoreRef;
use crate::http::request::{Path, Repeat, Request};

fn path(id: &str) -> Path {
    Path::of("ha").name(id)
}

pub(crate) fn list() -> Request {
    Request::get(Path::of("ha"))
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(path(id))
}

/// The members have names of their own, made of that of the group.
pub(crate) fn create(new: &NewHaGroup) -> Request {
    let member = |name: String| {
        json!({
            "name": name,
            "flavorRef": new.flavor_id,
            "volume": { "size": new.volume_size },
        })
    };
    let replicas: Vec<Value> =
        (1..=new.replica_count).map(|nth| member(format!("{}_replica{nth}", new.name))).collect();
    let mut group = Map::from_iter([
        ("name".to_owned(), json!(new.name)),
        ("datastore".to_owned(), datastore(&new.datastore)),
        ("replica_source".to_owned(), json!([member(format!("{}_source", new.name))])),
        ("replicas".to_owned(), json!(replicas)),
    ]);
    reach(&mut group, &new.networks, &new.acls);
    if let Some(id) = &new.configuration_id {
        group.insert("configuration".to_owned(), json!(id));
    }
    Request::post(Path::of("ha"), json!({ "ha": group }))
}

/// Makes a group of an instance and its replicas.
pub(crate) fn convert(new: &ConvertedHaGroup) -> Request {
    let mut group = Map::from_iter([("name".to_owned(), json!(new.name))]);
    reach(&mut group, &new.networks, &new.acls);
    let path = Path::of("instances").name(&new.instance_id).word("action");
    Request::post(path, json!({ "convert_to_ha": group }))
}

/// Puts from where the group is reached, and by whom.
fn reach(group: &mut Map<String, Value>, networks: &BTreeSet<String>, acls: &BTreeSet<String>) {
    if !networks.is_empty() {
        group.insert("networks".to_owned(), json!(networks));
    }
    if !acls.is_empty() {
        let acls: Vec<Value> = acls.iter().map(|it| json!({ "address": it })).collect();
        group.insert("acls".to_owned(), json!(acls));
    }
}

fn datastore(datastore: &DatastoreRef) -> Value {
    match &datastore.version {
        Some(version) => json!({ "type": datastore.kind, "version": version }),
        None => json!({ "type": datastore.kind }),
    }
}

pub(crate) fn delete(id: &str) -> Request {
    Request::delete(path(id))
}

/// Attaches a configuration group, or detaches the one that is attached. It is not known whether the API
/// takes the same the second time, so it is not sent again.
pub(crate) fn configure(id: &str, configuration_id: Option<&str>) -> Request {
    let configuration = configuration_id.unwrap_or_default();
    Request::patch(path(id), json!({ "ha_instance": { "configuration": configuration } }))
        .repeat(Repeat::Never)
}

pub(crate) fn acls(id: &str) -> Request {
    Request::get(path(id).word("acls"))
}

pub(crate) fn allow(id: &str, address: &str) -> Request {
    Request::post(path(id).word("acls"), json!({ "address": address }))
}

/// The slash is encoded three times over, as the documentation shows it, and nothing else.
pub(crate) fn disallow(id: &str, address: &str) -> Request {
    let segment = address.replace('/', "%25252F");
    Request::delete(path(id).word("acls").encoded_segment(segment))
}

fn action(id: &str, body: Value) -> Request {
    Request::post(path(id).word("action"), body)
}

pub(crate) fn add_replica(id: &str, name: &str, flavor_id: &str, volume_size: u64) -> Request {
    let details = json!({
        "name": name,
        "flavorRef": flavor_id,
        "volume": { "size": volume_size },
    });
    action(id, json!({ "add_replica": { "replica_details": details } }))
}

pub(crate) fn remove_replica(id: &str, replica_id: &str) -> Request {
    action(id, json!({ "remove_replica": replica_id }))
}

pub(crate) fn resize_flavor(id: &str, flavor_id: &str) -> Request {
    action(id, json!({ "resize_flavor": flavor_id }))
}

pub(crate) fn resize_volumes(id: &str, gb: u64) -> Request {
    action(id, json!({ "resize_volumes": { "size": gb } }))
}

pub(crate) fn restart(id: &str) -> Request {
    action(id, json!({ "restart": {} }))
}

pub(crate) fn upgrade(id: &str, to: &DatastoreRef) -> Request {
    let to = json!({ "datastore_type": to.kind, "datastore_version": to.version });
    action(id, json!({ "upgrade": to }))
}

pub(crate) fn backups(id: &str) -> Request {
    Request::get(path(id).word("backups"))
}
