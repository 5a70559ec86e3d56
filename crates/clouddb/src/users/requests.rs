//! The requests about users.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::{NewUser, UserId};
use crate::Secret;
use crate::http::{Path, Repeat, Request};

fn path(instance_id: &str) -> Path {
    Path::of("instances").name(instance_id).word("users")
}

fn names(databases: &[String]) -> Vec<Value> {
    databases.iter().map(|name| json!({ "name": name })).collect()
}

pub(crate) fn list(instance_id: &str) -> Request {
    Request::get(path(instance_id)).long_pages()
}

pub(super) fn create(instance_id: &str, new: &[NewUser]) -> Request {
    let users: Vec<Value> = new
        .iter()
        .map(|user| {
            json!({
                "name": user.id.name, "host": user.id.host,
                "password": user.password.expose_secret(),
                "databases": names(&user.databases),
            })
        })
        .collect();
    Request::post(path(instance_id), json!({ "users": users }))
}

pub(super) fn change_password(instance_id: &str, id: &UserId, password: &Secret) -> Request {
    let user = json!({ "name": id.name, "host": id.host, "password": password.expose_secret() });
    Request::put(path(instance_id), json!({ "users": [user] }))
}

/// A change of name or host. The host is always sent: the documents say that it becomes `%` when it
/// is left out, the servers keep it.
pub(super) fn update(
    instance_id: &str,
    id: &UserId,
    new_id: &UserId,
    password: Option<&Secret>,
) -> Request {
    let mut fields = Map::new();
    if new_id.name != id.name {
        fields.insert("name".to_owned(), Value::from(new_id.name.as_str()));
    }
    fields.insert("host".to_owned(), Value::from(new_id.host.as_str()));
    if let Some(password) = password {
        fields.insert("password".to_owned(), Value::from(password.expose_secret()));
    }
    Request::put(path(instance_id).user(id), json!({ "user": fields })).repeat(Repeat::Never)
}

pub(super) fn delete(instance_id: &str, id: &UserId) -> Request {
    Request::delete(path(instance_id).user(id))
}

pub(super) fn grants(instance_id: &str, id: &UserId) -> Request {
    Request::get(path(instance_id).user(id).word("databases"))
}

pub(super) fn grant(instance_id: &str, id: &UserId, databases: &[String]) -> Request {
    let path = path(instance_id).user(id).word("databases");
    Request::put(path, json!({ "databases": names(databases) }))
}

pub(super) fn revoke(instance_id: &str, id: &UserId, database: &str) -> Request {
    Request::delete(path(instance_id).user(id).word("databases").name(database))
}

#[cfg(test)]
mod tests;
