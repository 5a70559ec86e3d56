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

/// What belongs to one instance.
pub(crate) struct PerInstance {
    pub(crate) lane: Arc<Lane>,
    pub(crate) lists: Arc<InstanceLists>,
    pub(crate) new_databases: Batch<NewDatabase>,
    pub(crate) new_users: Batch<NewUser>,
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
        Self { lane, lists, new_databases, new_users }
    }

    /// The listing of the databases.
    pub(crate) async fn databases(&self, sender: &Sender) -> Result<List<Database>, Error> {
        self.list(sender, &self.lists.databases, Need::Fresh).await
    }

    /// The listing of the users.
    pub(crate) async fn users(&self, sender: &Sender) -> Result<List<User>, Error> {
        self.list(sender, &self.lists.users, Need::Fresh).await
    }

    /// Waits until a collection has the item.
    pub(crate) async fn wait_until_present<T: Listed>(
        &self,
        sender: &Sender,
        list: &Arc<ListCache<T>>,
        (kind, name): (&'static str, String),
        key: &T::Key,
    ) -> Result<(), Error> {
        let awaited = Awaited::new(kind, name, "present");
        let wait = Wait::new(awaited, ListVersion::default(), list.partial_news());
        wait::until(sender, wait, |sender, seen| async move {
            if list.has_shown(key) {
                return Ok((Look::Done(()), seen));
            }
            let listing = self.list(&sender, list, list.need_for(key, seen)).await?;
            // A later partial list need not have what an earlier one has shown.
            let there = listing.get(key).is_some() || list.has_shown(key);
            Ok((if there { Look::Done(()) } else { Look::Pending(None) }, listing.seen()))
        })
        .await
    }

    /// Waits until a collection does not have the item.
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
            let listing = self.list(&sender, list, need).await?;
            let gone = listing.get(key).is_none();
            Ok((if gone { Look::Done(()) } else { Look::Pending(None) }, listing.seen()))
        })
        .await
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
