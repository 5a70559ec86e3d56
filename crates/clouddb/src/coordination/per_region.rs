//! What all callers in one region share: the looks at what is waited for, the listings of the account,
//! and what belongs to each instance.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::backups::{self, model::Backup};
use crate::api::configurations::{self, model::Configuration};
use crate::api::datastores::{self, model::Datastore};
use crate::api::flavors::{self, model::Flavor};
use crate::api::ha_groups::{self, model::HaGroup};
use crate::api::instances::{self, model::Instance};
use crate::api::parameters::{self, model::Parameter};
use crate::api::schedules::{self, model::Schedule};
use crate::coordination::batch::linger::AllCreations;
use crate::coordination::budget::Budget;
use crate::coordination::departures::Departures;
use crate::coordination::fetched::Fetched;
use crate::coordination::instance_lists::AccountLists;
use crate::coordination::lane::Lane;
use crate::coordination::list_cache::ListCache;
use crate::coordination::own_creations::OwnCreations;
use crate::coordination::per_instance::PerInstance;
use crate::coordination::wait::{self, Look};
use crate::coordination::watch::Watch;
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::Error;
use crate::value::timing::Timing;

/// What all callers in one region share.
pub(crate) struct PerRegion {
    pub(crate) instances: Arc<Watch<Instance>>,
    pub(crate) backups: Arc<Watch<Backup>>,
    pub(crate) flavors: Arc<ListCache<Flavor>>,
    pub(crate) datastores: Arc<ListCache<Datastore>>,
    pub(crate) configurations: Arc<Watch<Configuration>>,
    pub(crate) schedules: Arc<Watch<Schedule>>,
    pub(crate) ha_groups: Arc<Watch<HaGroup>>,
    pub(crate) own: Arc<OwnCreations>,
    pub(crate) departures: Arc<Departures>,
    all_creations: Arc<AllCreations>,
    per_instance: Mutex<HashMap<String, Arc<PerInstance>>>,
    group_lanes: Mutex<HashMap<String, Arc<Lane<HaGroup>>>>,
    parameters: Mutex<HashMap<String, Arc<ListCache<Parameter>>>>,
    seen: Mutex<HashSet<String>>,
}

impl PerRegion {
    pub(crate) fn new(timing: &Timing) -> Self {
        let budget = Arc::new(Budget::new(timing));
        Self {
            instances: Arc::new(Watch::new(instances::collection(), &budget)),
            backups: Arc::new(Watch::new(backups::collection(), &budget)),
            flavors: Arc::new(ListCache::new(flavors::collection())),
            datastores: Arc::new(ListCache::new(datastores::collection())),
            configurations: Arc::new(Watch::new(configurations::collection(), &budget)),
            schedules: Arc::new(Watch::new(schedules::collection(), &budget)),
            ha_groups: Arc::new(Watch::new(ha_groups::collection(), &budget)),
            own: Arc::default(),
            departures: Arc::default(),
            all_creations: Arc::default(),
            per_instance: Mutex::default(),
            group_lanes: Mutex::default(),
            parameters: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// Remembers that an instance or a group is in this region.
    pub(crate) fn note(&self, id: &str) {
        self.seen().insert(id.to_owned());
    }

    /// Whether an instance or a group was seen in this region.
    pub(crate) fn has_seen(&self, id: &str) -> bool {
        self.seen().contains(id)
    }

    /// What all writes to one instance, and all listings of it, share.
    pub(crate) fn instance(&self, id: &str) -> Arc<PerInstance> {
        let mut all = self.all();
        let new = || {
            let account = self.account_lists();
            Arc::new(PerInstance::new(id, &self.instances, &account, &self.all_creations))
        };
        Arc::clone(all.entry(id.to_owned()).or_insert_with(new))
    }

    /// The lane of all writes to one high-availability group.
    pub(crate) fn group_lane(&self, id: &str) -> Arc<Lane<HaGroup>> {
        let mut all = self.group_lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let lists = Arc::new(self.account_lists());
            Arc::new(Lane::new(id, Arc::clone(&self.ha_groups), lists))
        };
        Arc::clone(all.entry(id.to_owned()).or_insert_with(new))
    }

    /// The high-availability group; `None` if there is none.
    pub(crate) async fn find_ha_group(
        &self,
        sender: &Sender,
        id: &str,
    ) -> Result<Option<HaGroup>, Error> {
        self.find(sender, &self.ha_groups, id).await
    }

    /// The instance; `None` if there is none.
    pub(crate) async fn find_instance(
        &self,
        sender: &Sender,
        id: &str,
    ) -> Result<Option<Instance>, Error> {
        self.find(sender, &self.instances, id).await
    }

    /// The backup; `None` if there is none.
    pub(crate) async fn find_backup(
        &self,
        sender: &Sender,
        id: &str,
    ) -> Result<Option<Backup>, Error> {
        self.find(sender, &self.backups, id).await
    }

    /// The configuration group; `None` if there is none.
    pub(crate) async fn find_configuration(
        &self,
        sender: &Sender,
        id: &str,
    ) -> Result<Option<Configuration>, Error> {
        self.find(sender, &self.configurations, id).await
    }

    /// The schedule; `None` if there is none.
    pub(crate) async fn find_schedule(
        &self,
        sender: &Sender,
        id: &str,
    ) -> Result<Option<Schedule>, Error> {
        self.find(sender, &self.schedules, id).await
    }

    /// What a version of a datastore can be configured with, as all who ask share it.
    pub(crate) fn parameters(&self, version_id: &str) -> Arc<ListCache<Parameter>> {
        let mut all = self.parameters.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(ListCache::new(parameters::collection(version_id)));
        Arc::clone(all.entry(version_id.to_owned()).or_insert_with(new))
    }

    /// The absence of what this client has made is a lag for a while.
    async fn find<T: Fetched>(
        &self,
        sender: &Sender,
        watch: &Watch<T>,
        id: &str,
    ) -> Result<Option<T>, Error> {
        if !self.own.includes(id) {
            return watch.find(sender, id).await;
        }
        let wait = watch.wait(Awaited::new(T::KIND, id, "seen"));
        let found = wait::until(sender, wait, |sender, seen| async move {
            match T::fetch(&sender, id).await {
                Err(error @ Error::NotFound(_)) => Err(error),
                // Nothing but the absence is waited out by whoever only reads.
                found => Ok((Look::Done(found), seen)),
            }
        });
        match found.await {
            Err(Error::NotFound(_)) => watch.find(sender, id).await,
            found => found?.map(Some),
        }
    }

    /// After a write to an instance, neither it nor its backups are as they were listed.
    pub(crate) fn outdate_instances_and_backups(&self) {
        self.account_lists().outdate();
    }

    /// After a write to a backup, none is as it was listed.
    pub(crate) fn forget_backups(&self) {
        self.backups.lists.outdate();
    }

    fn account_lists(&self) -> AccountLists {
        AccountLists {
            instances: Arc::clone(&self.instances.lists),
            backups: Arc::clone(&self.backups.lists),
            schedules: Arc::clone(&self.schedules.lists),
            ha_groups: Arc::clone(&self.ha_groups.lists),
        }
    }

    fn seen(&self) -> MutexGuard<'_, HashSet<String>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<PerInstance>>> {
        self.per_instance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
