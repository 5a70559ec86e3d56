//! The words of the API for the state of instances, backups and high-availability groups.

use std::fmt;

use crate::value::text;

/// An open enum of status words: unknown ones are kept, fit to be shown.
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
                    _ => Self::Other(text::word(word)),
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

status_words! {
    /// The state of a high-availability group, as in
    /// <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/database-instance-status.rst>.
    HaState {
        /// Ready.
        Active = "ACTIVE",
        /// A replica is being added.
        AddingReplica = "ADDING_REPLICA",
        /// A replica could not be added.
        AddReplicaFail = "ADD_REPLICA_FAIL",
        /// A backup is being made.
        Backup = "BACKUP",
        /// Being made.
        Build = "BUILD",
        /// Deleted.
        Deleted = "DELETED",
        /// Being deleted.
        Deleting = "DELETING",
        /// It could not be deleted.
        DeletionError = "DELETION-ERROR",
        /// Failover is being switched off.
        DisablingFailover = "DISABLING_FAILOVER",
        /// Failover is being switched on.
        EnablingFailover = "ENABLING_FAILOVER",
        /// The last operation failed.
        Error = "ERROR",
        /// Serving, and a source that fails is not replaced.
        FailoverDisabled = "FAILOVER_DISABLED",
        /// A replica is being made the source on demand.
        ForcingFailover = "FORCING_FAILOVER",
        /// A replica is being made the source, since the source has failed.
        HaFailover = "HA_FAILOVER",
        /// Restarting.
        Reboot = "REBOOT",
        /// A replica could not be removed.
        RemoveReplicaError = "REMOVE_REPLICA_ERROR",
        /// A replica is being removed.
        RemovingReplica = "REMOVING_REPLICA",
        /// Replication is broken.
        ReplicationError = "REPLICATION_ERROR",
        /// The flavor could not be changed.
        ResizeFlavorError = "RESIZE_FLAVOR_ERROR",
        /// The flavor is being changed.
        ResizingFlavor = "RESIZING_FLAVOR",
        /// The volumes are growing.
        ResizingVolume = "RESIZING_VOLUME",
        /// Ready; a change of configuration takes effect at the next restart.
        RestartRequired = "RESTART_REQUIRED",
        /// The proxies before the members are being changed.
        UpdatingProxyNodes = "UPDATING_PROXY_NODES",
        /// The proxies could not be changed.
        UpdateProxyNodesError = "UPDATE_PROXY_NODES_ERROR",
        /// The database software is being upgraded.
        Upgrading = "UPGRADING",
        /// The volumes could not grow.
        VolumeResizeError = "VOLUME_RESIZE_ERROR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_keeps_the_word_of_the_api() {
        for word in ["ACTIVE", "RESTART_REQUIRED", "CONVERT_TO_HA", "UPGRADING"] {
            assert_eq!(InstanceStatus::from(word).to_string(), word);
        }
        let unknown = InstanceStatus::Other("UPGRADING".to_owned());
        assert_eq!(InstanceStatus::from("UPGRADING"), unknown);
        assert_eq!(BackupStatus::from("SAVING"), BackupStatus::Saving);
        assert_eq!(HaState::from("DELETION-ERROR"), HaState::DeletionError);
        let odd = format!("\u{1b}[2J{}", "X".repeat(100_000));
        let odd = InstanceStatus::from(odd.as_str()).to_string();
        assert!(odd.len() < 1_000 && !odd.contains(char::is_control), "{odd:?}");
    }
}
