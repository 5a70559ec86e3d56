//! Backups of instances and of high-availability groups.
//!
//! **Quirks.** An instance makes one backup at a time and cannot be changed meanwhile. The backups of
//! an instance outlive it. Deleting a backup deletes those that build on it. The API needs Cloud Files
//! for backups, and without access to that it answers 401 to a good token.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/backups.rst>.

use crate::api::backups::model::{Backup, NewBackup};
use crate::api::collection::Collection;
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /backups`
pub(crate) fn collection() -> Collection {
    let of = "of the account".to_owned();
    Collection { request: requests::list(), names: &["backups"], what: "backups", of }
}

/// `GET /backups/{id}`, where there has to be one.
pub(crate) async fn get(sender: &Sender, id: &str) -> Result<Backup, Error> {
    sender.send(&requests::get(id)).await?.unwrapped("backup")
}

/// `POST /backups`
pub(crate) async fn create(sender: &Sender, new: &NewBackup) -> Result<Backup, Error> {
    sender.send(&requests::create(new)).await?.unwrapped("backup")
}

#[cfg(test)]
mod tests;
