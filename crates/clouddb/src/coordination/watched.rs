//! What is waited for by its status: instances and backups.

use std::fmt::Display;

use crate::api::backups::{self, model::Backup};
use crate::api::instances::{self, model::Instance};
use crate::api::status::{BackupStatus, InstanceStatus};
use crate::coordination::list_cache::list::Listed;
use crate::http::pages::Item;
use crate::sender::Sender;
use crate::value::error::Error;

/// What has a status, is known by its ID, and has a call that returns it.
pub(crate) trait Watched: Listed + Item<Key = String> {
    /// The kind of object, for errors.
    const KIND: &'static str;
    /// The words for its state.
    type Status: PartialEq + Display + Clone + Send + Sync;

    /// Its state.
    fn status(&self) -> &Self::Status;
    /// The object, where there has to be one.
    fn fetch(sender: &Sender, id: &str) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl Watched for Instance {
    const KIND: &'static str = "instance";
    type Status = InstanceStatus;

    fn status(&self) -> &InstanceStatus {
        &self.status
    }

    async fn fetch(sender: &Sender, id: &str) -> Result<Self, Error> {
        instances::get(sender, id).await
    }
}

impl Watched for Backup {
    const KIND: &'static str = "backup";
    type Status = BackupStatus;

    fn status(&self) -> &BackupStatus {
        &self.status
    }

    async fn fetch(sender: &Sender, id: &str) -> Result<Self, Error> {
        backups::get(sender, id).await
    }
}
