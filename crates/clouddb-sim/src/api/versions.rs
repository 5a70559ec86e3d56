//! The versions of the service, which has one. They are told without a token at the root, and with one
//! below the region.

use serde_json::{Value, json};

use crate::message::reply::Reply;

pub(crate) fn all(origin: &str) -> Reply {
    Reply::ok(&json!({ "versions": [view(origin)] }))
}

pub(crate) fn current(origin: &str) -> Reply {
    Reply::ok(&json!({ "version": view(origin) }))
}

fn view(origin: &str) -> Value {
    json!({
        "id": "v1.0",
        "status": "CURRENT",
        "updated": "2012-01-01T00:00:00Z",
        "links": [{ "rel": "self", "href": format!("{origin}/v1.0/") }],
    })
}
