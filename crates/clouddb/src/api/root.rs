//! The root user of an instance's database server.
//!
//! **Quirks.** There is one call to enable it, which answers with a password that nobody is told again; the
//! same call makes another password. Nothing disables it. Whether it is enabled is history: once it was, the
//! API says so for ever, whatever became of the password.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/tree/master/api-docs/api-reference>, "Enable
//! root user" and "List root-enabled status".

use crate::api::root::model::RootUser;
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /instances/{id}/root`
pub(crate) async fn is_enabled(sender: &Sender, instance_id: &str) -> Result<bool, Error> {
    let reply = sender.send(&requests::is_enabled(instance_id)).await?;
    reply.unwrapped("rootEnabled")
}

/// `POST /instances/{id}/root`, once. A rate limit that is hit is [`Error::RateLimited`].
pub(crate) async fn enable(sender: &Sender, instance_id: &str) -> Result<RootUser, Error> {
    let reply = sender.send_unless_limited(&requests::enable(instance_id)).await?;
    reply.unwrapped("user")
}

#[cfg(test)]
mod tests;
