//! When a task of the simulated cloud ends, and how long each kind of task takes.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

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

impl Clock {
    /// Its name in the control interface and on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::AfterPolls(_) => "polls",
            Self::Timed(_) => "timed",
            Self::Explicit => "explicit",
        }
    }
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

/// How far the clocks of the service are from that of this machine, in seconds; negative is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSkew {
    /// The clock of what writes the header `Date`.
    #[serde(default)]
    pub date: i64,
    /// The clock of what writes `created` and `updated`.
    #[serde(default)]
    pub objects: i64,
}

/// A time so many seconds later, or earlier.
pub(crate) fn shifted(time: SystemTime, seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { time.checked_sub(distance) } else { time.checked_add(distance) };
    moved.unwrap_or(time)
}
