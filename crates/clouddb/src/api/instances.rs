//! Database instances.
//!
//! **Quirks.** A flavor ID is a string here and a number in `/flavors`. List items lack the times and
//! the configuration group. After a resize that failed, older servers go back to `ACTIVE` with the old
//! size, so the size is compared and not only the status.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/database-instances.rst>.

use crate::api::collection::Collection;
use crate::api::instances::model::{Instance, NewInstance, NewUpgrade};
use crate::sender::Sender;
use crate::value::error::{Error, Refusal};

pub(crate) mod model;
pub(crate) mod requests;
mod upgrades;

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
///
/// Of a replica older servers want to know the flavor, and newer ones refuse to hear it. A 400 of the
/// API comes before any effect, so that the other form can be sent after it.
pub(crate) async fn create(sender: &Sender, new: &NewInstance) -> Result<Instance, Error> {
    let refusal = match sender.send(&requests::create(new)).await {
        Err(Error::Rejected(refusal)) if new.replica_of.is_some() && is_bad_request(&refusal) => {
            refusal
        }
        sent => return sent?.unwrapped("instance"),
    };
    match sender.send(&requests::create_as_its_source(new)).await {
        Err(Error::Rejected(other)) if is_bad_request(&other) => {
            Err(Error::Rejected(both(*refusal, &other)))
        }
        sent => sent?.unwrapped("instance"),
    }
}

/// `POST /instances/{id}/action` with `upgrade`
pub(crate) async fn upgrade(sender: &Sender, new: &NewUpgrade) -> Result<Instance, Error> {
    sender.send(&requests::upgrade(new)).await?.unwrapped("instance")
}

fn is_bad_request(refusal: &Refusal) -> bool {
    refusal.status == 400 && refusal.fault.as_deref() == Some("badRequest")
}

/// The refusal of a replica in both forms.
fn both(refusal: Refusal, other: &Refusal) -> Box<Refusal> {
    let without = format!("without flavor, volume and datastore: {}", other.message);
    let details = refusal.details.into_iter().chain([without]).collect::<Vec<_>>().join("; ");
    Box::new(Refusal { details: Some(details), ..refusal })
}

#[cfg(test)]
mod tests;
