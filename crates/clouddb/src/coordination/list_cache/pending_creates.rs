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
    use std::sync::Arc;

    use tokio::time::advance;

    use super::*;
    use crate::api::databases::model::Database;
    use crate::coordination::list_cache::list::Begun;

    fn database(name: &str) -> Database {
        Database { name: name.to_owned() }
    }

    /// The listing of that number, which shows these.
    fn listing(number: u64, names: &[&str]) -> List<Database> {
        let places = names.iter().map(|name| (*name).to_owned()).zip(0..).collect();
        List {
            begun: Begun { number, epoch: 0, forgets: 0 },
            whole: true,
            ended: Instant::now(),
            pages: 1,
            items: Arc::new(names.iter().map(|name| database(name)).collect()),
            odd: Arc::default(),
            places: Arc::new(places),
        }
    }

    /// What is needed for `a`, by somebody who has seen that listing.
    fn need(pending: &PendingCreates<Database>, seen: u64) -> String {
        format!("{:?}", pending.need_for(&"a".to_owned(), ListVersion(seen)))
    }

    #[test]
    fn a_new_one_is_looked_for_on_its_page_until_two_listings_have_lacked_it() {
        let mut pending = PendingCreates::<Database>::default();
        assert_eq!([need(&pending, 0), need(&pending, 3)], ["Fresh", "After(ListVersion(3))"]);

        pending.enter(["a".to_owned()].into_iter(), ListVersion(4), Duration::from_hours(1));
        // It began before the creation.
        pending.note(&listing(4, &[]));
        for number in 5..7 {
            assert_eq!(need(&pending, 3), "Partial(ListVersion(4))");
            assert_eq!(pending.awaited().collect::<Vec<_>>(), ["a"]);
            pending.note(&listing(number, &[]));
        }
        assert_eq!(need(&pending, 3), "After(ListVersion(4))");
        assert_eq!(pending.awaited().count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_one_that_was_shown_is_awaited_no_more_and_told_to_who_asks_in_time() {
        let (mut pending, hour) = (PendingCreates::<Database>::default(), Duration::from_hours(1));
        let a = "a".to_owned();
        pending.enter([a.clone()].into_iter(), ListVersion(4), hour);
        assert!(pending.shown(&a).is_none() && pending.take_shown(&a, hour).is_none());

        pending.note(&listing(5, &["a", "b"]));

        assert_eq!(pending.awaited().count(), 0);
        assert_eq!(pending.shown(&a).map(|it| it.name), Some(a.clone()));
        assert_eq!(pending.take_shown(&a, hour).map(|it| it.name), Some(a.clone()));
        assert!(pending.take_shown(&a, hour).is_none(), "it was taken");

        pending.enter([a.clone()].into_iter(), ListVersion(5), hour);
        pending.note(&listing(6, &["a"]));
        advance(hour).await;
        assert!(pending.take_shown(&a, hour).is_none(), "it is too old");
    }

    #[tokio::test(start_paused = true)]
    async fn new_ones_leave_those_alone_that_are_not_old() {
        let mut pending = PendingCreates::<Database>::default();
        let hour = Duration::from_hours(1);

        pending.enter(["a".to_owned()].into_iter(), ListVersion::default(), hour);
        pending.enter(["b".to_owned()].into_iter(), ListVersion::default(), hour);
        assert_eq!(pending.len(), 2);

        pending.enter(["c".to_owned()].into_iter(), ListVersion::default(), Duration::ZERO);
        assert_eq!(pending.awaited().collect::<Vec<_>>(), ["c"]);
    }
}
