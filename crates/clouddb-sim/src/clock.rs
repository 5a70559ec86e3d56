//! Time in the simulator: when a task ends, and how.
//!
//! Nothing here runs by itself. Before each request the cloud ends every task that is over, and each
//! GET that shows an object counts as one poll of it. So a test is deterministic under
//! [`Clock::AfterPolls`] and [`Clock::Explicit`], and no timer has to be kept under [`Clock::Timed`].

use std::time::{Duration, Instant};

use serde::Deserialize;

/// When a task ends.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// After this many GETs that showed the object, alone or in a list. 0: before the next request.
    AfterPolls(u32),
    /// After some time, by kind of task.
    Timed(Durations),
    /// Only when told by `advance`.
    Explicit,
}

/// How long each kind of task takes under [`Clock::Timed`].
#[derive(Debug, Clone, Copy)]
pub struct Durations {
    /// Building an instance, restoring included.
    pub build: Duration,
    /// Resizing to another flavor or a larger volume.
    pub resize: Duration,
    /// Restarting, and detaching a replica.
    pub reboot: Duration,
    /// Each of the two phases of a backup, NEW and BUILDING.
    pub backup: Duration,
    /// Deleting an instance or a backup.
    pub shutdown: Duration,
}

impl Default for Durations {
    fn default() -> Self {
        Self {
            build: Duration::from_secs(5),
            resize: Duration::from_secs(5),
            reboot: Duration::from_secs(2),
            backup: Duration::from_secs(2),
            shutdown: Duration::from_secs(2),
        }
    }
}

/// The kinds of tasks whose durations can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    Build,
    Resize,
    Reboot,
    Backup,
    Shutdown,
}

/// What is left of a task.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Left {
    Polls(u32),
    Until(Instant),
    Told,
}

impl Clock {
    /// A task of this kind begins now.
    pub(crate) fn begin(&self, pace: Pace) -> Left {
        match self {
            Self::AfterPolls(polls) => Left::Polls(*polls),
            Self::Explicit => Left::Told,
            Self::Timed(durations) => Left::Until(
                Instant::now()
                    + match pace {
                        Pace::Build => durations.build,
                        Pace::Resize => durations.resize,
                        Pace::Reboot => durations.reboot,
                        Pace::Backup => durations.backup,
                        Pace::Shutdown => durations.shutdown,
                    },
            ),
        }
    }
}

impl Left {
    /// The object was shown once more.
    pub(crate) fn poll(&mut self) {
        if let Self::Polls(polls) = self {
            *polls = polls.saturating_sub(1);
        }
    }

    /// Ends the task before the next request.
    pub(crate) fn end(&mut self) {
        *self = Self::Polls(0);
    }

    pub(crate) fn is_over(&self, now: Instant) -> bool {
        match self {
            Self::Polls(polls) => *polls == 0,
            Self::Until(instant) => *instant <= now,
            Self::Told => false,
        }
    }
}

/// What the next task of a kind is about, for [`crate::Simulator::next`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// An instance is created.
    Instance,
    /// An instance is resized, flavor or volume.
    Resize,
    /// An instance is restarted.
    Restart,
    /// An instance is deleted.
    Delete,
    /// A backup is created.
    Backup,
    /// A backup is deleted.
    BackupDelete,
}

/// How a task ends.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// As it was asked for.
    #[default]
    AsAsked,
    /// In this status, without its effect. A build that ends in ERROR leaves an instance in ERROR.
    In(String),
    /// In the status from before, without its effect: a resize that silently did not happen.
    Undone,
    /// Never.
    Never,
}
