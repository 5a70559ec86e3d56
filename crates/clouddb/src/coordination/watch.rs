//! Looks at instances and backups that the API is at work on, shared by all who wait for one.
//!
//! The list tells the status of all of them in one request, or in few. So as soon as more of them are
//! waited for than the list has pages, one look is a listing, and everybody gets it. One alone is
//! looked at by its ID. A listing never proves an absence: what is not in it is asked for by its ID.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use crate::api::collection::Collection;
use crate::coordination::budget::Budget;
use crate::coordination::delays::Delays;
use crate::coordination::fetched::Fetched;
use crate::coordination::list_cache::ListCache;
use crate::coordination::list_cache::list::{ListVersion, Need, Presence};
use crate::coordination::wait::{Wait, pause_or_news};
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::Error;

/// How often the address of an object and the list may contradict each other.
const CONTRADICTIONS: u32 = 3;

/// Who waits for which object, and what they have seen.
pub(crate) struct Watch<T: Fetched> {
    pub(crate) lists: Arc<ListCache<T>>,
    waiting: Mutex<HashMap<String, u32>>,
    budget: Arc<Budget>,
}

/// Somebody waits for an object, until this is dropped.
#[must_use]
pub(crate) struct Waiting<'a, T: Fetched> {
    watch: &'a Watch<T>,
    id: &'a str,
}

impl<T: Fetched> Watch<T> {
    pub(crate) fn new(collection: Collection, budget: &Arc<Budget>) -> Self {
        let lists = Arc::new(ListCache::new(collection));
        Self { lists, waiting: Mutex::default(), budget: Arc::clone(budget) }
    }

    /// Enters that an object is waited for.
    pub(crate) fn enter<'a>(&'a self, id: &'a str) -> Waiting<'a, T> {
        self.change(|waiting| *waiting.entry(id.to_owned()).or_default() += 1);
        Waiting { watch: self, id }
    }

    /// A wait to which only looks count that are taken from now on.
    pub(crate) fn wait(&self, awaited: Awaited) -> Wait {
        Wait::new(awaited, self.lists.mark(), self.lists.news())
    }

    /// The object as the newest look shows it: one of somebody else, if that is newer than the last
    /// one seen, or a new one.
    pub(crate) async fn look(
        &self,
        sender: &Sender,
        id: &str,
        mut seen: ListVersion,
    ) -> Result<(T, ListVersion), Error> {
        let pages = self.lists.pages();
        let waiting = self.change(|waiting| waiting.len());
        let many = T::LIST_IS_ENOUGH && waiting > usize::try_from(pages).unwrap_or(1);
        let cost = if many { pages } else { 1 };
        let at_hand = self.is_at_hand_or_affordable(sender, seen, cost).await?;
        if T::LIST_IS_ENOUGH && at_hand || many {
            match self.lists.read(sender, Need::After(seen)).await {
                Ok(listing) => {
                    seen = listing.seen();
                    if let Some(object) = listing.get(&id.to_owned()) {
                        return Ok((object.clone(), seen));
                    }
                }
                Err(error @ (Error::Interrupted { .. } | Error::Deadline { .. })) => {
                    return Err(error);
                }
                // One odd listing is no news of all who are waited for, and who may see an object need
                // not be allowed to list them all.
                Err(error) => tracing::debug!(%error, "looking at one object instead of the list"),
            }
        }
        let object = T::fetch(sender, id).await;
        // It tells more than any listing before it.
        self.lists.outdate();
        Ok((object?, seen))
    }

    /// The object as it is now; `None` if its own address and the list both say that there is none.
    pub(crate) async fn find(&self, sender: &Sender, id: &str) -> Result<Option<T>, Error> {
        let mut delays = Delays::new(sender.timing());
        for _ in 0..CONTRADICTIONS {
            match T::fetch(sender, id).await {
                Err(Error::NotFound(_)) => {}
                found => return found.map(Some),
            }
            if self.is_absent(sender, id).await? {
                return Ok(None);
            }
            let awaited = Awaited::new(T::KIND, id, "either there or gone");
            let paused = sender.context().pause(delays.next()).await;
            paused.map_err(|ended| awaited.ended(ended, None, None))?;
        }
        Err(Error::Contradiction { what: T::KIND, id: id.to_owned() })
    }

    /// Whether the list does not have the object either, of which its own address says that it is not
    /// there. For whoever may not list them the first word counts.
    pub(crate) async fn is_absent(&self, sender: &Sender, id: &str) -> Result<bool, Error> {
        match self.lists.read(sender, Need::After(self.lists.mark())).await {
            Ok(list) => match list.presence(&id.to_owned()) {
                Presence::There(_) | Presence::Unreadable(_) => Ok(false),
                Presence::Doubtful(error) => Err(error.clone()),
                Presence::Absent => Ok(true),
            },
            Err(Error::Forbidden(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Waits until there is a listing that makes a request needless, which it tells, or until the
    /// budget allows one.
    async fn is_at_hand_or_affordable(
        &self,
        sender: &Sender,
        seen: ListVersion,
        cost: u32,
    ) -> Result<bool, Error> {
        let mut news = self.lists.news();
        loop {
            if self.lists.is_at_hand(sender, Need::After(seen)) {
                return Ok(true);
            }
            let Err(pause) = self.budget.spend(Instant::now(), cost) else { return Ok(false) };
            let awaited = Awaited::new("status", "of what is waited for", "asked for yet");
            let paused = sender.context().run(pause_or_news(pause, &mut news, seen)).await;
            paused.map_err(|ended| awaited.ended(ended, None, None))?;
        }
    }

    fn change<R>(&self, change: impl FnOnce(&mut HashMap<String, u32>) -> R) -> R {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Fetched> Drop for Waiting<'_, T> {
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
