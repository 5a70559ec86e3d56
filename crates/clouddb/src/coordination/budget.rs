//! How many requests all looks may take together.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::value::timing::Timing;

/// How many requests looks may take, however many wait. Half of the minute's requests may be sent at
/// once, the other half comes evenly.
pub(crate) struct Budget {
    /// Between two requests, when none is left over.
    spacing: Duration,
    /// How far ahead of that requests may be.
    slack: Duration,
    /// When the next request would be due at even spacing.
    due: Mutex<Option<Instant>>,
}

impl Budget {
    pub(crate) fn new(timing: &Timing) -> Self {
        let half = (timing.polls_per_minute / 2).max(1);
        let spacing = Duration::from_mins(1) / half;
        Self { spacing, slack: spacing * (half - 1), due: Mutex::new(None) }
    }

    /// Takes a look of so many requests out of the budget, or says how long there is none.
    pub(crate) fn spend(&self, now: Instant, cost: u32) -> Result<(), Duration> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let next = due.unwrap_or(now).max(now);
        let lacking = next.saturating_duration_since(now).saturating_sub(self.slack);
        if !lacking.is_zero() {
            return Err(lacking);
        }
        *due = Some(next + self.spacing * cost);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(polls_per_minute: u32) -> Budget {
        Budget::new(&Timing { polls_per_minute, ..Timing::default() })
    }

    #[test]
    fn no_minute_has_more_looks_than_the_budget_however_eager_they_are() {
        let budget = budget(30);
        let start = Instant::now();
        let mut taken = Vec::new();
        let mut now = start;
        while now < start + Duration::from_mins(5) {
            match budget.spend(now, 1) {
                Ok(()) => taken.push(now),
                Err(pause) => now += pause,
            }
        }

        for first in &taken {
            let minute = taken.iter().filter(|it| {
                it.checked_duration_since(*first).is_some_and(|it| it < Duration::from_mins(1))
            });
            assert!(minute.count() <= 30);
        }
        assert!(taken.len() >= 15 * 5, "{} looks in five minutes", taken.len());
    }

    #[test]
    fn a_look_is_charged_for_all_its_requests() {
        let budget = budget(30);
        let now = Instant::now();

        let at_once = std::iter::repeat_with(|| budget.spend(now, 3)).take_while(Result::is_ok);

        assert_eq!(at_once.count(), 5, "three requests each, of the fifteen that may be ahead");
    }

    #[test]
    fn a_single_wait_is_never_held_back() {
        let budget = budget(Timing::default().polls_per_minute);
        let mut now = Instant::now();

        for pause in [1.0, 1.5, 2.25, 3.4, 5.1, 7.6, 11.4, 17.1, 25.6, 30.0, 30.0] {
            assert_eq!(budget.spend(now, 1), Ok(()));
            now += Duration::from_secs_f64(pause);
        }
    }

    #[test]
    fn a_pace_for_tests_has_no_budget_to_speak_of() {
        let budget = Budget::new(&Timing::every(Duration::ZERO));
        let now = Instant::now();

        assert!((0..10_000).all(|_| budget.spend(now, 1).is_ok()));
    }
}
