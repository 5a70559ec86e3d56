//! Flavors: the sizes of memory that an instance can have.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/flavors.rst>.

use crate::api::collection::Collection;
use crate::api::flavors::model::Flavor;
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /flavors`
pub(crate) fn collection() -> Collection {
    let of = "of the region".to_owned();
    Collection { request: requests::list(), names: &["flavors"], what: "flavors", of }
}

/// `GET /datastores/{type}/versions/{id}/flavors`
///
/// <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/datastore-types-versions.rst>
pub(crate) fn of_version(datastore: &str, version_id: &str) -> Collection {
    let request = requests::of_version(datastore, version_id);
    Collection { request, names: &["flavors"], what: "flavors", of: format!("of {version_id}") }
}

/// `GET /flavors/{id}`, where there has to be one.
pub(crate) async fn get(sender: &Sender, id: &str) -> Result<Flavor, Error> {
    sender.send(&requests::get(id)).await?.unwrapped("flavor")
}

#[cfg(test)]
mod tests;
