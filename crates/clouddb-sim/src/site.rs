//! A region of an account: its objects, and what one of them means for another.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::clock::{Clock, End};
use crate::objects::{Backup, Configuration, Guest, Instance, TaskKind};

/// A region of an account: what is in one is not seen from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) account: String,
}

/// The objects of one place.
#[derive(Debug, Default)]
pub(crate) struct Site {
    pub(crate) instances: BTreeMap<String, Instance>,
    pub(crate) backups: BTreeMap<String, Backup>,
    pub(crate) configurations: BTreeMap<String, Configuration>,
}

impl Site {
    /// The status that an instance reports. A running backup hides ACTIVE and SHUTDOWN, nothing else.
    pub(crate) fn status(&self, instance: &Instance) -> String {
        let own = instance.own_status();
        let hidden = instance.held.is_none() && matches!(own, "ACTIVE" | "SHUTDOWN");
        if hidden && self.is_backed_up(&instance.id) { "BACKUP".into() } else { own.into() }
    }

    /// True while a backup of the instance runs.
    pub(crate) fn is_backed_up(&self, id: &str) -> bool {
        self.backups.values().any(|backup| backup.instance == id && backup.is_running())
    }

    /// IDs of the replicas of an instance.
    pub(crate) fn replicas(&self, id: &str) -> Vec<&Instance> {
        self.instances.values().filter(|other| other.replica_of.as_deref() == Some(id)).collect()
    }

    /// The guest of an instance; a replica has that of its source.
    pub(crate) fn guest(&self, id: &str) -> Option<&Guest> {
        let instance = self.instances.get(id)?;
        let source = instance.replica_of.as_ref().and_then(|source| self.instances.get(source));
        Some(source.map_or(&instance.guest, |source| &source.guest))
    }

    /// An instance was shown: its task, and a running backup of it, come one poll nearer their end.
    pub(crate) fn saw_instance(&mut self, id: &str) {
        if let Some(instance) = self.instances.get_mut(id)
            && instance.held.is_none()
            && let Some(task) = &mut instance.task
        {
            task.left.poll();
        }
        for backup in self.backups.values_mut() {
            if backup.instance == id && backup.is_running() {
                backup.poll();
            }
        }
    }

    pub(crate) fn saw_backup(&mut self, id: &str) {
        if let Some(backup) = self.backups.get_mut(id) {
            backup.poll();
        }
    }

    pub(crate) fn tick(&mut self, now: Instant, clock: &Clock, order: &mut u64, stamp: &str) {
        let over: Vec<String> = self
            .instances
            .values()
            .filter(|instance| instance.held.is_none())
            .filter(|instance| instance.task.as_ref().is_some_and(|task| task.is_over(now)))
            .map(|instance| instance.id.clone())
            .collect();
        for id in over {
            self.end_task(&id, stamp);
        }
        for backup in self.backups.values_mut() {
            backup.tick(now, clock, order, stamp);
        }
        self.backups.retain(|_, backup| backup.status != "GONE");
    }

    fn end_task(&mut self, id: &str, stamp: &str) {
        let source_guest = self.guest(id).cloned();
        let Some(instance) = self.instances.get_mut(id) else { return };
        let Some(task) = instance.task.take() else { return };
        stamp.clone_into(&mut instance.updated);
        match task.end {
            End::Undone | End::Never => return,
            End::In(status) => {
                instance.status = status;
                return;
            }
            End::AsAsked => {}
        }
        match task.kind {
            TaskKind::Shutdown => {
                self.instances.remove(id);
                return;
            }
            TaskKind::ResizeFlavor(flavor) => instance.flavor = flavor,
            TaskKind::ResizeVolume(volume) => instance.volume = volume,
            TaskKind::DetachReplica => {
                instance.replica_of = None;
                instance.guest = source_guest.unwrap_or_default();
            }
            TaskKind::Build | TaskKind::Reboot | TaskKind::Restart => {}
        }
        "ACTIVE".clone_into(&mut instance.status);
    }
}
