//! The requests about backups.

use serde_json::{Map, Value, json};

use crate::api::backups::model::{BackupCopy, NewBackup};
use crate::http::request::{Path, Request};
use crate::value::source::Source;

pub(crate) fn list() -> Request {
    Request::get(Path::of("backups")).long_pages()
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(Path::of("backups").name(id))
}

pub(crate) fn create(new: &NewBackup) -> Request {
    let mut backup = Map::from_iter([("name".to_owned(), json!(new.name))]);
    match &new.source {
        Source::Instance(id) => {
            backup.insert("instance".to_owned(), json!(id));
        }
        // A group has no instance of its own, and the field has to be there.
        Source::HaGroup(id) => {
            backup.insert("instance".to_owned(), Value::Null);
            backup.insert("source".to_owned(), json!({ "type": "ha", "id": id }));
        }
    }
    for (key, value) in [("description", &new.description), ("parent_id", &new.parent_id)] {
        if let Some(value) = value {
            backup.insert(key.to_owned(), json!(value));
        }
    }
    if !new.copy_to.is_empty() {
        backup.insert("copy_to".to_owned(), json!(new.copy_to));
    }
    Request::post(Path::of("backups"), json!({ "backup": backup }))
}

pub(crate) fn delete(id: &str) -> Request {
    Request::delete(Path::of("backups").name(id))
}

pub(crate) fn copy(id: &str, copy: &BackupCopy) -> Request {
    let mut body = json!({ "target_backup_region": copy.region, "name": copy.name });
    if let (Some(description), Some(body)) = (&copy.description, body.as_object_mut()) {
        body.insert("description".to_owned(), json!(description));
    }
    Request::post(Path::of("backups").name(id).word("action"), json!({ "copy-backup": body }))
}
