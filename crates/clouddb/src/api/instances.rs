//! Database instances.
//!
//! **Quirks.** A flavor ID is a string here and a number in `/flavors`. List items lack the times and
//! the configuration group. After a resize that failed, older servers go back to `ACTIVE` with the old
//! size, so the size is compared and not only the status.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/database-instances.rst>.

use crate::api::collection::Collection;
use crate::api::instances::model::{Instance, NewInstance};
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /instances`
pub(crate) fn collection() -> Collection {
    let of = "of the account".to_owned();
    Collection { request: requests::list(), names: &["instances"], what: "instances", of }
}

/// `GET /instances/{id}`, where there has to be one.
pub(crate) async fn get(sender: &Sender, id: &str) -> Result<Instance, Error> {
    sender.send(&requests::get(id)).await?.unwrapped("instance")
}

/// `POST /instances`
pub(crate) async fn create(sender: &Sender, new: &NewInstance) -> Result<Instance, Error> {
    sender.send(&requests::create(new)).await?.unwrapped("instance")
}

#[cfg(test)]
mod tests;
