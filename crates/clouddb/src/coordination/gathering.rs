//! How long a deletion waits for others before it looks for its end: as long as those who usually come
//! have not come.
//!
//! One look for what was deleted is a whole listing, for ten deletions as for one. Those that have
//! shared a look end together, and Terraform begins as many others, one after another.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// Those who delete something in one collection.
#[derive(Default)]
pub(crate) struct Gathering {
    counts: Mutex<Counts>,
    changes: watch::Sender<()>,
}

#[derive(Default)]
struct Counts {
    /// How many deletions are on their way.
    coming: usize,
    /// How many were accepted and wait for the others.
    here: usize,
    /// How many have gone to look.
    looking: usize,
    /// How many there were at a time.
    usual: usize,
    /// How often those who were here have gone to look.
    rounds: u64,
}

impl Counts {
    fn at_a_time(&self) -> usize {
        self.coming + self.here + self.looking
    }

    fn go(&mut self) {
        self.looking += std::mem::take(&mut self.here);
        self.rounds += 1;
    }
}

/// A deletion on its way, until this is dropped.
#[must_use]
pub(crate) struct Coming<'a>(&'a Gathering);

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.0.change(|counts| counts.coming -= 1);
    }
}

/// A deletion that waits for the others or looks with them, until this is dropped.
#[must_use]
pub(crate) struct Together<'a> {
    gathering: &'a Gathering,
    round: u64,
}

impl Drop for Together<'_> {
    fn drop(&mut self) {
        self.gathering.change(|counts| {
            if counts.rounds == self.round {
                counts.here -= 1;
            } else {
                counts.looking -= 1;
            }
        });
    }
}

impl Gathering {
    /// Another one is on its way.
    pub(crate) fn coming(&self) -> Coming<'_> {
        self.change(|counts| {
            counts.coming += 1;
            counts.usual = counts.usual.max(counts.at_a_time());
        });
        Coming(self)
    }

    /// Waits until as many are here as usual, or nobody has come for a while, but no longer than that.
    pub(crate) async fn gather(&self, pause: Duration, longest: Duration) -> Together<'_> {
        let last = Instant::now() + longest;
        let mut changes = self.changes.subscribe();
        let round = self.change(|counts| {
            counts.here += 1;
            counts.rounds
        });
        let together = Together { gathering: self, round };
        loop {
            changes.mark_unchanged();
            let coming = {
                let mut counts = self.counts();
                if counts.rounds == round && counts.coming == 0 && counts.here >= counts.usual {
                    counts.go();
                }
                (counts.rounds == round).then_some(counts.coming)
            };
            let Some(coming) = coming else { break };
            let until = if coming > 0 { last } else { last.min(Instant::now() + pause) };
            if timeout_at(until, changes.changed()).await.is_err() {
                let mut counts = self.counts();
                if counts.rounds == round {
                    counts.usual = counts.at_a_time();
                    counts.go();
                }
                break;
            }
        }
        self.changes.send_replace(());
        together
    }

    fn change<R>(&self, change: impl FnOnce(&mut Counts) -> R) -> R {
        let result = change(&mut self.counts());
        self.changes.send_replace(());
        result
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_millis(500);
    const LONGEST: Duration = Duration::from_secs(5);

    async fn waited(gathering: &Gathering) -> Duration {
        let begun = Instant::now();
        drop(gathering.gather(PAUSE, LONGEST).await);
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn one_alone_waits_for_nobody_and_two_wait_for_each_other() {
        let gathering = Gathering::default();
        drop(gathering.coming());
        assert_eq!(waited(&gathering).await, Duration::ZERO);

        let (first, second) = (gathering.coming(), gathering.coming());
        drop(first);
        let (one, other) = tokio::join!(waited(&gathering), async {
            tokio::time::sleep(PAUSE * 3).await;
            drop(second);
            waited(&gathering).await
        });

        assert_eq!((one, other), (PAUSE * 3, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_come_is_not_waited_for_twice_nor_for_ever() {
        let gathering = Gathering::default();
        let (one, other) = (gathering.coming(), gathering.coming());
        drop(one);
        assert_eq!(waited(&gathering).await, LONGEST, "one is on its way");

        drop(other);
        assert_eq!(waited(&gathering).await, PAUSE, "two are usual");
        drop(gathering.coming());
        assert_eq!(waited(&gathering).await, Duration::ZERO, "one is");
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_look_are_among_those_who_may_come() {
        let gathering = Gathering::default();
        drop(gathering.coming());
        let looking = gathering.gather(PAUSE, LONGEST).await;

        drop(gathering.coming());
        let (waited, ()) = tokio::join!(waited(&gathering), async {
            tokio::time::sleep(PAUSE / 2).await;
            drop(looking);
            drop(gathering.coming());
            drop(gathering.gather(PAUSE, LONGEST).await);
        });

        assert_eq!(waited, PAUSE / 2);
    }
}
