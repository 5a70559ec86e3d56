//! What an instance holds of one kind: its databases or its users, listed once for all who ask, and made
//! and deleted in an order in which two objects of one key never get in each other's way.

use std::sync::Arc;
use std::time::Duration;

use crate::api::instances::model::Instance;
use crate::api::status::InstanceStatus;
use crate::coordination::batch::Batch;
use crate::coordination::batch::item::BatchItem;
use crate::coordination::busy::BusyRetry;
use crate::coordination::gathering::Gathering;
use crate::coordination::goal::{Goal, INSTANCE_READABLE, INSTANCE_RUNNING};
use crate::coordination::key_order::KeyOrder;
use crate::coordination::lane::Lane;
use crate::coordination::list_cache::ListCache;
use crate::coordination::list_cache::list::{List, ListVersion, Need, Presence};
use crate::coordination::lost_reply::is_lost;
use crate::coordination::wait::{self, Look, Wait};
use crate::coordination::watch::Watch;
use crate::http::pages::Item;
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::Error;
use crate::value::made::Made;

/// How many listings must lack an item before it is believed not to be there.
const WITNESSES: u32 = 2;

/// How many times the usual linger a deletion waits for those that should come with it.
const LINGERS: u32 = 50;

/// How many times as long as any other a listing after deletions waits for those that are about to be
/// sent.
const DELAYS: u32 = 5;

type Key<T> = <<T as BatchItem>::Shown as Item>::Key;

/// The databases or the users of an instance.
pub(crate) struct Contents<T: BatchItem> {
    pub(crate) lane: Arc<Lane>,
    pub(crate) list: Arc<ListCache<T::Shown>>,
    pub(crate) order: KeyOrder<Key<T>>,
    deletions: Gathering,
    batch: Batch<T>,
    instances: Arc<Watch<Instance>>,
}

impl<T: BatchItem> Contents<T> {
    pub(crate) fn new(
        lane: &Arc<Lane>,
        list: &Arc<ListCache<T::Shown>>,
        batch: Batch<T>,
        instances: &Arc<Watch<Instance>>,
    ) -> Self {
        Self {
            lane: Arc::clone(lane),
            list: Arc::clone(list),
            order: KeyOrder::default(),
            deletions: Gathering::default(),
            batch,
            instances: Arc::clone(instances),
        }
    }

    /// Everything, as the listing has it. An instance that need not become readable is
    /// [`Error::Failed`].
    pub(crate) async fn all(&self, sender: &Sender) -> Result<List<T::Shown>, Error> {
        self.read(sender, Need::Fresh, &INSTANCE_READABLE).await
    }

    /// The item with this key; `None` if two listings do not have it, or if there is no such instance.
    /// The first question after its creation is answered by the listing that showed it first. An
    /// instance that need not become readable is [`Error::Failed`].
    pub(crate) async fn find(
        &self,
        sender: &Sender,
        key: &Key<T>,
    ) -> Result<Option<T::Shown>, Error> {
        if let Some(shown) = self.list.take_shown(sender, key) {
            return Ok(Some(shown));
        }
        let mut need = Need::Fresh;
        for _ in 0..WITNESSES {
            let listing = self.read_if_there(sender, need, &INSTANCE_READABLE).await?;
            let Some(listing) = listing else { break };
            match listing.presence(key) {
                Presence::There(item) => return Ok(Some(item.clone())),
                Presence::Unreadable(error) | Presence::Doubtful(error) => {
                    return Err(error.clone());
                }
                Presence::Absent => {}
            }
            need = Need::After(listing.seen());
        }
        Ok(None)
    }

    /// Whether the key is taken by what this client neither deletes nor renames. A busy instance is not
    /// waited for, and a client that has written something is not answered: it carries out what was
    /// planned, and whatever it creates tells that itself.
    pub(crate) async fn is_taken(&self, sender: &Sender, key: &Key<T>) -> Result<bool, Error> {
        if self.list.was_outdated() {
            return Ok(false);
        }
        let listing = self.list.read(sender, Need::BeforeCreations).await?;
        // Who plans a creation while it is carried out may be a moment ahead of the deletion.
        let longest = sender.timing().list_delay;
        Ok(listing.get(key).is_some() && !self.order.is_left_within(key, 0, longest).await)
    }

    /// Creates one, alone or with others, after whatever of this client takes its key from another.
    pub(crate) async fn create(&self, sender: &Sender, new: &T) -> Result<Made<()>, Error> {
        let sender = sender.bounded();
        let key = new.key();
        loop {
            self.wait_until_free(&sender, &key).await?;
            let departures = self.order.departures(&key);
            match self.batch.create(&sender, new.clone()).await {
                Ok(made) => {
                    self.order.made(&key);
                    return Ok(made);
                }
                Err(error @ Error::Rejected(_)) => {
                    if !self.is_left_by_another(&sender, &key, departures).await? {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Deletes what has the key, with this write.
    pub(crate) async fn delete(
        &self,
        key: &Key<T>,
        write: impl Future<Output = Result<(), Error>>,
    ) -> Result<(), Error> {
        let leaving = self.order.leave(key, None);
        let _coming = self.deletions.coming();
        let deleted = write.await;
        if deleted.as_ref().err().is_none_or(is_lost) {
            leaving.accepted();
        }
        deleted
    }

    /// Waits until nothing of this client that has the key is about to leave it, or has left it and
    /// still shows.
    pub(crate) async fn wait_until_free(&self, sender: &Sender, key: &Key<T>) -> Result<(), Error> {
        let awaited = self.awaited(key, "free to be used");
        let settled = sender.context().run(self.order.settled(key)).await;
        settled.map_err(|ended| awaited.ended(ended, None, None))?;
        if self.order.is_left(key) {
            self.wait_until_absent(sender, key).await?;
        }
        Ok(())
    }

    /// After the API has refused a key: whether something of this client had it that leaves it, after so
    /// many departures. Both are asked for in the same moment, and either may be first.
    pub(crate) async fn is_left_by_another(
        &self,
        sender: &Sender,
        key: &Key<T>,
        departures: u64,
    ) -> Result<bool, Error> {
        let listing = self.read(sender, Need::Fresh, &INSTANCE_RUNNING).await;
        let there = listing.is_ok_and(|it| !matches!(it.presence(key), Presence::Absent));
        let longest = if there { sender.timing().list_delay } else { Duration::ZERO };
        let left = self.order.is_left_within(key, departures, longest);
        let left = sender.context().run(left).await;
        left.map_err(|ended| self.awaited(key, "free to be used").ended(ended, None, None))
    }

    /// Waits until the collection has the item, and as it is wanted.
    pub(crate) async fn wait_until_present(
        &self,
        sender: &Sender,
        key: &Key<T>,
        is_as_wanted: impl Fn(&T::Shown) -> bool + Send + Sync,
    ) -> Result<(), Error> {
        let (list, is_as_wanted) = (&self.list, &is_as_wanted);
        let awaited = self.awaited(key, "present");
        let wait = Wait::new(awaited, ListVersion::default(), list.partial_news());
        wait::until(sender, wait, |sender, seen| async move {
            let shown = list.shown(key);
            if shown.as_ref().is_some_and(is_as_wanted) {
                return Ok((Look::Done(()), seen));
            }
            let need = match shown {
                Some(_) => Need::After(seen.max(list.mark())),
                None => list.need_for(key, seen),
            };
            let listing = self.read(&sender, need, &INSTANCE_RUNNING).await?;
            // A later partial list need not have what an earlier one has shown.
            let newest = match listing.presence(key) {
                Presence::There(item) => Some(item.clone()),
                Presence::Unreadable(error) => return Err(error.clone()),
                Presence::Doubtful(_) | Presence::Absent => list.shown(key),
            };
            let done = newest.is_some_and(|it| is_as_wanted(&it));
            Ok((if done { Look::Done(()) } else { Look::Pending(None) }, listing.seen()))
        })
        .await
    }

    /// The same as [`wait_until_absent`](Self::wait_until_absent) for whoever has just deleted it: what
    /// is deleted at the same time comes first, so that one look is enough for all.
    pub(crate) async fn wait_until_gone(&self, sender: &Sender, key: &Key<T>) -> Result<(), Error> {
        let timing = sender.timing();
        let together = self.deletions.gather(timing.linger * LINGERS, timing.list_delay * DELAYS);
        let together = sender.context().run(together).await;
        let _together =
            together.map_err(|ended| self.awaited(key, "gone").ended(ended, None, None))?;
        self.wait_until_absent(sender, key).await
    }

    /// Waits until the collection does not have the item, or there is no such instance, or this client
    /// has made the key anew.
    pub(crate) async fn wait_until_absent(
        &self,
        sender: &Sender,
        key: &Key<T>,
    ) -> Result<(), Error> {
        let awaited = self.awaited(key, "gone");
        let (never, written) = (ListVersion::default(), self.list.written());
        let wait = Wait::new(awaited, never, self.list.news());
        wait::until(sender, wait, |sender, seen| async move {
            if self.order.is_made_anew(key) {
                return Ok((Look::Done(()), seen));
            }
            // What else is deleted later makes no listing worthless for this.
            let need = if seen == never { Need::Since(written) } else { Need::After(seen) };
            let listing = self.read_if_there(&sender, need, &INSTANCE_RUNNING).await?;
            let Some(listing) = listing else {
                return Ok((Look::Done(()), seen));
            };
            match listing.presence(key) {
                Presence::There(_) | Presence::Unreadable(_) => {
                    return Ok((Look::Pending(None), listing.seen()));
                }
                Presence::Doubtful(error) => return Err(error.clone()),
                Presence::Absent => {}
            }
            self.order.seen_free(key);
            Ok((Look::Done(()), listing.seen()))
        })
        .await
    }

    /// The listing that is needed; `None` if there is no such instance, of which its own address and
    /// the list of instances are the witnesses.
    async fn read_if_there(
        &self,
        sender: &Sender,
        need: Need,
        readable: &'static Goal<InstanceStatus>,
    ) -> Result<Option<List<T::Shown>>, Error> {
        match self.read(sender, need, readable).await {
            Err(Error::NotFound(_)) => {}
            listing => return listing.map(Some),
        }
        let id = self.lane.id();
        match self.instances.find(sender, id).await? {
            Some(_) => Err(Error::Contradiction { what: "instance", id: id.to_owned() }),
            None => Ok(None),
        }
    }

    /// The listing that is needed. While the instance is busy it cannot be listed; that is waited for,
    /// until it has one of these statuses.
    async fn read(
        &self,
        sender: &Sender,
        need: Need,
        readable: &'static Goal<InstanceStatus>,
    ) -> Result<List<T::Shown>, Error> {
        let sender = sender.bounded();
        let awaited = Awaited::new("instance", self.lane.id(), "ready to be read");
        let mut retry = BusyRetry::new(sender.timing());
        loop {
            if !self.list.is_at_hand(&sender, need) {
                // A write would make it worthless, and whoever sends that will want one too.
                let quiet = self.lane.quiet(sender.timing().list_delay);
                let quiet = sender.context().run(quiet).await;
                quiet.map_err(|ended| awaited.ended(ended, None, None))?;
            }
            let refusal = match self.list.read(&sender, need).await {
                Err(Error::Busy(refusal)) => refusal,
                result => return result,
            };
            let waited =
                self.lane.wait_until_free(&sender, readable, &awaited, Some(&refusal)).await?;
            retry.again(&sender, &awaited, refusal, waited).await?;
        }
    }

    /// What an error calls it.
    fn awaited(&self, key: &Key<T>, goal: &str) -> Awaited {
        Awaited::new(T::KIND, format!("{}/{key}", self.lane.id()), goal)
    }
}
