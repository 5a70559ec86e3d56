//! What a configuration group for a version of a datastore can set.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/configuration-groups.rst>.

use crate::api::collection::Collection;
use crate::http::request::{Path, Request};

pub(crate) mod model;

/// `GET /datastores/versions/{id}/parameters`
pub(crate) fn collection(version_id: &str) -> Collection {
    let path = Path::of("datastores").word("versions").name(version_id).word("parameters");
    let of = format!("of datastore version {version_id}");
    let names = &["configuration-parameters"];
    Collection { request: Request::get(path), names, what: "parameters", of }
}

#[cfg(test)]
mod tests;
