//! What is waited for by its status: instances and backups.

use std::fmt::Display;

use crate::api::backups::model::Backup;
use crate::api::instances::model::Instance;
use crate::api::status::{BackupStatus, InstanceStatus};
use crate::coordination::fetched::Fetched;

/// What has a status.
pub(crate) trait Watched: Fetched {
    /// The words for its state.
    type Status: PartialEq + Display + Clone + Send + Sync;

    /// Its state.
    fn status(&self) -> &Self::Status;
}

impl Watched for Instance {
    type Status = InstanceStatus;

    fn status(&self) -> &InstanceStatus {
        &self.status
    }
}

impl Watched for Backup {
    type Status = BackupStatus;

    fn status(&self) -> &BackupStatus {
        &self.status
    }
}
