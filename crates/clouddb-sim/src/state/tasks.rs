//! What an object was asked for and has not finished: when that ends, and how.
//!
//! Nothing here runs by itself. Before each request the cloud ends every task that is over, and each
//! GET that shows an object counts as one poll of it. So a test is deterministic under
//! [`Clock::AfterPolls`] and [`Clock::Explicit`], and no timer has to be kept under [`Clock::Timed`].

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::options::clock::{Clock, Durations};
use crate::state::moment;

/// What an object, an instance unless said otherwise, was asked for and has not finished.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task<Kind = TaskKind> {
    pub(crate) kind: Kind,
    pub(crate) remaining: Remaining,
    pub(crate) end: End,
    /// What carries the object works on it, or has done so.
    pub(crate) begun: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl<Kind> Task<Kind> {
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.end != End::Never && self.remaining.is_over(now)
    }
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

    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Build => Phase::Build,
            Self::ResizeFlavor(_) | Self::ResizeVolume(_) => Phase::Resize,
            Self::Reboot | Self::Restart | Self::DetachReplica => Phase::Reboot,
            Self::Shutdown => Phase::Shutdown,
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

/// The phases whose durations can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Build,
    Resize,
    Reboot,
    Backup,
    Shutdown,
}

impl Phase {
    fn duration(self, durations: &Durations) -> Duration {
        match self {
            Self::Build => durations.build,
            Self::Resize => durations.resize,
            Self::Reboot => durations.reboot,
            Self::Backup => durations.backup,
            Self::Shutdown => durations.shutdown,
        }
    }
}

/// What remains of a phase.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Remaining {
    Polls(u32),
    Until(#[serde(with = "moment")] Instant),
    /// Until told by `advance`.
    Explicit,
}

impl Remaining {
    /// A phase of this kind begins now.
    pub(crate) fn of(phase: Phase, clock: &Clock) -> Self {
        match clock {
            Clock::AfterPolls(polls) => Self::Polls(*polls),
            Clock::Explicit => Self::Explicit,
            Clock::Timed(durations) => Self::Until(Instant::now() + phase.duration(durations)),
        }
    }

    /// The phase that follows this one, which is over. Where time counts, it began when this one was
    /// due to end, even if nobody looked until now.
    pub(crate) fn followed_by(self, phase: Phase, clock: &Clock) -> Self {
        match (self, clock) {
            (Self::Until(end), Clock::Timed(durations)) => {
                Self::Until(end + phase.duration(durations))
            }
            _ => Self::of(phase, clock),
        }
    }

    /// The same under the clock of another run: what was counted in another way begins once more, unless it
    /// is over.
    pub(crate) fn under(self, phase: Phase, clock: &Clock) -> Self {
        match (self, clock) {
            (Self::Polls(0), _)
            | (Self::Polls(_), Clock::AfterPolls(_))
            | (Self::Until(_), Clock::Timed(_))
            | (Self::Explicit, Clock::Explicit) => self,
            _ => Self::of(phase, clock),
        }
    }

    /// The object was shown once more.
    pub(crate) fn poll(&mut self) {
        if let Self::Polls(polls) = self {
            *polls = polls.saturating_sub(1);
        }
    }

    /// Ends the phase before the next request.
    pub(crate) fn end(&mut self) {
        *self = Self::Polls(0);
    }

    pub(crate) fn is_over(&self, now: Instant) -> bool {
        match self {
            Self::Polls(polls) => *polls == 0,
            Self::Until(instant) => *instant <= now,
            Self::Explicit => false,
        }
    }
}

/// What the next task of a kind is about, for `Simulator::next`.
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
    /// An HA group is created, from nothing or from a source and its replicas.
    HaGroup,
    /// A replica is added to an HA group, or removed from one.
    HaReplica,
    /// An HA group is resized, flavor or volume.
    HaResize,
    /// An HA group is restarted.
    HaRestart,
    /// A replica of an HA group takes the place of its source.
    HaFailover,
    /// An HA group gets another version of its datastore.
    HaUpgrade,
    /// An HA group is deleted.
    HaDelete,
}

/// How a task ends.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
