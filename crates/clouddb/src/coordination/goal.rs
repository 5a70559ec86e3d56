//! What a status means for somebody who waits: the statuses that end the waiting, well or badly.

use std::fmt;

use crate::api::status::{BackupStatus, HaState, InstanceStatus};
use crate::api::status::{BackupStatus as B, HaState as H, InstanceStatus as I};

/// What a status means for somebody who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// This is what was waited for.
    Done,
    /// It will pass.
    Pending,
    /// It will never be what was waited for.
    Failed,
}

/// What to wait for: the statuses that end the waiting, well or badly, those that are known to pass,
/// and what any other means.
pub(crate) struct Goal<S: 'static> {
    done: &'static [S],
    failed: &'static [S],
    passing: &'static [S],
    unknown: Verdict,
}

impl<S: PartialEq + fmt::Display> Goal<S> {
    /// What a status means.
    pub(crate) fn judge(&self, status: &S) -> Verdict {
        if self.done.contains(status) {
            Verdict::Done
        } else if self.failed.contains(status) {
            Verdict::Failed
        } else {
            if self.passing.contains(status) {
                return Verdict::Pending;
            }
            tracing::debug!(%status, verdict = ?self.unknown, "unknown status");
            self.unknown
        }
    }
}

/// Statuses of an instance at which the service is at work.
const WORK: &[InstanceStatus] = &[
    I::Backup,
    I::Build,
    I::ConvertToHa,
    I::DetachReplica,
    I::New,
    I::Reboot,
    I::Resize,
    I::Restart,
];

/// An instance that is to become usable: after a creation, a resize, a restart.
pub(crate) const INSTANCE_READY: Goal<InstanceStatus> = Goal {
    done: &[I::Active, I::Healthy, I::RestartRequired],
    failed: &[I::Error, I::Failed, I::ReplicationError],
    passing: &[
        I::Backup,
        I::Blocked,
        I::Build,
        I::ConvertToHa,
        I::DeletionPending,
        I::DetachReplica,
        I::New,
        I::Reboot,
        I::Resize,
        I::Restart,
        I::Shutdown,
        I::VerifyUpgrade,
    ],
    unknown: Verdict::Pending,
};

/// An instance whose database server is to run: what is inside can be changed then. So it is with one that
/// is ready, and with both sides of an upgrade that waits to be verified, which may take days.
pub(crate) const INSTANCE_RUNNING: Goal<InstanceStatus> = Goal {
    done: &[I::Active, I::Healthy, I::RestartRequired, I::VerifyUpgrade],
    failed: INSTANCE_READY.failed,
    passing: &[
        I::Backup,
        I::Blocked,
        I::Build,
        I::ConvertToHa,
        I::DeletionPending,
        I::DetachReplica,
        I::New,
        I::Reboot,
        I::Resize,
        I::Restart,
        I::Shutdown,
    ],
    unknown: Verdict::Pending,
};

/// An instance that is to be read inside, for an answer that cannot wait: what need not pass by itself
/// is not waited for, and neither is a status that nobody knows.
pub(crate) const INSTANCE_READABLE: Goal<InstanceStatus> = Goal {
    done: INSTANCE_RUNNING.done,
    failed: &[
        I::Blocked,
        I::DeletionPending,
        I::Error,
        I::Failed,
        I::ReplicationError,
        I::Shutdown,
    ],
    passing: WORK,
    unknown: Verdict::Failed,
};

impl InstanceStatus {
    /// Whether nothing inside the instance can be read or changed, and that need not pass by itself: what
    /// is broken, is down or is going, and whatever this client does not know.
    pub fn may_last(&self) -> bool {
        INSTANCE_READABLE.judge(self) == Verdict::Failed
    }
}

impl HaState {
    /// Whether something has gone wrong that need not pass by itself.
    pub fn is_broken(&self) -> bool {
        HA_GROUP_READY.judge(self) == Verdict::Failed
    }
}

/// An instance whose deletion was refused: the API deletes a broken one, but not a busy one.
pub(crate) const INSTANCE_DELETABLE: Goal<InstanceStatus> = Goal {
    done: &[
        I::Active,
        I::Blocked,
        I::DeletionPending,
        I::Error,
        I::Failed,
        I::Healthy,
        I::ReplicationError,
        I::RestartRequired,
        I::Shutdown,
        I::VerifyUpgrade,
    ],
    failed: &[],
    passing: WORK,
    unknown: Verdict::Pending,
};

/// An instance that is to disappear; it shows `SHUTDOWN` first, and sometimes `ACTIVE` for a moment
/// after that.
pub(crate) const INSTANCE_GONE: Goal<InstanceStatus> = Goal {
    done: &[],
    failed: &[I::Error, I::Failed],
    passing: &[
        I::Active,
        I::Backup,
        I::Blocked,
        I::Build,
        I::ConvertToHa,
        I::DeletionPending,
        I::DetachReplica,
        I::Healthy,
        I::New,
        I::Reboot,
        I::ReplicationError,
        I::Resize,
        I::Restart,
        I::RestartRequired,
        I::Shutdown,
        I::VerifyUpgrade,
    ],
    unknown: Verdict::Pending,
};

/// A backup that is to become complete.
pub(crate) const BACKUP_COMPLETED: Goal<BackupStatus> = Goal {
    done: &[B::Completed],
    failed: &[B::Failed, B::DeleteFailed],
    passing: &[B::New, B::Building, B::Saving],
    unknown: Verdict::Pending,
};

/// A backup whose deletion was refused because it is still being made.
pub(crate) const BACKUP_DELETABLE: Goal<BackupStatus> = Goal {
    done: &[B::Completed, B::Failed, B::DeleteFailed],
    failed: &[],
    passing: &[B::New, B::Building, B::Saving],
    unknown: Verdict::Pending,
};

/// A backup that is to disappear.
pub(crate) const BACKUP_GONE: Goal<BackupStatus> = Goal {
    done: &[],
    failed: &[B::DeleteFailed],
    passing: &[B::New, B::Building, B::Saving, B::Completed, B::Failed],
    unknown: Verdict::Pending,
};

/// A high-availability group that is to become usable. Without failover it serves, but is not what it is
/// for: that is for the service to end.
pub(crate) const HA_GROUP_READY: Goal<HaState> = Goal {
    done: &[H::Active, H::RestartRequired],
    failed: HA_GROUP_BROKEN,
    passing: HA_GROUP_WORK,
    unknown: Verdict::Pending,
};

/// A high-availability group whose deletion was refused.
pub(crate) const HA_GROUP_DELETABLE: Goal<HaState> = Goal {
    done: &[
        H::Active,
        H::AddReplicaFail,
        H::DeletionError,
        H::Error,
        H::RemoveReplicaError,
        H::ReplicationError,
        H::ResizeFlavorError,
        H::RestartRequired,
        H::UpdateProxyNodesError,
        H::VolumeResizeError,
    ],
    failed: &[],
    passing: HA_GROUP_WORK,
    unknown: Verdict::Pending,
};

/// A high-availability group that is to disappear.
pub(crate) const HA_GROUP_GONE: Goal<HaState> = Goal {
    done: &[],
    failed: HA_GROUP_BROKEN,
    passing: &[
        H::Active,
        H::AddingReplica,
        H::Backup,
        H::Build,
        H::Deleted,
        H::Deleting,
        H::DisablingFailover,
        H::EnablingFailover,
        H::FailoverDisabled,
        H::ForcingFailover,
        H::HaFailover,
        H::Reboot,
        H::RemovingReplica,
        H::ResizingFlavor,
        H::ResizingVolume,
        H::RestartRequired,
        H::UpdatingProxyNodes,
        H::Upgrading,
    ],
    unknown: Verdict::Pending,
};

const HA_GROUP_BROKEN: &[HaState] = &[
    H::AddReplicaFail,
    H::DeletionError,
    H::Error,
    H::RemoveReplicaError,
    H::ReplicationError,
    H::ResizeFlavorError,
    H::UpdateProxyNodesError,
    H::VolumeResizeError,
];

/// States of a high-availability group at which the service is at work.
const HA_GROUP_WORK: &[HaState] = &[
    H::AddingReplica,
    H::Backup,
    H::Build,
    H::Deleted,
    H::Deleting,
    H::DisablingFailover,
    H::EnablingFailover,
    H::FailoverDisabled,
    H::ForcingFailover,
    H::HaFailover,
    H::Reboot,
    H::RemovingReplica,
    H::ResizingFlavor,
    H::ResizingVolume,
    H::UpdatingProxyNodes,
    H::Upgrading,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_waits_for_nothing_that_may_last() {
        for lasting in [I::Shutdown, I::Blocked, I::Error, InstanceStatus::from("EJECT")] {
            assert!(lasting.may_last(), "{lasting}");
        }
        assert_eq!(INSTANCE_READABLE.judge(&I::Resize), Verdict::Pending);
        assert!(!I::Resize.may_last() && !I::Active.may_last());
    }

    #[test]
    fn an_unknown_status_is_waited_out() {
        let strange = InstanceStatus::from("EJECT");

        for goal in [&INSTANCE_READY, &INSTANCE_DELETABLE, &INSTANCE_GONE] {
            assert_eq!(goal.judge(&strange), Verdict::Pending);
        }
    }

    #[test]
    fn an_instance_that_wants_a_restart_is_ready() {
        assert_eq!(INSTANCE_READY.judge(&I::RestartRequired), Verdict::Done);
    }

    #[test]
    fn an_upgrade_that_waits_is_no_end_of_work_and_hinders_nothing_inside() {
        assert_eq!(INSTANCE_READY.judge(&I::VerifyUpgrade), Verdict::Pending);
        assert_eq!(INSTANCE_RUNNING.judge(&I::VerifyUpgrade), Verdict::Done);
        assert!(!I::VerifyUpgrade.may_last());
    }

    #[test]
    fn a_broken_instance_is_never_ready_but_can_be_deleted() {
        for broken in [I::Error, I::Failed, I::ReplicationError] {
            assert_eq!(INSTANCE_READY.judge(&broken), Verdict::Failed);
            assert_eq!(INSTANCE_DELETABLE.judge(&broken), Verdict::Done);
        }
    }

    #[test]
    fn every_goal_knows_every_status_once() {
        fn check<S: PartialEq + fmt::Display>(goal: &Goal<S>, known: usize) {
            let all: Vec<&S> = goal.done.iter().chain(goal.failed).chain(goal.passing).collect();
            for status in &all {
                let times = all.iter().filter(|it| it == &status).count();
                assert_eq!(times, 1, "{status}");
            }
            assert_eq!(all.len(), known);
        }
        check(&INSTANCE_READY, 18);
        check(&INSTANCE_RUNNING, 18);
        check(&INSTANCE_READABLE, 18);
        check(&INSTANCE_DELETABLE, 18);
        check(&INSTANCE_GONE, 18);
        check(&BACKUP_COMPLETED, 6);
        check(&BACKUP_DELETABLE, 6);
        check(&BACKUP_GONE, 6);
        check(&HA_GROUP_READY, 26);
        check(&HA_GROUP_DELETABLE, 26);
        check(&HA_GROUP_GONE, 26);
    }
}
