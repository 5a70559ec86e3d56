//! Configuration groups: settings of MySQL that instances can have.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/configuration-groups.rst>.

use crate::api::collection::Collection;
use crate::api::configurations::model::{Configuration, NewConfiguration};
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /configurations`
pub(crate) fn collection() -> Collection {
    let of = "of the region".to_owned();
    let (names, what) = (&["configurations"], "configuration groups");
    Collection { request: requests::list(), names, what, of }
}

/// `GET /configurations/{id}/instances`
pub(crate) fn instances(id: &str) -> Collection {
    let of = format!("of configuration group {id}");
    Collection { request: requests::instances(id), names: &["instances"], what: "instances", of }
}

/// `GET /configurations/{id}`, where there has to be one.
pub(crate) async fn get(sender: &Sender, id: &str) -> Result<Configuration, Error> {
    sender.send(&requests::get(id)).await?.unwrapped("configuration")
}

/// `POST /configurations`
pub(crate) async fn create(
    sender: &Sender,
    new: &NewConfiguration,
) -> Result<Configuration, Error> {
    sender.send(&requests::create(new)).await?.unwrapped("configuration")
}

#[cfg(test)]
mod tests;
