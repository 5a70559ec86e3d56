//! The words of the API for the state of instances and backups.

use std::fmt;

/// An open enum of status words: unknown ones are kept as they came.
macro_rules! status_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A status that this client does not know.
            Other(String),
        }

        impl $name {
            /// The API's word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word.to_ascii_uppercase().as_str() {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Ok(Self::from(word.as_str()))
            }
        }
    };
}

status_words! {
    /// The status of an instance, as in
    /// <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/database-instance-status.rst>.
    InstanceStatus {
        /// Ready.
        Active = "ACTIVE",
        /// A backup is being made; databases, users and the instance cannot be changed.
        Backup = "BACKUP",
        /// MySQL does not answer.
        Blocked = "BLOCKED",
        /// Being made.
        Build = "BUILD",
        /// Becoming a high-availability group.
        ConvertToHa = "CONVERT_TO_HA",
        /// About to be deleted.
        DeletionPending = "DELETION_PENDING",
        /// A replica is becoming an instance of its own.
        DetachReplica = "DETACH_REPLICA",
        /// The last operation failed.
        Error = "ERROR",
        /// The machine was made, but MySQL could not be set up on it.
        Failed = "FAILED",
        /// Ready, in the words of newer Trove servers.
        Healthy = "HEALTHY",
        /// New, not yet being made.
        New = "NEW",
        /// Restarting.
        Reboot = "REBOOT",
        /// Replication is broken.
        ReplicationError = "REPLICATION_ERROR",
        /// The flavor or the volume is being changed.
        Resize = "RESIZE",
        /// The MySQL service is restarting.
        Restart = "RESTART",
        /// Ready; a change of configuration takes effect at the next restart.
        RestartRequired = "RESTART_REQUIRED",
        /// Being deleted, or MySQL is down.
        Shutdown = "SHUTDOWN",
        /// An upgrade waits to be confirmed.
        VerifyUpgrade = "VERIFY_UPGRADE",
    }
}

status_words! {
    /// The status of a backup.
    BackupStatus {
        /// Accepted.
        New = "NEW",
        /// Being made.
        Building = "BUILDING",
        /// Being written to Cloud Files.
        Saving = "SAVING",
        /// Complete: it can be restored.
        Completed = "COMPLETED",
        /// It could not be made; it can only be deleted.
        Failed = "FAILED",
        /// It could not be deleted.
        DeleteFailed = "DELETE_FAILED",
    }
}

/// What a status means for somebody who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Done,
    Wait,
    Failed,
}

/// What to wait for: the statuses that end the waiting, well or badly, and those that are known to
/// pass. An unknown status passes too: the API grows new ones, and most of them mean work.
pub(crate) struct Table<S: 'static> {
    pub(crate) done: &'static [S],
    pub(crate) failed: &'static [S],
    pub(crate) passing: &'static [S],
}

impl<S: PartialEq + fmt::Display> Table<S> {
    pub(crate) fn judge(&self, status: &S) -> Progress {
        if self.done.contains(status) {
            Progress::Done
        } else if self.failed.contains(status) {
            Progress::Failed
        } else {
            if !self.passing.contains(status) {
                tracing::debug!(%status, "unknown status; waiting for another one");
            }
            Progress::Wait
        }
    }
}

use InstanceStatus as I;

/// An instance that is to become usable: after a creation, a resize, a restart.
pub(crate) const INSTANCE_READY: Table<InstanceStatus> = Table {
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
};

/// An instance whose deletion was refused: the API deletes a broken one, but not a busy one.
pub(crate) const INSTANCE_DELETABLE: Table<InstanceStatus> = Table {
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
    passing: &[
        I::Backup,
        I::Build,
        I::ConvertToHa,
        I::DetachReplica,
        I::New,
        I::Reboot,
        I::Resize,
        I::Restart,
    ],
};

/// An instance that is to disappear; it shows `SHUTDOWN` first, and sometimes `ACTIVE` for a moment
/// after that.
pub(crate) const INSTANCE_GONE: Table<InstanceStatus> = Table {
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
};

use BackupStatus as B;

/// A backup that is to become complete.
pub(crate) const BACKUP_COMPLETED: Table<BackupStatus> = Table {
    done: &[B::Completed],
    failed: &[B::Failed, B::DeleteFailed],
    passing: &[B::New, B::Building, B::Saving],
};

/// A backup whose deletion was refused because it is still being made.
pub(crate) const BACKUP_DELETABLE: Table<BackupStatus> = Table {
    done: &[B::Completed, B::Failed, B::DeleteFailed],
    failed: &[],
    passing: &[B::New, B::Building, B::Saving],
};

/// A backup that is to disappear.
pub(crate) const BACKUP_GONE: Table<BackupStatus> = Table {
    done: &[],
    failed: &[B::DeleteFailed],
    passing: &[B::New, B::Building, B::Saving, B::Completed, B::Failed],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_keeps_the_word_of_the_api() {
        for word in ["ACTIVE", "RESTART_REQUIRED", "CONVERT_TO_HA", "UPGRADING"] {
            assert_eq!(InstanceStatus::from(word).to_string(), word);
        }
        assert_eq!(InstanceStatus::from("UPGRADING"), I::Other("UPGRADING".to_owned()));
        assert_eq!(BackupStatus::from("SAVING"), B::Saving);
    }

    #[test]
    fn an_unknown_status_is_waited_out() {
        let strange = InstanceStatus::from("EJECT");

        for table in [&INSTANCE_READY, &INSTANCE_DELETABLE, &INSTANCE_GONE] {
            assert_eq!(table.judge(&strange), Progress::Wait);
        }
    }

    #[test]
    fn an_instance_that_wants_a_restart_is_ready() {
        assert_eq!(INSTANCE_READY.judge(&I::RestartRequired), Progress::Done);
    }

    #[test]
    fn a_broken_instance_is_never_ready_but_can_be_deleted() {
        for broken in [I::Error, I::Failed, I::ReplicationError] {
            assert_eq!(INSTANCE_READY.judge(&broken), Progress::Failed);
            assert_eq!(INSTANCE_DELETABLE.judge(&broken), Progress::Done);
        }
    }

    #[test]
    fn every_table_knows_every_status_once() {
        fn check<S: PartialEq + fmt::Display>(table: &Table<S>, known: usize) {
            let all: Vec<&S> = table.done.iter().chain(table.failed).chain(table.passing).collect();
            for status in &all {
                let times = all.iter().filter(|it| it == &status).count();
                assert_eq!(times, 1, "{status}");
            }
            assert_eq!(all.len(), known);
        }
        check(&INSTANCE_READY, 18);
        check(&INSTANCE_DELETABLE, 18);
        check(&INSTANCE_GONE, 18);
        check(&BACKUP_COMPLETED, 6);
        check(&BACKUP_DELETABLE, 6);
        check(&BACKUP_GONE, 6);
    }
}
