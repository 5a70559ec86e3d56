//! The requests about users.

use percent_encoding::utf8_percent_encode;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use crate::api::users::model::{NewUser, PasswordChange, UserId};
use crate::http::request::{Path, Repeat, Request, SEGMENT};
use crate::value::settings::Secret;

fn path(instance_id: &str) -> Path {
    Path::of("instances").name(instance_id).word("users")
}

/// The path of one user.
fn user(instance_id: &str, id: &UserId) -> Path {
    path(instance_id).encoded_segment(segment(id))
}

/// `name@host` as one path segment.
///
/// The server decodes the path once as any server does, and the user part once more, and it takes
/// what follows a period in the last segment for a format. So a period is encoded twice, and so is a
/// percent sign in the name, which would otherwise be eaten with what follows it. The percent sign
/// of a host mostly stands alone and survives the second decoding; before two hexadecimal digits it
/// would not. The host is always sent: without one the server splits at an `@` of the name.
/// See <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/security.rst>.
pub(crate) fn segment(id: &UserId) -> String {
    let mut segment = String::new();
    for part in id.name.split_inclusive(['.', '%']) {
        push_part(&mut segment, part, "%2525");
    }
    segment.push_str("%40");
    let mut rest = id.host.as_str();
    for part in id.host.split_inclusive(['.', '%']) {
        rest = rest.strip_prefix(part).unwrap_or_default();
        push_part(&mut segment, part, if eats(rest) { "%2525" } else { "%25" });
    }
    segment
}

/// Whether a percent sign before this text would be decoded together with it.
fn eats(text: &str) -> bool {
    let mut bytes = text.bytes();
    let mut digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
    digit() && digit()
}

/// Appends text that has a period or a percent sign at its end at most.
fn push_part(segment: &mut String, part: &str, percent: &str) {
    let (text, mark) = match (part.strip_suffix('.'), part.strip_suffix('%')) {
        (Some(text), _) => (text, "%252E"),
        (None, Some(text)) => (text, percent),
        (None, None) => (part, ""),
    };
    segment.extend(utf8_percent_encode(text, SEGMENT));
    segment.push_str(mark);
}

fn names(databases: &[String]) -> Vec<Value> {
    databases.iter().map(|name| json!({ "name": name })).collect()
}

pub(crate) fn list(instance_id: &str) -> Request {
    Request::get(path(instance_id)).long_pages()
}

pub(crate) fn create(instance_id: &str, new: &[NewUser]) -> Request {
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

pub(crate) fn change_passwords(instance_id: &str, changes: &[PasswordChange]) -> Request {
    let user = |change: &PasswordChange| {
        let (id, password) = (&change.id, change.password.expose_secret());
        json!({ "name": id.name, "host": id.host, "password": password })
    };
    let users: Vec<Value> = changes.iter().map(user).collect();
    Request::put(path(instance_id), json!({ "users": users }))
}

/// A change of name or host. The host is always sent: the documents say that it becomes `%` when it
/// is left out, the servers keep it.
pub(crate) fn update(
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
    Request::put(user(instance_id, id), json!({ "user": fields })).repeat(Repeat::Never)
}

pub(crate) fn delete(instance_id: &str, id: &UserId) -> Request {
    Request::delete(user(instance_id, id))
}

pub(crate) fn grants(instance_id: &str, id: &UserId) -> Request {
    Request::get(user(instance_id, id).word("databases"))
}

pub(crate) fn grant(instance_id: &str, id: &UserId, databases: &[String]) -> Request {
    let path = user(instance_id, id).word("databases");
    Request::put(path, json!({ "databases": names(databases) }))
}

pub(crate) fn revoke(instance_id: &str, id: &UserId, database: &str) -> Request {
    Request::delete(user(instance_id, id).word("databases").name(database))
}
