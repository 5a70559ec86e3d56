//! What was created lately: until a listing has shown it, and until somebody has asked about it.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::coordination::list_cache::list::{List, ListVersion, Listed, Need};

/// How many listings may lack a new object before nothing but the whole collection is read for it: it
/// may stand where nobody expects it.
const MISSES: u32 = 2;

/// Objects whose creation was accepted.
pub(super) struct PendingCreates<T: Listed> {
    pending: HashMap<T::Key, PendingCreate<T>>,
}

struct PendingCreate<T> {
    /// The last listing that had begun by then.
    since: ListVersion,
    accepted: Instant,
    /// How many listings that should have shown it did not.
    misses: u32,
    /// The object as a later listing has shown it.
    shown: Option<T>,
}

impl<T: Listed> Default for PendingCreates<T> {
    fn default() -> Self {
        Self { pending: HashMap::new() }
    }
}

impl<T: Listed> PendingCreates<T> {
    /// Enters new ones, and strikes out those of longer ago than that.
    pub(super) fn enter(
        &mut self,
        keys: impl Iterator<Item = T::Key>,
        since: ListVersion,
        life: Duration,
    ) {
        let accepted = Instant::now();
        self.pending.retain(|_, create| create.accepted.elapsed() < life);
        let pending =
            keys.map(|key| (key, PendingCreate { since, accepted, misses: 0, shown: None }));
        self.pending.extend(pending);
    }

    pub(super) fn clear(&mut self) {
        self.pending.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    /// What somebody needs who waits for it and has seen a listing, or none.
    pub(super) fn need_for(&self, key: &T::Key, seen: ListVersion) -> Need {
        match self.pending.get(key) {
            Some(create) if create.misses < MISSES => Need::Partial(create.since.max(seen)),
            Some(create) => Need::After(create.since.max(seen)),
            None if seen == ListVersion::default() => Need::Fresh,
            None => Need::After(seen),
        }
    }

    /// Those that no listing has shown and a partial list may.
    pub(super) fn awaited(&self) -> impl Iterator<Item = &T::Key> {
        let awaited = |create: &PendingCreate<T>| create.shown.is_none() && create.misses < MISSES;
        self.pending.iter().filter(move |(_, create)| awaited(create)).map(|(key, _)| key)
    }

    /// The object as the last listing that had it has shown it.
    pub(super) fn shown(&self, key: &T::Key) -> Option<T> {
        self.pending.get(key)?.shown.clone()
    }

    /// The object as a listing has shown it, for the first who asks, unless that is long ago.
    pub(super) fn take_shown(&mut self, key: &T::Key, life: Duration) -> Option<T> {
        self.pending.get(key)?.shown.as_ref()?;
        let create = self.pending.remove(key)?;
        create.shown.filter(|_| create.accepted.elapsed() < life)
    }

    /// Notes what a listing has shown, and what it has not.
    pub(super) fn note(&mut self, listing: &List<T>) {
        let newer = self.pending.iter_mut().filter(|(_, create)| listing.seen() > create.since);
        for (key, create) in newer {
            match listing.get(key) {
                Some(item) => create.shown = Some(item.clone()),
                None => create.misses += u32::from(create.shown.is_none()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::databases::model::Database;

    #[test]
    fn new_ones_leave_those_alone_that_are_not_old() {
        let mut pending = PendingCreates::<Database>::default();
        let hour = Duration::from_hours(1);

        pending.enter(["a".to_owned()].into_iter(), ListVersion::default(), hour);
        pending.enter(["b".to_owned()].into_iter(), ListVersion::default(), hour);
        assert_eq!(pending.len(), 2);

        pending.enter(["c".to_owned()].into_iter(), ListVersion::default(), Duration::ZERO);
        assert_eq!(pending.awaited().collect::<Vec<_>>(), ["c"]);
    }
}
