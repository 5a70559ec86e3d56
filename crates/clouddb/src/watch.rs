//! Looks at instances and backups that the API is at work on, shared by all who wait for one.
//!
//! The list tells the status of all of them in one request, or in few. So as soon as more of them are
//! waited for than the list has pages, one look is a listing, and everybody gets it. One alone is
//! looked at by its ID. A listing never proves an absence: what is not in it is asked for by its ID.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::listing::{Collection, Listed, Listings, Need, Seen};
use crate::page::Item;
use crate::scope::Awaited;
use crate::wait::{Wait, pause_or_news};
use crate::{Client, Error, Pace};

/// What has a status, is known by its ID, and has a call that returns it.
pub(crate) trait Watched: Listed + Item<Key = String> {
    /// The object, where there has to be one.
    fn fetch(client: &Client, id: &str) -> impl Future<Output = Result<Self, Error>> + Send;
}

/// Who waits for which object, and what they have seen.
pub(crate) struct Watch<T: Watched> {
    pub(crate) listings: Arc<Listings<T>>,
    waiting: Mutex<HashMap<String, u32>>,
    budget: Arc<Budget>,
}

/// Somebody waits for an object, until this is dropped.
#[must_use]
pub(crate) struct Waiting<'a, T: Watched> {
    watch: &'a Watch<T>,
    id: &'a str,
}

impl<T: Watched> Watch<T> {
    pub(crate) fn new(collection: Collection, budget: &Arc<Budget>) -> Self {
        let listings = Arc::new(Listings::new(collection));
        Self { listings, waiting: Mutex::default(), budget: Arc::clone(budget) }
    }

    /// Enters that an object is waited for.
    pub(crate) fn enter<'a>(&'a self, id: &'a str) -> Waiting<'a, T> {
        self.change(|waiting| *waiting.entry(id.to_owned()).or_default() += 1);
        Waiting { watch: self, id }
    }

    /// A wait to which only looks count that are taken from now on.
    pub(crate) fn wait(&self, awaited: Awaited) -> Wait {
        Wait::new(awaited, self.listings.mark(), self.listings.news())
    }

    /// The object as the newest look shows it: one of somebody else, if that is newer than the last
    /// one seen, or a new one.
    pub(crate) async fn look(
        &self,
        client: &Client,
        id: &str,
        mut seen: Seen,
    ) -> Result<(T, Seen), Error> {
        let pages = self.listings.pages();
        let many = self.change(|waiting| waiting.len()) > usize::try_from(pages).unwrap_or(1);
        let cost = if many { pages } else { 1 };
        if self.is_at_hand_or_affordable(client, seen, cost).await? || many {
            match self.listings.read(client, Need::After(seen)).await {
                Ok(listing) => {
                    seen = listing.seen();
                    if let Some(object) = listing.get(&id.to_owned()) {
                        return Ok((object.clone(), seen));
                    }
                }
                // Who may see an object need not be allowed to list them all.
                Err(Error::Forbidden(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let object = T::fetch(client, id).await;
        // It tells more than any listing before it.
        self.listings.outdate();
        Ok((object?, seen))
    }

    /// Waits until there is a listing that makes a request needless, which it tells, or until the
    /// budget allows one.
    async fn is_at_hand_or_affordable(
        &self,
        client: &Client,
        seen: Seen,
        cost: u32,
    ) -> Result<bool, Error> {
        let mut news = self.listings.news();
        loop {
            if self.listings.is_at_hand(client, Need::After(seen)) {
                return Ok(true);
            }
            let Err(pause) = self.budget.spend(Instant::now(), cost) else { return Ok(false) };
            let awaited = Awaited::new("status", "of what is waited for", "asked for yet");
            let paused = client.scope().run(pause_or_news(pause, &mut news, seen)).await;
            paused.map_err(|ended| awaited.ended(ended, None, None))?;
        }
    }

    fn change<R>(&self, change: impl FnOnce(&mut HashMap<String, u32>) -> R) -> R {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Watched> Drop for Waiting<'_, T> {
    fn drop(&mut self) {
        self.watch.change(|waiting| {
            if let Some(count) = waiting.get_mut(self.id) {
                *count -= 1;
                if *count == 0 {
                    waiting.remove(self.id);
                }
            }
        });
    }
}

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
    pub(crate) fn new(pace: &Pace) -> Self {
        let half = (pace.polls_a_minute / 2).max(1);
        let spacing = Duration::from_mins(1) / half;
        Self { spacing, slack: spacing * (half - 1), due: Mutex::new(None) }
    }

    /// Takes a look of so many requests out of the budget, or says how long there is none.
    fn spend(&self, now: Instant, cost: u32) -> Result<(), Duration> {
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

    fn budget(polls_a_minute: u32) -> Budget {
        Budget::new(&Pace { polls_a_minute, ..Pace::default() })
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
    fn a_single_wait_is_never_held_back() {
        let budget = budget(Pace::default().polls_a_minute);
        let mut now = Instant::now();

        for pause in [1.0, 1.5, 2.25, 3.4, 5.1, 7.6, 11.4, 17.1, 25.6, 30.0, 30.0] {
            assert_eq!(budget.spend(now, 1), Ok(()));
            now += Duration::from_secs_f64(pause);
        }
    }

    #[test]
    fn a_pace_for_tests_has_no_budget_to_speak_of() {
        let budget = Budget::new(&Pace::every(Duration::ZERO));
        let now = Instant::now();

        assert!((0..10_000).all(|_| budget.spend(now, 1).is_ok()));
    }
}
