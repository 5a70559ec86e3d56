//! One listing of a collection for all who want to know what is in it.
//!
//! The API cannot be asked for one database, and each list call disturbs the database server. So
//! whoever looks for a database or a user shares one listing: the one under way, or the last one,
//! until a write through this client or its age makes it worthless. **Invariant:** a listing that
//! began before a write never answers a question asked after it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::Instant;

use crate::http::{Path, Request};
use crate::page::{self, Item};
use crate::scope::{Awaited, Scope};
use crate::{Client, Error};

/// An item of a collection that belongs to an instance and is listed as a whole.
pub(crate) trait Listed: Item + Send + Sync + 'static {
    /// The name of the collection, in paths and in documents.
    const COLLECTION: &'static str;
}

/// A complete listing.
pub(crate) struct Listing<T> {
    /// Where it stands in the order of listings.
    number: u64,
    /// When it was complete.
    ended: Instant,
    pub(crate) items: Arc<Vec<T>>,
}

impl<T> Clone for Listing<T> {
    fn clone(&self) -> Self {
        Self { number: self.number, ended: self.ended, items: Arc::clone(&self.items) }
    }
}

impl<T> Listing<T> {
    /// What a caller who wants a newer listing shows.
    pub(crate) fn seen(&self) -> Seen {
        Seen(self.number)
    }
}

/// The last listing that a caller has seen; the default has seen none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seen(u64);

type Fetch<T> = BoxFuture<'static, Result<Listing<T>, Error>>;

/// Where the listing of one collection of one instance is kept.
pub(crate) struct Listings<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    /// How often the listing was made worthless.
    epoch: u64,
    /// The number of the last listing that was begun.
    begun: u64,
    kept: Option<Listing<T>>,
    under_way: Option<UnderWay<T>>,
}

struct UnderWay<T> {
    epoch: u64,
    number: u64,
    fetch: WeakShared<Fetch<T>>,
}

impl<T> Default for Listings<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { epoch: 0, begun: 0, kept: None, under_way: None }) }
    }
}

impl<T: Listed> Listings<T> {
    /// Makes every listing that has begun until now worthless.
    pub(crate) fn drop_listing(&self) {
        let mut state = self.state();
        state.epoch += 1;
        state.kept = None;
    }

    /// The listing that is still of worth, if there is one.
    pub(crate) fn kept(&self) -> Option<Listing<T>> {
        self.state().kept.clone()
    }

    /// A listing that is newer than the one seen: the kept one, the one under way, or a new one.
    pub(crate) async fn read(
        self: &Arc<Self>,
        client: &Client,
        instance_id: &str,
        seen: Seen,
    ) -> Result<Listing<T>, Error> {
        let fetch = match self.find_or_fetch(client, instance_id, seen) {
            Ok(listing) => return Ok(listing),
            Err(fetch) => fetch,
        };
        let client = client.bounded();
        let awaited = Awaited::new(T::COLLECTION, format!("of {instance_id}"), "listed");
        let listing = client.scope().run(fetch).await;
        listing.map_err(|ended| awaited.ended(ended, None, None))?
    }

    fn find_or_fetch(
        self: &Arc<Self>,
        client: &Client,
        instance_id: &str,
        seen: Seen,
    ) -> Result<Listing<T>, Shared<Fetch<T>>> {
        let mut state = self.state();
        let life = client.pace().listing_life;
        let young =
            |listing: &&Listing<T>| listing.number > seen.0 && listing.ended.elapsed() < life;
        if let Some(listing) = state.kept.as_ref().filter(young) {
            return Ok(listing.clone());
        }
        let epoch = state.epoch;
        let joinable = |it: &&UnderWay<T>| it.epoch == epoch && it.number > seen.0;
        let running = state.under_way.as_ref().filter(joinable);
        if let Some(fetch) = running.and_then(|it| it.fetch.upgrade()) {
            return Err(fetch);
        }
        state.begun += 1;
        let number = state.begun;
        let fetch = self.fetch(client, instance_id, epoch, number);
        state.under_way = fetch.downgrade().map(|fetch| UnderWay { epoch, number, fetch });
        Err(fetch)
    }

    /// A listing that is fetched for as long as anybody waits for it, whatever becomes of the caller
    /// who wanted it first.
    fn fetch(
        self: &Arc<Self>,
        client: &Client,
        instance_id: &str,
        epoch: u64,
        number: u64,
    ) -> Shared<Fetch<T>> {
        let client = client.in_scope(Scope::lasting(client.pace().patience));
        let path = Path::of("instances").name(instance_id).word(T::COLLECTION);
        let listings = Arc::clone(self);
        let fetch = async move {
            let result =
                page::all(&client, Request::get(path).long_pages(), &[T::COLLECTION]).await;
            let listing = result.map(|items| Listing {
                number,
                ended: Instant::now(),
                items: Arc::new(items),
            });
            listings.finish(epoch, number, listing.as_ref().ok());
            listing
        };
        fetch.boxed().shared()
    }

    fn finish(&self, epoch: u64, number: u64, listing: Option<&Listing<T>>) {
        let mut state = self.state();
        if state.under_way.as_ref().is_some_and(|it| it.number == number) {
            state.under_way = None;
        }
        let newest = state.kept.as_ref().is_none_or(|kept| kept.number < number);
        if state.epoch == epoch && newest {
            state.kept = listing.cloned().or(state.kept.take());
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
