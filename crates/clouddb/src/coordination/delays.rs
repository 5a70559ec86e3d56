//! The delays between two looks at the same thing.

use std::time::Duration;

use crate::value::timing::Timing;

/// The delays between looks: each half as long again as the one before, up to the longest.
pub(crate) struct Delays {
    pause: Duration,
    longest: Duration,
}

impl Delays {
    pub(crate) fn new(timing: &Timing) -> Self {
        Self::after(timing, Duration::ZERO)
    }

    /// For work that takes at least that long: the first delays are a tenth of it.
    pub(crate) fn after(timing: &Timing, head_start: Duration) -> Self {
        let first = timing.poll_interval.max(head_start / 10);
        Self { pause: first.min(timing.max_poll_interval), longest: timing.max_poll_interval }
    }

    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.pause;
        self.pause = (pause.saturating_mul(3) / 2).min(self.longest);
        pause
    }
}
