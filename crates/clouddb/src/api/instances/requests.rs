//! The requests about instances.

use serde_json::{Map, Value, json};

use crate::api::instances::model::{LeftOut, NewInstance, NewUpgrade};
use crate::http::request::{Path, Repeat, Request};

fn path(id: &str) -> Path {
    Path::of("instances").name(id)
}

pub(crate) fn list() -> Request {
    Request::get(Path::of("instances")).long_pages()
}

pub(crate) fn list_without(left_out: LeftOut) -> Request {
    let replicas = left_out.replicas.then_some("include_replicas=false");
    let members = left_out.members.then_some("include_ha=false");
    replicas.into_iter().chain(members).fold(list(), Request::and)
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(path(id))
}

pub(crate) fn create(new: &NewInstance) -> Request {
    let mut instance = Map::new();
    let mut put = |key: &str, value: Value| instance.insert(key.to_owned(), value);
    put("name", json!(new.name));
    put("flavorRef", json!(new.flavor_id));
    put("volume", json!({ "size": new.volume_size }));
    if let Some(datastore) = &new.datastore {
        let mut reference = Map::from_iter([("type".to_owned(), json!(datastore.kind))]);
        if let Some(version) = &datastore.version {
            reference.insert("version".to_owned(), json!(version));
        }
        put("datastore", Value::Object(reference));
    }
    if let Some(id) = &new.configuration_id {
        put("configuration", json!(id));
    }
    if let Some(id) = &new.replica_of {
        put("replica_of", json!(id));
    }
    if let Some(id) = &new.restore_from {
        put("restorePoint", json!({ "backupRef": id }));
    }
    Request::post(Path::of("instances"), json!({ "instance": instance }))
}

pub(crate) fn delete(id: &str) -> Request {
    Request::delete(path(id))
}

pub(crate) fn rename(id: &str, name: &str) -> Request {
    Request::patch(path(id), json!({ "instance": { "name": name } }))
}

/// The second time the API says that the instance is no replica, so it is not sent again.
pub(crate) fn detach_replica(id: &str) -> Request {
    Request::patch(path(id), json!({ "instance": { "replica_of": "" } })).repeat(Repeat::Never)
}

/// A replica as newer servers want it, which give it the flavor, the volume and the datastore of its
/// source and refuse a body that has one of them.
pub(crate) fn create_as_its_source(new: &NewInstance) -> Request {
    let mut request = create(new);
    let instance = request.body.as_mut().and_then(|body| body.get_mut("instance"));
    if let Some(Value::Object(instance)) = instance {
        for field in ["flavorRef", "volume", "datastore"] {
            instance.remove(field);
        }
    }
    request
}

/// Attaches a group, or detaches the one that is attached. No ID is `null`: newer servers refuse an
/// empty text. The second time the API says that a group is attached already, so it is not sent again.
pub(crate) fn configure(id: &str, configuration_id: Option<&str>) -> Request {
    Request::put(path(id), json!({ "instance": { "configuration": configuration_id } }))
        .repeat(Repeat::Never)
}

fn action(id: &str, body: Value) -> Request {
    Request::post(path(id).word("action"), body)
}

pub(crate) fn resize_flavor(id: &str, flavor_id: &str) -> Request {
    action(id, json!({ "resize": { "flavorRef": flavor_id } }))
}

pub(crate) fn resize_volume(id: &str, gb: u64) -> Request {
    action(id, json!({ "resize": { "volume": { "size": gb } } }))
}

pub(crate) fn restart(id: &str) -> Request {
    action(id, json!({ "restart": {} }))
}

pub(crate) fn upgrade(new: &NewUpgrade) -> Request {
    let to = json!({ "datastore_type": new.kind, "datastore_version": new.version });
    action(&new.source, json!({ "upgrade": to }))
}

/// Logs that are saved twice are the same files.
pub(crate) fn save_logs(id: &str) -> Request {
    action(id, json!({ "save_logs": {} })).repeat(Repeat::Safe)
}
