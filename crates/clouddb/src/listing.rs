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
//! that only the pages on which new objects should stand ([`Need::Excerpt`]). What it showed answers
//! the first question about the object ([`Listings::take_shown`]). A write of any other kind ends that
//! too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::http::Request;
use crate::page::{self, Item, Pages};
use crate::scope::{Awaited, Scope};
use crate::{Client, Error};

mod births;
mod excerpt;
mod state;

use excerpt::Route;
use state::{AtHand, State, UnderWay};

/// An item of a collection that is listed as a whole for all who ask.
pub(crate) trait Listed: Item<Key: Sync> + Clone + Send + Sync + 'static {}

impl<T: Item<Key: Sync> + Clone + Send + Sync + 'static> Listed for T {}

/// What a listing lists.
pub(crate) struct Collection {
    pub(crate) request: Request,
    /// Under which names documents have the items.
    pub(crate) names: &'static [&'static str],
    /// The kind of object, in the plural, and whose they are, for errors.
    pub(crate) what: &'static str,
    pub(crate) of: String,
}

/// A complete listing, or an excerpt of one.
pub(crate) struct Listing<T: Listed> {
    /// Where it stands in the order of listings.
    number: u64,
    /// How often listings had been made worthless when it began.
    epoch: u64,
    /// Whether it is complete.
    whole: bool,
    /// When it had been read.
    ended: Instant,
    /// How many requests it took.
    pages: u32,
    pub(crate) items: Arc<Vec<T>>,
    /// Where each item stands: every object of a run looks for itself.
    places: Arc<HashMap<T::Key, usize>>,
}

impl<T: Listed> Clone for Listing<T> {
    fn clone(&self) -> Self {
        Self { items: Arc::clone(&self.items), places: Arc::clone(&self.places), ..*self }
    }
}

impl<T: Listed> Listing<T> {
    /// The item with this key.
    pub(crate) fn get(&self, key: &T::Key) -> Option<&T> {
        self.items.get(*self.places.get(key)?)
    }

    /// What a caller who wants a newer listing shows.
    pub(crate) fn seen(&self) -> Seen {
        Seen(self.number)
    }
}

/// The last listing that a caller has seen, or the last that had begun when the caller began to care;
/// the default has seen none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Seen(u64);

/// Which listing answers a question.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    /// One that began after the last write and is not old.
    Fresh,
    /// One that began after the last write and ended a moment ago.
    Recent,
    /// One that began later than another.
    After(Seen),
    /// One that began later than another, of which only what shows new objects need be read.
    Excerpt(Seen),
}

type Fetch<T> = BoxFuture<'static, Result<Listing<T>, Error>>;

/// Where the listing of one collection is kept.
pub(crate) struct Listings<T: Listed> {
    collection: Collection,
    state: Mutex<State<T>>,
    /// The number of the newest complete listing.
    news: watch::Sender<Seen>,
    /// The same, excerpts included.
    sights: watch::Sender<Seen>,
}

impl<T: Listed> Listings<T> {
    pub(crate) fn new(collection: Collection) -> Self {
        let (news, sights) = (watch::Sender::default(), watch::Sender::default());
        Self { collection, state: Mutex::default(), news, sights }
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
        state.births.clear();
        state.landmarks = None;
    }

    /// The listing that is still of worth, if there is one.
    pub(crate) fn kept(&self) -> Option<Listing<T>> {
        let state = self.state();
        state.latest.as_ref().filter(|latest| latest.epoch == state.epoch).cloned()
    }

    /// How many requests the last listing took; one, as long as that is not known.
    pub(crate) fn pages(&self) -> u32 {
        self.state().latest.as_ref().map_or(1, |latest| latest.pages)
    }

    /// For a caller to whom only listings count that begin from now on.
    pub(crate) fn mark(&self) -> Seen {
        Seen(self.state().begun)
    }

    /// Tells when a listing is complete.
    pub(crate) fn news(&self) -> watch::Receiver<Seen> {
        self.news.subscribe()
    }

    /// Tells when a listing or an excerpt is complete.
    pub(crate) fn sights(&self) -> watch::Receiver<Seen> {
        self.sights.subscribe()
    }

    /// The creation of these was accepted.
    pub(crate) fn expect(&self, client: &Client, keys: impl Iterator<Item = T::Key>) {
        let mut state = self.state();
        let since = Seen(state.begun);
        state.births.enter(keys, since, client.pace().listing_life);
    }

    /// How many new objects nobody has asked about since a listing showed them.
    pub(crate) fn births(&self) -> usize {
        self.state().births.len()
    }

    /// What somebody needs who waits for a new object and has seen a listing, or none.
    pub(crate) fn need_for(&self, key: &T::Key, seen: Seen) -> Need {
        self.state().births.need_for(key, seen)
    }

    /// Whether a listing has shown the new object.
    pub(crate) fn has_shown(&self, key: &T::Key) -> bool {
        self.state().births.is_shown(key)
    }

    /// The new object as a listing has shown it, for the first who asks.
    pub(crate) fn take_shown(&self, client: &Client, key: &T::Key) -> Option<T> {
        self.state().births.take_shown(key, client.pace().listing_life)
    }

    /// The listing that is needed: one that is there, the one under way, or a new one.
    pub(crate) async fn read(
        self: &Arc<Self>,
        client: &Client,
        need: Need,
    ) -> Result<Listing<T>, Error> {
        let fetch = match self.find_or_begin(client, need) {
            AtHand::Complete(listing) => return Ok(listing),
            AtHand::UnderWay(fetch) => fetch,
        };
        let client = client.bounded();
        let awaited = Awaited::new(self.collection.what, &self.collection.of, "listed");
        let listing = client.scope().run(fetch).await;
        listing.map_err(|ended| awaited.ended(ended, None, None))?
    }

    /// Everything in the collection, for somebody who asks now.
    pub(crate) async fn items(self: &Arc<Self>, client: &Client) -> Result<Vec<T>, Error> {
        Ok(self.read(client, Need::Fresh).await?.items.to_vec())
    }

    /// Whether the listing that is needed takes no request that is not on its way.
    pub(crate) fn is_at_hand(&self, client: &Client, need: Need) -> bool {
        self.state().at_hand(need, client.pace().listing_life).is_some()
    }

    fn find_or_begin(self: &Arc<Self>, client: &Client, need: Need) -> AtHand<T> {
        let mut state = self.state();
        if let Some(at_hand) = state.at_hand(need, client.pace().listing_life) {
            return at_hand;
        }
        state.begun += 1;
        let (number, epoch) = (state.begun, state.epoch);
        let route = state.route(need);
        let whole = route.is_none();
        let fetch = self.fetch(client, epoch, number, route);
        state.under_way = fetch.downgrade().map(|fetch| UnderWay { epoch, number, whole, fetch });
        AtHand::UnderWay(fetch)
    }

    /// A listing that is fetched for as long as anybody waits for it, whatever becomes of the caller
    /// who wanted it first; an excerpt, if there is a route.
    fn fetch(
        self: &Arc<Self>,
        client: &Client,
        epoch: u64,
        number: u64,
        route: Option<Route>,
    ) -> Shared<Fetch<T>> {
        let client = client.in_scope(Scope::lasting(client.pace().patience));
        let listings = Arc::clone(self);
        let fetch = async move {
            let result = listings.fetched(&client, route).await;
            let listing = result.map(|(Pages { items, count }, whole)| Listing {
                number,
                epoch,
                whole,
                ended: Instant::now(),
                pages: count,
                places: Arc::new(items.iter().map(T::key).zip(0..).collect()),
                items: Arc::new(items),
            });
            listings.finish(number, listing.as_ref().ok());
            listing
        };
        fetch.boxed().shared()
    }

    /// The excerpt, or everything; tells whether it is everything.
    async fn fetched(
        &self,
        client: &Client,
        route: Option<Route>,
    ) -> Result<(Pages<T>, bool), Error> {
        let collection = &self.collection;
        if let Some(route) = route {
            match excerpt::read(client, collection, route).await {
                Ok(Some(pages)) => return Ok((pages, false)),
                // A server that does not take the markers can be listed all the same.
                Ok(None) | Err(Error::Rejected(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let request = collection.request.clone();
        Ok((page::all_counted(client, request, collection.names).await?, true))
    }

    fn finish(&self, number: u64, listing: Option<&Listing<T>>) {
        let mut state = self.state();
        if state.under_way.as_ref().is_some_and(|it| it.number == number) {
            state.under_way = None;
        }
        let Some(listing) = listing else { return };
        state.note(listing);
        drop(state);
        let newer = |newest: &mut Seen| {
            let newer = listing.seen() > *newest;
            *newest = listing.seen().max(*newest);
            newer
        };
        if listing.whole {
            self.news.send_if_modified(newer);
        }
        self.sights.send_if_modified(newer);
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
