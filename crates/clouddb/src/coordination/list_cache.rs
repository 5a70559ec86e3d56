//! One listing of a collection for all who want to know what is in it.
//!
//! The API cannot be asked for one database, and each list call disturbs the database server. So
//! whoever looks for a database or a user shares one listing: the one under way, or the last one,
//! until a write through this client or its age makes it worthless. The same goes for flavors,
//! datastores, instances and backups, which many callers of one run want to see.
//!
//! **Invariant:** a listing that began before a write never answers a question asked after it.
//!
//! Of one thing a listing is proof for longer: that an object exists which was created before the
//! listing began. No creation of other objects undoes that. So whoever waits for a new object needs a
//! listing that began after its creation was accepted, whatever else has been created since, and of
//! that only the pages on which new objects should stand ([`Need::Partial`]). What it showed answers
//! the first question about the object ([`ListCache::take_shown`]). A write of any other kind ends that
//! too.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::Shared;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::api::collection::{Collection, Pages};
use crate::coordination::list_cache::list::{
    Begun, Fetch, List, ListVersion, Listed, Need, WriteMark,
};
use crate::coordination::list_cache::partial_list::SeekPlan;
use crate::coordination::list_cache::state::{AtHand, State, UnderWay};
use crate::sender::Sender;
use crate::value::context::{Awaited, CallContext};
use crate::value::error::Error;
use crate::value::listing::Listing;

pub(crate) mod list;
mod partial_list;
mod pending_creates;
mod state;

/// Where the listing of one collection is kept.
pub(crate) struct ListCache<T: Listed> {
    collection: Collection,
    state: Mutex<State<T>>,
    /// The number of the newest complete listing.
    news: watch::Sender<ListVersion>,
    /// The same, partial ones included.
    partial_news: watch::Sender<ListVersion>,
}

impl<T: Listed> ListCache<T> {
    pub(crate) fn new(collection: Collection) -> Self {
        let (news, partial_news) = (watch::Sender::default(), watch::Sender::default());
        Self { collection, state: Mutex::default(), news, partial_news }
    }

    /// Makes every listing that has begun until now worthless; for a creation, which takes nothing
    /// away from what was there.
    pub(crate) fn outdate(&self) {
        self.state().epoch += 1;
    }

    /// Makes every listing that has begun until now worthless, and all that they have shown.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.epoch += 1;
        state.forgets += 1;
        state.pending.clear();
        state.markers = None;
    }

    /// Whether a write has ever made a listing worthless.
    pub(crate) fn was_outdated(&self) -> bool {
        self.state().epoch > 0
    }

    /// How many requests the last listing took; one, as long as that is not known.
    pub(crate) fn pages(&self) -> u32 {
        self.state().latest.as_ref().map_or(1, |latest| latest.pages)
    }

    /// For a caller to whom only listings count that begin from now on.
    pub(crate) fn mark(&self) -> ListVersion {
        ListVersion(self.state().begun)
    }

    /// For a caller to whom only the writes until now matter.
    pub(crate) fn written(&self) -> WriteMark {
        WriteMark(self.state().epoch)
    }

    /// Tells when a listing is complete.
    pub(crate) fn news(&self) -> watch::Receiver<ListVersion> {
        self.news.subscribe()
    }

    /// Tells when a listing or a partial list is complete.
    pub(crate) fn partial_news(&self) -> watch::Receiver<ListVersion> {
        self.partial_news.subscribe()
    }

    /// The creation of these was accepted.
    pub(crate) fn expect(&self, sender: &Sender, keys: impl Iterator<Item = T::Key>) {
        let mut state = self.state();
        let since = ListVersion(state.begun);
        state.pending.enter(keys, since, sender.timing().list_max_age);
    }

    /// How many new objects nobody has asked about since a listing showed them.
    pub(crate) fn pending(&self) -> usize {
        self.state().pending.len()
    }

    /// What somebody needs who waits for a new object and has seen a listing, or none.
    pub(crate) fn need_for(&self, key: &T::Key, seen: ListVersion) -> Need {
        self.state().pending.need_for(key, seen)
    }

    /// The new object as the last listing that showed it.
    pub(crate) fn shown(&self, key: &T::Key) -> Option<T> {
        self.state().pending.shown(key)
    }

    /// The new object as a listing has shown it, for the first who asks.
    pub(crate) fn take_shown(&self, sender: &Sender, key: &T::Key) -> Option<T> {
        self.state().pending.take_shown(key, sender.timing().list_max_age)
    }

    /// The listing that is needed: one that is there, the one under way, or a new one.
    pub(crate) async fn read(
        self: &Arc<Self>,
        sender: &Sender,
        need: Need,
    ) -> Result<List<T>, Error> {
        let fetch = match self.find_or_begin(sender, need) {
            AtHand::Complete(listing) => return Ok(listing),
            AtHand::UnderWay(fetch) => fetch,
        };
        let sender = sender.bounded();
        let awaited = Awaited::new(self.collection.what, &self.collection.of, "listed");
        let listing = sender.context().run(fetch).await;
        listing.map_err(|ended| awaited.ended(ended, None, None))?
    }

    /// Everything in the collection, for somebody who asks now.
    pub(crate) async fn items(self: &Arc<Self>, sender: &Sender) -> Result<Listing<T>, Error> {
        Ok(self.read(sender, Need::Fresh).await?.to_listing())
    }

    /// Whether the listing that is needed takes no request that is not on its way.
    pub(crate) fn is_at_hand(&self, sender: &Sender, need: Need) -> bool {
        self.state().at_hand(need, sender.timing().list_max_age).is_some()
    }

    fn find_or_begin(self: &Arc<Self>, sender: &Sender, need: Need) -> AtHand<T> {
        let mut state = self.state();
        if let Some(at_hand) = state.at_hand(need, sender.timing().list_max_age) {
            return at_hand;
        }
        state.begun += 1;
        let begun = Begun { number: state.begun, epoch: state.epoch, forgets: state.forgets };
        let plan = state.plan(need);
        let whole = plan.is_none();
        let fetch = self.fetch(sender, begun, plan);
        state.under_way = fetch.downgrade().map(|fetch| UnderWay { begun, whole, fetch });
        AtHand::UnderWay(fetch)
    }

    /// A listing that is fetched for as long as anybody waits for it, whatever becomes of the caller
    /// who wanted it first; a partial list, if there is a plan.
    fn fetch(
        self: &Arc<Self>,
        sender: &Sender,
        begun: Begun,
        plan: Option<SeekPlan>,
    ) -> Shared<Fetch<T>> {
        let sender = sender.in_context(CallContext::lasting(sender.timing().operation_timeout));
        let listings = Arc::clone(self);
        let fetch = async move {
            let result = listings.fetched(&sender, plan).await;
            let listing = result.map(|(Pages { items, odd, count }, whole)| List {
                begun,
                whole,
                ended: Instant::now(),
                pages: count,
                places: Arc::new(items.iter().map(T::key).zip(0..).collect()),
                items: Arc::new(items),
                odd: Arc::new(odd),
            });
            listings.finish(begun, listing.as_ref().ok());
            listing
        };
        fetch.boxed().shared()
    }

    /// The partial list, or everything; tells whether it is everything.
    async fn fetched(
        &self,
        sender: &Sender,
        plan: Option<SeekPlan>,
    ) -> Result<(Pages<T>, bool), Error> {
        let collection = &self.collection;
        if let Some(plan) = plan {
            match partial_list::read(sender, collection, plan).await {
                Ok(Some(pages)) => return Ok((pages, false)),
                // A server that does not take the markers can be listed all the same.
                Ok(None) | Err(Error::Rejected(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((collection.read(sender).await?, true))
    }

    fn finish(&self, begun: Begun, listing: Option<&List<T>>) {
        let mut state = self.state();
        if state.under_way.as_ref().is_some_and(|it| it.begun.number == begun.number) {
            state.under_way = None;
        }
        let Some(listing) = listing else { return };
        state.note(listing);
        drop(state);
        let newer = |newest: &mut ListVersion| {
            let newer = listing.seen() > *newest;
            *newest = listing.seen().max(*newest);
            newer
        };
        if listing.whole {
            self.news.send_if_modified(newer);
        }
        self.partial_news.send_if_modified(newer);
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
