//! What is known by its ID and has a call that returns it: instances, backups, configuration groups,
//! schedules and high-availability groups.

use crate::api::backups::{self, model::Backup};
use crate::api::configurations::{self, model::Configuration};
use crate::api::ha_groups::{self, model::HaGroup};
use crate::api::instances::{self, model::Instance};
use crate::api::schedules::{self, model::Schedule};
use crate::coordination::list_cache::list::Listed;
use crate::http::pages::Item;
use crate::sender::Sender;
use crate::value::error::Error;

/// What is known by its ID and has a call that returns it.
pub(crate) trait Fetched: Listed + Item<Key = String> {
    /// The kind of object, for errors.
    const KIND: &'static str;

    /// Whether a list tells of each what somebody who waits for it must see.
    const LIST_IS_ENOUGH: bool = true;

    /// The object, where there has to be one.
    fn fetch(sender: &Sender, id: &str) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl Fetched for Instance {
    const KIND: &'static str = "instance";

    async fn fetch(sender: &Sender, id: &str) -> Result<Self, Error> {
        instances::get(sender, id).await
    }
}

impl Fetched for Backup {
    const KIND: &'static str = "backup";

    async fn fetch(sender: &Sender, id: &str) -> Result<Self, Error> {
        backups::get(sender, id).await
    }
}

impl Fetched for Configuration {
    const KIND: &'static str = "configuration group";

    async fn fetch(sender: &Sender, id: &str) -> Result<Self, Error> {
        configurations::get(sender, id).await
    }
}

impl Fetched for Schedule {
    const KIND: &'static str = "backup schedule";

    async fn fetch(sender: &Sender, id: &str) -> Result<Self, Error> {
        schedules::get(sender, id).await
    }
}

impl Fetched for HaGroup {
    const KIND: &'static str = "HA group";
    /// It tells neither flavor nor volume, nor the members.
    const LIST_IS_ENOUGH: bool = false;

    async fn fetch(sender: &Sender, id: &str) -> Result<Self, Error> {
        ha_groups::get(sender, id).await
    }
}
