//! Datastores: the kinds of database server on offer, and their versions.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/datastore-types-versions.rst>.

use crate::api::collection::Collection;
use crate::api::datastores::model::Datastore;
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /datastores`
pub(crate) fn collection() -> Collection {
    let of = "of the region".to_owned();
    Collection { request: requests::list(), names: &["datastores"], what: "datastores", of }
}

/// `GET /datastores/{id}`, where there has to be one.
pub(crate) async fn get(sender: &Sender, id_or_name: &str) -> Result<Datastore, Error> {
    sender.send(&requests::get(id_or_name)).await?.unwrapped("datastore")
}

#[cfg(test)]
mod tests;
