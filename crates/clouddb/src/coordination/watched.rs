//! What is waited for by its status: instances, backups and high-availability groups.

use std::fmt::Display;

use crate::api::backups::model::Backup;
use crate::api::ha_groups::model::HaGroup;
use crate::api::instances::model::Instance;
use crate::api::status::{BackupStatus, HaState, InstanceStatus};
use crate::coordination::fetched::Fetched;
use crate::coordination::goal::{
    Goal, HA_GROUP_DELETABLE, HA_GROUP_READY, INSTANCE_DELETABLE, INSTANCE_READY,
};

/// What has a status.
pub(crate) trait Watched: Fetched {
    /// The words for its state.
    type Status: PartialEq + Display + Clone + Send + Sync + 'static;

    /// Its state.
    fn status(&self) -> &Self::Status;
}

/// What has a lane: it takes one write at a time, and not in every state.
pub(crate) trait Laned: Watched {
    /// The states in which what is inside can be changed.
    const RUNNING: &'static Goal<Self::Status>;
    /// The states in which it takes work on itself.
    const READY: &'static Goal<Self::Status>;
    /// The states in which it takes its deletion.
    const DELETABLE: &'static Goal<Self::Status>;
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

impl Laned for Instance {
    const RUNNING: &'static Goal<InstanceStatus> = &INSTANCE_READY;
    const READY: &'static Goal<InstanceStatus> = &INSTANCE_READY;
    const DELETABLE: &'static Goal<InstanceStatus> = &INSTANCE_DELETABLE;
}

impl Watched for HaGroup {
    type Status = HaState;

    fn status(&self) -> &HaState {
        &self.state
    }
}

impl Laned for HaGroup {
    const RUNNING: &'static Goal<HaState> = &HA_GROUP_READY;
    const READY: &'static Goal<HaState> = &HA_GROUP_READY;
    const DELETABLE: &'static Goal<HaState> = &HA_GROUP_DELETABLE;
}
