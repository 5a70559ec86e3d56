//! The objects of the cloud, and how each moves from status to status.
//!
//! An object separates what it reports from what it was asked for: `status` is where it rests, a
//! [`Task`] is what it is on its way to, and nobody can ask for a status in between.
//!
//! **Invariant:** the effect of a task (a new size, an object that is gone) is seen when the task has
//! ended and never before.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::clock::{Clock, End, Left, Occasion, Pace};

#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) flavor: u64,
    /// GB.
    pub(crate) volume: u64,
    /// GB.
    pub(crate) used: f64,
    pub(crate) datastore: Datastore,
    pub(crate) created: String,
    pub(crate) updated: String,
    /// Where the instance rests when it has no task.
    pub(crate) status: String,
    /// Reported instead of everything else, for as long as it is set.
    pub(crate) held: Option<String>,
    pub(crate) task: Option<Task>,
    pub(crate) guest: Guest,
    pub(crate) root_enabled: bool,
    pub(crate) root_password: Option<String>,
    pub(crate) configuration: Option<String>,
    pub(crate) replica_of: Option<String>,
    /// Counts in a page and is never shown.
    pub(crate) hidden: bool,
}

/// Datastore of an instance or a backup, by name, with the ID of the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Datastore {
    pub(crate) kind: String,
    pub(crate) version: String,
    pub(crate) version_id: String,
}

/// What an instance was asked for and has not finished.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) kind: TaskKind,
    pub(crate) left: Left,
    pub(crate) end: End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TaskKind {
    Build,
    ResizeFlavor(u64),
    ResizeVolume(u64),
    Reboot,
    /// The source of a new replica restarts its database service.
    Restart,
    DetachReplica,
    Shutdown,
}

impl TaskKind {
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Build => "BUILD",
            Self::ResizeFlavor(_) | Self::ResizeVolume(_) => "RESIZE",
            Self::Reboot => "REBOOT",
            Self::Restart => "RESTART",
            Self::DetachReplica => "DETACH_REPLICA",
            Self::Shutdown => "SHUTDOWN",
        }
    }

    pub(crate) fn pace(&self) -> Pace {
        match self {
            Self::Build => Pace::Build,
            Self::ResizeFlavor(_) | Self::ResizeVolume(_) => Pace::Resize,
            Self::Reboot | Self::Restart | Self::DetachReplica => Pace::Reboot,
            Self::Shutdown => Pace::Shutdown,
        }
    }

    pub(crate) fn occasion(&self) -> Option<Occasion> {
        match self {
            Self::Build => Some(Occasion::Instance),
            Self::ResizeFlavor(_) | Self::ResizeVolume(_) => Some(Occasion::Resize),
            Self::Reboot => Some(Occasion::Restart),
            Self::Shutdown => Some(Occasion::Delete),
            Self::Restart | Self::DetachReplica => None,
        }
    }
}

/// What is inside the database service of an instance. A backup keeps a copy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guest {
    pub(crate) databases: BTreeMap<String, Database>,
    /// By `name@host`, which is also the order of a listing.
    pub(crate) users: BTreeMap<String, User>,
}

#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) character_set: String,
    pub(crate) collate: String,
    pub(crate) lag: Lag,
}

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) password: String,
    /// Databases named here need not exist.
    pub(crate) grants: BTreeSet<String>,
    pub(crate) lag: Lag,
}

/// How listings lag behind the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lag {
    #[default]
    None,
    /// Unseen for this many listings.
    Appearing(u32),
    /// Seen for this many listings, then gone.
    Vanishing(u32),
}

#[derive(Debug, Clone)]
pub(crate) struct Backup {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) instance: String,
    pub(crate) parent: Option<String>,
    pub(crate) status: String,
    pub(crate) held: Option<String>,
    pub(crate) created: String,
    pub(crate) updated: String,
    pub(crate) order: u64,
    pub(crate) datastore: Datastore,
    /// GB, known when the backup is completed.
    pub(crate) size: f64,
    pub(crate) flavor_ram: u64,
    pub(crate) volume: u64,
    pub(crate) guest: Guest,
    pub(crate) left: Option<Left>,
    pub(crate) end: End,
    /// The backup is on its way out: it is shown until its task ends.
    pub(crate) leaving: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) datastore: Datastore,
    /// Attaching it asks for a restart.
    pub(crate) needs_restart: bool,
    pub(crate) created: String,
}

impl Backup {
    pub(crate) fn reported(&self) -> &str {
        self.held.as_deref().unwrap_or(&self.status)
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self.reported(), "NEW" | "BUILDING" | "SAVING")
    }
}

impl Instance {
    /// The task's status, or where the instance rests; a running backup is the site's knowledge.
    pub(crate) fn own_status(&self) -> &str {
        if let Some(held) = &self.held {
            return held;
        }
        self.task.as_ref().map_or(self.status.as_str(), |task| task.kind.status())
    }

    pub(crate) fn is_deleting(&self) -> bool {
        self.task.as_ref().is_some_and(|task| task.kind == TaskKind::Shutdown)
    }
}

impl Task {
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.end != End::Never && self.left.is_over(now)
    }
}

impl Backup {
    pub(crate) fn poll(&mut self) {
        if self.held.is_none()
            && let Some(left) = &mut self.left
        {
            left.poll();
        }
    }

    /// NEW, then BUILDING, then COMPLETED: one phase at a time.
    pub(crate) fn tick(&mut self, now: Instant, clock: &Clock, order: &mut u64, stamp: &str) {
        let over = self.left.is_some_and(|left| left.is_over(now));
        if self.held.is_some() || !over || self.end == End::Never {
            return;
        }
        self.left = None;
        stamp.clone_into(&mut self.updated);
        let end = if self.leaving { "GONE" } else { "COMPLETED" };
        if !self.leaving && self.status == "NEW" {
            "BUILDING".clone_into(&mut self.status);
            self.left = Some(clock.begin(Pace::Backup));
            // With a clock that takes no polls, the next phase is over as well.
            self.tick(now, clock, order, stamp);
            return;
        }
        *order += 1;
        self.order = *order;
        match &self.end {
            End::In(status) => status.clone_into(&mut self.status),
            End::Undone if self.leaving => {}
            _ => end.clone_into(&mut self.status),
        }
        self.leaving = false;
    }
}

impl Lag {
    /// A change begins that listings see this many listings later.
    pub(crate) fn appearing(lag: u32) -> Self {
        if lag == 0 { Self::None } else { Self::Appearing(lag) }
    }

    /// Counts one listing and says whether the thing is seen in it.
    pub(crate) fn is_listed(&mut self) -> bool {
        match self {
            Self::None => true,
            Self::Appearing(0) => {
                *self = Self::None;
                true
            }
            Self::Appearing(listings) => {
                *listings -= 1;
                false
            }
            Self::Vanishing(listings) => {
                *listings = listings.saturating_sub(1);
                true
            }
        }
    }

    /// Says whether the thing is seen, without counting.
    pub(crate) fn is_seen(self) -> bool {
        !matches!(self, Self::Appearing(_))
    }

    pub(crate) fn is_gone(self) -> bool {
        self == Self::Vanishing(0)
    }
}
