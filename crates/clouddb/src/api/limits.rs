//! The limits of the account. Trove tells them; Rackspace has no such call.
//!
//! API: <https://docs.openstack.org/api-ref/database/#limits>.

use crate::api::limits::model::{Document, Limits};
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /limits`
pub(crate) async fn get(sender: &Sender) -> Result<Limits, Error> {
    let document: Document = sender.send(&requests::get()).await?.decoded()?;
    Ok(document.into())
}

#[cfg(test)]
mod tests;
