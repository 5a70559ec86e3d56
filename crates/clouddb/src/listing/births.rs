//! What was created lately: until a listing has shown it, and until somebody has asked about it.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::{Listed, Listing, Need, Seen};

/// How many listings may lack a new object before nothing but the whole collection is read for it: it
/// may stand where nobody expects it.
const MISSES: u32 = 2;

/// Objects whose creation was accepted.
pub(super) struct Births<T: Listed> {
    births: HashMap<T::Key, Birth<T>>,
}

struct Birth<T> {
    /// The last listing that had begun by then.
    since: Seen,
    accepted: Instant,
    /// How many listings that should have shown it did not.
    misses: u32,
    /// The object as a later listing has shown it.
    shown: Option<T>,
}

impl<T: Listed> Default for Births<T> {
    fn default() -> Self {
        Self { births: HashMap::new() }
    }
}

impl<T: Listed> Births<T> {
    /// Enters new ones, and strikes out those of longer ago than that.
    pub(super) fn enter(
        &mut self,
        keys: impl Iterator<Item = T::Key>,
        since: Seen,
        life: Duration,
    ) {
        let accepted = Instant::now();
        self.births.retain(|_, birth| birth.accepted.elapsed() < life);
        let births = keys.map(|key| (key, Birth { since, accepted, misses: 0, shown: None }));
        self.births.extend(births);
    }

    pub(super) fn clear(&mut self) {
        self.births.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.births.len()
    }

    /// What somebody needs who waits for it and has seen a listing, or none.
    pub(super) fn need_for(&self, key: &T::Key, seen: Seen) -> Need {
        match self.births.get(key) {
            Some(birth) if birth.misses < MISSES => Need::Excerpt(birth.since.max(seen)),
            Some(birth) => Need::After(birth.since.max(seen)),
            None if seen == Seen::default() => Need::Fresh,
            None => Need::After(seen),
        }
    }

    /// Those that no listing has shown and an excerpt may.
    pub(super) fn awaited(&self) -> impl Iterator<Item = &T::Key> {
        let awaited = |birth: &Birth<T>| birth.shown.is_none() && birth.misses < MISSES;
        self.births.iter().filter(move |(_, birth)| awaited(birth)).map(|(key, _)| key)
    }

    pub(super) fn is_shown(&self, key: &T::Key) -> bool {
        self.births.get(key).is_some_and(|birth| birth.shown.is_some())
    }

    /// The object as a listing has shown it, for the first who asks, unless that is long ago.
    pub(super) fn take_shown(&mut self, key: &T::Key, life: Duration) -> Option<T> {
        self.births.get(key)?.shown.as_ref()?;
        let birth = self.births.remove(key)?;
        birth.shown.filter(|_| birth.accepted.elapsed() < life)
    }

    /// Notes what a listing has shown, and what it has not.
    pub(super) fn note(&mut self, listing: &Listing<T>) {
        let awaited = self.births.iter_mut().filter(|(_, birth)| birth.shown.is_none());
        for (key, birth) in awaited.filter(|(_, birth)| listing.seen() > birth.since) {
            birth.shown = listing.get(key).cloned();
            birth.misses += u32::from(birth.shown.is_none());
        }
    }
}
