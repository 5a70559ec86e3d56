//! What is known by its ID and has a call that returns it: instances, backups, configuration groups and
//! schedules.

use crate::api::backups::{self, model::Backup};
use crate::api::configurations::{self, model::Configuration};
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
