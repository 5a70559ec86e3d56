//! A listing, and which one answers a question.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use crate::http::pages::{Item, Odd};
use crate::value::error::Error;
use crate::value::listing::{Listing, Unreadable};

/// An item of a collection that is listed as a whole for all who ask.
pub(crate) trait Listed: Item<Key: Sync> + Clone + Send + Sync + 'static {}

impl<T: Item<Key: Sync> + Clone + Send + Sync + 'static> Listed for T {}

/// When a listing began.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    /// Where it stands in the order of listings.
    pub(super) number: u64,
    /// How often listings had been made worthless by then.
    pub(super) epoch: u64,
    /// How often that was by more than creations.
    pub(super) forgets: u64,
}

/// A complete listing, or a partial list of one.
pub(crate) struct List<T: Listed> {
    pub(super) begun: Begun,
    /// Whether it is complete.
    pub(super) whole: bool,
    /// When it had been read.
    pub(super) ended: Instant,
    /// How many requests it took.
    pub(super) pages: u32,
    pub(crate) items: Arc<Vec<T>>,
    /// What of it cannot be understood.
    pub(crate) odd: Arc<Vec<Odd<T::Key>>>,
    /// Where each item stands: every object of a run looks for itself.
    pub(super) places: Arc<HashMap<T::Key, usize>>,
}

impl<T: Listed> Clone for List<T> {
    fn clone(&self) -> Self {
        Self {
            items: Arc::clone(&self.items),
            odd: Arc::clone(&self.odd),
            places: Arc::clone(&self.places),
            ..*self
        }
    }
}

/// What a listing says of a key.
pub(crate) enum Presence<'a, T> {
    There(&'a T),
    /// It is there, and cannot be understood.
    Unreadable(&'a Error),
    /// Something is there that may be anything.
    Doubtful(&'a Error),
    Absent,
}

impl<T: Listed> List<T> {
    /// The item with this key.
    pub(crate) fn get(&self, key: &T::Key) -> Option<&T> {
        self.items.get(*self.places.get(key)?)
    }

    /// What it says of this key. That of a partial list which does not have it means nothing.
    pub(crate) fn presence(&self, key: &T::Key) -> Presence<'_, T> {
        if let Some(item) = self.get(key) {
            return Presence::There(item);
        }
        if let Some(odd) = self.odd.iter().find(|odd| odd.key.as_ref() == Some(key)) {
            return Presence::Unreadable(&odd.error);
        }
        let doubtful = self.odd.iter().find(|odd| odd.key.is_none());
        doubtful.map_or(Presence::Absent, |odd| Presence::Doubtful(&odd.error))
    }

    /// The whole of it, as callers of the client get it.
    pub(crate) fn to_listing(&self) -> Listing<T> {
        let unreadable = self.odd.iter().map(Unreadable::from).collect();
        Listing { items: self.items.to_vec(), unreadable }
    }

    /// What a caller who wants a newer listing shows.
    pub(crate) fn seen(&self) -> ListVersion {
        ListVersion(self.begun.number)
    }
}

/// The last listing that a caller has seen, or the last that had begun when the caller began to care;
/// the default has seen none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct ListVersion(pub(super) u64);

/// A point in the order of writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WriteMark(pub(super) u64);

/// Which listing answers a question.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    /// One that began after the last write and is not old.
    Fresh,
    /// One that began after the last write and ended a moment ago.
    Recent,
    /// One that shows what was there before the creations of this client, and is not old: no write but
    /// creations came after its beginning.
    BeforeCreations,
    /// One that began after the writes until then, whatever was written later.
    Since(WriteMark),
    /// One that began later than another.
    After(ListVersion),
    /// One that began later than another, of which only what shows new objects need be read.
    Partial(ListVersion),
}

pub(super) type Fetch<T> = BoxFuture<'static, Result<List<T>, Error>>;
