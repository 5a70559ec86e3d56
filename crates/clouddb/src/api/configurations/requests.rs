//! The requests about configuration groups.

use serde_json::{Map, Value, json};

use crate::api::configurations::model::{ConfigurationChange, NewConfiguration};
use crate::http::request::{Path, Request};

fn path(id: &str) -> Path {
    Path::of("configurations").name(id)
}

pub(crate) fn list() -> Request {
    Request::get(Path::of("configurations"))
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(path(id))
}

pub(crate) fn create(new: &NewConfiguration) -> Request {
    let mut group = Map::from_iter([
        ("name".to_owned(), json!(new.name)),
        ("values".to_owned(), json!(new.values)),
    ]);
    if let Some(description) = &new.description {
        group.insert("description".to_owned(), json!(description));
    }
    if let Some(datastore) = &new.datastore {
        let mut reference = Map::from_iter([("type".to_owned(), json!(datastore.kind))]);
        if let Some(version) = &datastore.version {
            reference.insert("version".to_owned(), json!(version));
        }
        group.insert("datastore".to_owned(), Value::Object(reference));
    }
    Request::post(Path::of("configurations"), json!({ "configuration": group }))
}

/// Sets these, and leaves the others as they are.
pub(crate) fn set(id: &str, values: &Map<String, Value>) -> Request {
    Request::patch(path(id), json!({ "configuration": { "values": values } }))
}

/// Sets these and no others. Without `values` all would be gone, so they always go along.
pub(crate) fn replace(id: &str, change: &ConfigurationChange) -> Request {
    let mut group = Map::from_iter([("values".to_owned(), json!(change.values))]);
    if let Some(name) = &change.name {
        group.insert("name".to_owned(), json!(name));
    }
    if let Some(description) = &change.description {
        // The service takes no empty text, and null for none.
        let some = Some(description).filter(|text| !text.is_empty());
        group.insert("description".to_owned(), json!(some));
    }
    Request::put(path(id), json!({ "configuration": group }))
}

pub(crate) fn delete(id: &str) -> Request {
    Request::delete(path(id))
}

pub(crate) fn instances(id: &str) -> Request {
    Request::get(path(id).word("instances"))
}

/// What an instance runs with where its group says nothing.
pub(crate) fn of_instance(instance_id: &str) -> Request {
    Request::get(Path::of("instances").name(instance_id).word("configuration"))
}

/// The same for any instance of that version and flavor.
pub(crate) fn of_version(version_id: &str, flavor_id: &str) -> Request {
    let path = Path::of("datastore").word("version").name(version_id);
    Request::get(path.word("configuration").name(flavor_id))
}
