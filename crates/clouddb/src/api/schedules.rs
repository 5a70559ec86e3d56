//! Schedules of automated backups.
//!
//! **Quirks.** An instance or a high-availability group has one schedule at most. `instance_id` is for instances alone. A change takes the time, the day and the retention,
//! and says nothing of the regions that backups are copied to. The backups that a schedule has made
//! outlive it.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/automated-backups.rst>.

use crate::api::collection::Collection;
use crate::api::schedules::model::{NewSchedule, Schedule};
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /schedules`
pub(crate) fn collection() -> Collection {
    let of = "of the account".to_owned();
    Collection { request: requests::list(), names: &["schedules"], what: "schedules", of }
}

/// `GET /schedules/{id}`, where there has to be one.
pub(crate) async fn get(sender: &Sender, id: &str) -> Result<Schedule, Error> {
    sender.send(&requests::get(id)).await?.unwrapped("schedule")
}

/// `POST /schedules`
pub(crate) async fn create(sender: &Sender, new: &NewSchedule) -> Result<Schedule, Error> {
    sender.send(&requests::create(new)).await?.unwrapped("schedule")
}

#[cfg(test)]
mod tests;
