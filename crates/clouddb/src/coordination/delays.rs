//! The delays between two looks at the same thing.

use std::time::Duration;

use tokio::time::Instant;

use crate::value::timing::Timing;

/// Which part of the time that has passed a delay is. So what is ready is noticed with a delay of no more
/// than that part, and what takes long is looked at seldom.
const PART: u32 = 10;

/// The delays between looks: in proportion to the time since the first of them, within the shortest and
/// the longest pause.
pub(crate) struct Delays {
    since: Instant,
    shortest: Duration,
    longest: Duration,
}

impl Delays {
    pub(crate) fn new(timing: &Timing) -> Self {
        Self {
            since: Instant::now(),
            shortest: timing.poll_interval.min(timing.max_poll_interval),
            longest: timing.max_poll_interval,
        }
    }

    pub(crate) fn next(&mut self) -> Duration {
        (self.since.elapsed() / PART).clamp(self.shortest, self.longest)
    }
}
