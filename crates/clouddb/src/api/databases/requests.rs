//! The requests about databases.

use serde_json::{Map, Value, json};

use crate::api::databases::model::NewDatabase;
use crate::http::request::{Path, Request};

fn path(instance_id: &str) -> Path {
    Path::of("instances").name(instance_id).word("databases")
}

pub(crate) fn list(instance_id: &str) -> Request {
    Request::get(path(instance_id)).long_pages()
}

pub(crate) fn create(instance_id: &str, new: &[NewDatabase]) -> Request {
    let databases: Vec<Value> = new.iter().map(document).collect();
    Request::post(path(instance_id), json!({ "databases": databases }))
}

fn document(new: &NewDatabase) -> Value {
    let mut fields = Map::from_iter([("name".to_owned(), Value::from(new.name.as_str()))]);
    for (key, value) in [("character_set", &new.character_set), ("collate", &new.collate)] {
        if let Some(value) = value {
            fields.insert(key.to_owned(), Value::from(value.as_str()));
        }
    }
    Value::Object(fields)
}

pub(crate) fn delete(instance_id: &str, name: &str) -> Request {
    Request::delete(path(instance_id).name(name))
}
