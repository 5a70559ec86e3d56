//! What belongs to one instance: the lane of its writes, and the listings of what is in it. The one way
//! in for all who want something of an instance.

use std::sync::Arc;

use crate::api::databases::model::{Database, NewDatabase};
use crate::api::instances::model::Instance;
use crate::api::users::model::{NewUser, User};
use crate::coordination::batch::Batch;
use crate::coordination::batch::linger::{AllCreations, InstanceCreations};
use crate::coordination::busy::BusyRetry;
use crate::coordination::instance_lists::{AccountLists, InstanceLists};
use crate::coordination::lane::Lane;
use crate::coordination::list_cache::ListCache;
use crate::coordination::list_cache::list::{List, ListVersion, Listed, Need};
use crate::coordination::wait::{self, Look, Wait};
use crate::coordination::watch::Watch;
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::Error;

/// How many listings must lack an item before it is believed not to be there.
const WITNESSES: u32 = 2;

/// What belongs to one instance.
pub(crate) struct PerInstance {
    pub(crate) lane: Arc<Lane>,
    pub(crate) lists: Arc<InstanceLists>,
    pub(crate) new_databases: Batch<NewDatabase>,
    pub(crate) new_users: Batch<NewUser>,
    instances: Arc<Watch<Instance>>,
}

impl PerInstance {
    pub(crate) fn new(
        instance_id: &str,
        instances: &Arc<Watch<Instance>>,
        account: &AccountLists,
        all: &Arc<AllCreations>,
    ) -> Self {
        let lists = Arc::new(InstanceLists::new(instance_id, account.clone()));
        let lane = Arc::new(Lane::new(instance_id, Arc::clone(instances), Arc::clone(&lists)));
        let new = InstanceCreations::new(Arc::clone(&lists), all);
        let new_databases = Batch::new(&lane, &lists, &new, &new.databases, &lists.databases);
        let new_users = Batch::new(&lane, &lists, &new, &new.users, &lists.users);
        Self { lane, lists, new_databases, new_users, instances: Arc::clone(instances) }
    }

    /// The listing of the databases.
    pub(crate) async fn databases(&self, sender: &Sender) -> Result<List<Database>, Error> {
        self.list(sender, &self.lists.databases, Need::Fresh).await
    }

    /// The listing of the users.
    pub(crate) async fn users(&self, sender: &Sender) -> Result<List<User>, Error> {
        self.list(sender, &self.lists.users, Need::Fresh).await
    }

    /// The item with this key; `None` if two listings do not have it, or if there is no such instance.
    /// The first question after its creation is answered by the listing that showed it first.
    pub(crate) async fn find<T: Listed>(
        &self,
        sender: &Sender,
        list: &Arc<ListCache<T>>,
        key: &T::Key,
    ) -> Result<Option<T>, Error> {
        if let Some(shown) = list.take_shown(sender, key) {
            return Ok(Some(shown));
        }
        let mut need = Need::Fresh;
        for _ in 0..WITNESSES {
            let Some(listing) = self.list_of_instance(sender, list, need).await? else { break };
            if let Some(item) = listing.get(key) {
                return Ok(Some(item.clone()));
            }
            need = Need::After(listing.seen());
        }
        Ok(None)
    }

    /// Waits until a collection has the item, and as it is wanted.
    pub(crate) async fn wait_until_present<T: Listed>(
        &self,
        sender: &Sender,
        list: &Arc<ListCache<T>>,
        (kind, name): (&'static str, String),
        key: &T::Key,
        is_as_wanted: impl Fn(&T) -> bool + Send + Sync,
    ) -> Result<(), Error> {
        let awaited = Awaited::new(kind, name, "present");
        let wait = Wait::new(awaited, ListVersion::default(), list.partial_news());
        let is_as_wanted = &is_as_wanted;
        wait::until(sender, wait, |sender, seen| async move {
            let shown = list.shown(key);
            if shown.as_ref().is_some_and(is_as_wanted) {
                return Ok((Look::Done(()), seen));
            }
            let need = match shown {
                Some(_) => Need::After(seen.max(list.mark())),
                None => list.need_for(key, seen),
            };
            let listing = self.list(&sender, list, need).await?;
            // A later partial list need not have what an earlier one has shown.
            let newest = listing.get(key).cloned().or_else(|| list.shown(key));
            let done = newest.is_some_and(|it| is_as_wanted(&it));
            Ok((if done { Look::Done(()) } else { Look::Pending(None) }, listing.seen()))
        })
        .await
    }

    /// Waits until a collection does not have the item, or there is no such instance.
    pub(crate) async fn wait_until_absent<T: Listed>(
        &self,
        sender: &Sender,
        list: &Arc<ListCache<T>>,
        (kind, name): (&'static str, String),
        key: &T::Key,
    ) -> Result<(), Error> {
        let wait = Wait::new(Awaited::new(kind, name, "gone"), ListVersion::default(), list.news());
        wait::until(sender, wait, |sender, seen| async move {
            let first = seen == ListVersion::default();
            let need = if first { Need::Fresh } else { Need::After(seen) };
            let Some(listing) = self.list_of_instance(&sender, list, need).await? else {
                return Ok((Look::Done(()), seen));
            };
            let gone = listing.get(key).is_none();
            Ok((if gone { Look::Done(()) } else { Look::Pending(None) }, listing.seen()))
        })
        .await
    }

    /// The listing that is needed; `None` if there is no such instance, of which its own address and
    /// the list of instances are the witnesses.
    async fn list_of_instance<T: Listed>(
        &self,
        sender: &Sender,
        list: &Arc<ListCache<T>>,
        need: Need,
    ) -> Result<Option<List<T>>, Error> {
        match self.list(sender, list, need).await {
            Err(Error::NotFound(_)) => {}
            listing => return listing.map(Some),
        }
        let id = self.lane.instance_id();
        match self.instances.find(sender, id).await? {
            Some(_) => Err(Error::Contradiction { what: "instance", id: id.to_owned() }),
            None => Ok(None),
        }
    }

    /// The listing that is needed. While the instance is busy it cannot be listed; that is waited for.
    async fn list<T: Listed>(
        &self,
        sender: &Sender,
        list: &Arc<ListCache<T>>,
        need: Need,
    ) -> Result<List<T>, Error> {
        let sender = sender.bounded();
        let awaited = Awaited::new("instance", self.lane.instance_id(), "ready to be read");
        let mut retry = BusyRetry::new(sender.timing());
        loop {
            if !list.is_at_hand(&sender, need) {
                // A write would make it worthless, and whoever sends that will want one too.
                let quiet = self.lane.quiet(sender.timing().list_delay);
                let quiet = sender.context().run(quiet).await;
                quiet.map_err(|ended| awaited.ended(ended, None, None))?;
            }
            let refusal = match list.read(&sender, need).await {
                Err(Error::Busy(refusal)) => refusal,
                result => return result,
            };
            let waited = self.lane.wait_until_ready(&sender, &awaited, Some(&refusal)).await?;
            retry.again(&sender, &awaited, refusal, waited).await?;
        }
    }
}
