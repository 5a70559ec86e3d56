//! What the plan of this run has come to so far, for those whose fate hangs on it.
//!
//! Terraform plans one object at a time and tells of no other. But all plans of a run are made by one
//! process, so what each of them says is remembered here. In which order they come is Terraform's
//! affair: in a destruction children come before their instance, in a replacement after it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clouddb::{Client, HaGroup, Instance, InstanceStatus, Source};
use tokio::sync::{Notify, OnceCell};

use super::ownership::Ownership;
use crate::place;

/// How long a plan waits for that of an instance; it is only a matter of their order.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same as long as nothing else has been heard of: then all is destroyed, children first.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);
/// How long a source waits to hear of its replica. One of which nobody speaks is rare, and a wrong word about
/// it is worse than a pause.
const LONG_PATIENCE: Duration = Duration::from_secs(5);

/// What the plan of this run has come to so far.
#[derive(Default)]
pub(super) struct Outlook {
    /// Which addresses the objects have.
    pub(super) ownership: Ownership,
    facts: Mutex<Facts>,
    news: Notify,
}

#[derive(Default)]
struct Facts {
    /// Whether an instance is destroyed or replaced.
    instances: HashMap<String, bool>,
    /// HA groups that are destroyed or replaced.
    destroyed_groups: HashSet<String>,
    /// What becomes of backup schedules.
    schedules: HashMap<String, ScheduleFate>,
    /// Backups that are destroyed or replaced, by the ID of what they are of.
    backups: BTreeMap<String, BTreeSet<String>>,
    /// IDs of what has been read in this run. To destroy everything, Terraform reads in a run of its
    /// own.
    read: HashSet<String>,
    /// What a look at an instance has shown.
    sights: HashMap<String, Arc<OnceCell<Sight>>>,
    /// Replicas that become instances of their own.
    detached: HashSet<String>,
    /// Names of the databases that are planned, by instance.
    databases: BTreeMap<String, BTreeSet<String>>,
    /// Whether this run applies what another one has planned.
    applies: bool,
    /// What a plan changes in configuration groups.
    reconfigured: HashMap<String, Reconfigured>,
    /// The configuration groups that instances are to have no more, by instance.
    left: HashMap<String, String>,
    /// Instances whose status somebody has waited for in vain.
    waited_out: HashSet<String>,
    /// The HA group of each instance that is or was a member, and its source now.
    memberships: HashMap<String, Membership>,
    /// HA groups whose source may be another after this run.
    uncertain_sources: HashSet<String>,
    /// Those that somebody has waited for in vain.
    missing_databases: BTreeSet<(String, String)>,
}

/// What the plan makes of a backup schedule that exists.
#[derive(Clone, Copy)]
pub(super) enum ScheduleFate {
    /// It stays, perhaps with another day or time.
    Stays,
    /// It makes room for the one that is planned under the same address.
    Replaced,
    /// It goes.
    Destroyed,
}

/// What an instance has to do with an HA group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Membership {
    /// The group that it is or was a member of.
    pub(super) group_id: String,
    /// The member that takes writes now.
    pub(super) source_id: String,
}

/// A change of a configuration group that needs a restart.
#[derive(Clone)]
pub(super) struct Reconfigured {
    /// The parameters that change and need one.
    pub(super) parameters: BTreeSet<String>,
    /// Whether each of them needs one; else nobody could tell which do.
    pub(super) is_certain: bool,
}

/// What a look at an instance has shown.
#[derive(Clone)]
pub(super) enum Sight {
    /// It is there.
    There {
        status: InstanceStatus,
        replica_of: Option<String>,
        replicas: Vec<String>,
        /// The HA group that it is a member of.
        ha_id: Option<String>,
    },
    /// The API says that there is none, in any region.
    Missing,
    /// Nobody knows: it may not be looked, or the API is out of order.
    Unknown,
}

impl From<&Instance> for Sight {
    fn from(instance: &Instance) -> Self {
        Self::There {
            status: instance.status.clone(),
            replica_of: instance.replica_of.clone(),
            replicas: instance.replicas.clone(),
            ha_id: instance.ha_id.clone(),
        }
    }
}

impl Sight {
    /// Looks at an instance, which may be in another region.
    pub(super) async fn of(client: &Client, instance_id: &str) -> Self {
        match place::instance(client, instance_id).await {
            Ok(Some(found)) => Self::from(&found),
            Ok(None) => Self::Missing,
            Err(_) => Self::Unknown,
        }
    }
}

impl Outlook {
    /// A run begins, of which nothing is known.
    pub(super) fn begin(&self) {
        *self.facts() = Facts::default();
        self.ownership.begin();
    }

    /// The instance stays, or is destroyed or replaced.
    pub(super) fn instance(&self, id: &str, goes: bool) {
        self.facts().instances.insert(id.to_owned(), goes);
        self.news.notify_waiters();
    }

    /// The HA group is destroyed or replaced.
    pub(super) fn destroy_group(&self, id: &str) {
        self.facts().destroyed_groups.insert(id.to_owned());
    }

    /// Whether the plan is known to destroy or replace the instance.
    pub(super) fn destroys_instance(&self, id: &str) -> bool {
        self.facts().instances.get(id) == Some(&true)
    }

    /// Whether the plan is known to destroy or replace the instance or the HA group.
    pub(super) fn destroys(&self, source: &Source) -> bool {
        match source {
            Source::Instance(id) => self.destroys_instance(id),
            Source::HaGroup(id) => self.facts().destroyed_groups.contains(id),
        }
    }

    /// The instance has kept a status until a deadline in which nothing inside it can be changed.
    pub(super) fn waits_out(&self, instance_id: &str) {
        self.facts().waited_out.insert(instance_id.to_owned());
    }

    /// Whether a whole deadline was waited for the instance already.
    pub(super) fn was_waited_out(&self, instance_id: &str) -> bool {
        self.facts().waited_out.contains(instance_id)
    }

    /// The object of that ID has been read.
    pub(super) fn read(&self, id: &str) {
        self.facts().read.insert(id.to_owned());
    }

    /// Whether the object of that ID has been read.
    pub(super) fn has_read(&self, id: &str) -> bool {
        self.facts().read.contains(id)
    }

    /// Whether what is in the instance goes in company: the instance goes too, or this is a run that
    /// does nothing but destroy, which plans children before their instance.
    pub(super) fn goes_in_company(&self, instance_id: &str) -> bool {
        let facts = self.facts();
        match facts.instances.get(instance_id) {
            Some(goes) => *goes,
            None => facts.read.is_empty() && facts.instances.values().all(|goes| *goes),
        }
    }

    /// Whether the instance is destroyed or replaced; nothing if that is not known, because all is
    /// destroyed or the instance is not in the plan.
    pub(super) async fn fate(&self, instance_id: &str) -> Option<bool> {
        let known = self.known(|facts| facts.instances.get(instance_id).copied());
        tokio::pin!(known);
        match tokio::time::timeout(SHORT_PATIENCE, &mut known).await {
            Ok(goes) => Some(goes),
            Err(_) if self.facts().is_blank() => None,
            Err(_) => tokio::time::timeout(PATIENCE, known).await.ok(),
        }
    }

    /// What becomes of the backup schedule.
    pub(super) fn schedule(&self, id: &str, fate: ScheduleFate) {
        self.facts().schedules.insert(id.to_owned(), fate);
        self.news.notify_waiters();
    }

    /// What the plan makes of the backup schedule, if it has it. Its plan may still come.
    pub(super) async fn fate_of_schedule(&self, id: &str) -> Option<ScheduleFate> {
        let known = self.known(|facts| facts.schedules.get(id).copied());
        tokio::time::timeout(PATIENCE, known).await.ok()
    }

    /// Waits until a plan has said it.
    async fn known<T>(&self, fact: impl Fn(&Facts) -> Option<T>) -> T {
        loop {
            let news = self.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            if let Some(known) = fact(&self.facts()) {
                return known;
            }
            news.await;
        }
    }

    /// Somebody has seen the instance.
    pub(super) fn shows(&self, instance_id: &str, sight: Sight) {
        let shown = Arc::new(OnceCell::new_with(Some(sight)));
        self.facts().sights.insert(instance_id.to_owned(), shown);
    }

    /// The instance, as somebody has seen it in this run, or as one look shows it to all who ask.
    pub(super) async fn sight(
        &self,
        instance_id: &str,
        look: impl Future<Output = Sight>,
    ) -> Sight {
        let shown = Arc::clone(self.facts().sights.entry(instance_id.to_owned()).or_default());
        shown.get_or_init(|| look).await.clone()
    }

    /// The instance, as far as somebody has seen it in this run.
    pub(super) fn seen(&self, instance_id: &str) -> Sight {
        let shown = self.facts().sights.get(instance_id).cloned();
        shown.and_then(|shown| shown.get().cloned()).unwrap_or(Sight::Unknown)
    }

    /// Somebody has seen the HA group, of which these were members before.
    pub(super) fn shows_group<'a>(
        &self,
        group: &'a HaGroup,
        before: impl Iterator<Item = &'a str>,
    ) {
        let Some(source) = &group.source else { return };
        let membership = Membership { group_id: group.id.clone(), source_id: source.id.clone() };
        let mut facts = self.facts();
        for id in group.member_ids().chain(before) {
            facts.memberships.insert(id.to_owned(), membership.clone());
        }
    }

    /// The HA group that the instance is or was a member of, as far as this run has read it.
    pub(super) fn membership(&self, instance_id: &str) -> Option<Membership> {
        self.facts().memberships.get(instance_id).cloned()
    }

    /// The plan changes the HA group in a way after which another member may be the source.
    pub(super) fn source_may_change(&self, group_id: &str) {
        self.facts().uncertain_sources.insert(group_id.to_owned());
    }

    /// Whether the plan is known to change the HA group like that. What refers to the group is planned after
    /// it.
    pub(super) fn is_source_uncertain(&self, group_id: &str) -> bool {
        self.facts().uncertain_sources.contains(group_id)
    }

    /// The replica becomes an instance of its own.
    pub(super) fn detaches(&self, instance_id: &str) {
        self.facts().detached.insert(instance_id.to_owned());
    }

    /// Whether the plan is known to make the replica an instance of its own.
    pub(super) fn is_detached(&self, instance_id: &str) -> bool {
        self.facts().detached.contains(instance_id)
    }

    /// Whether this run takes the replica from its source, by its end or by its detachment; nothing if
    /// that is not known. Its turn may still come, unless it comes `after` the one that asks.
    pub(super) async fn leaves_source(&self, replica: &str, after: bool) -> Option<bool> {
        let patience = if after { Duration::ZERO } else { LONG_PATIENCE };
        let known = self.known(|facts| facts.instances.get(replica).copied());
        let goes = tokio::time::timeout(patience, known).await.ok()?;
        Some(goes || self.is_detached(replica))
    }

    /// The plan has a database of that name in the instance.
    pub(super) fn has_database(&self, instance_id: &str, name: &str) {
        let mut facts = self.facts();
        facts.databases.entry(instance_id.to_owned()).or_default().insert(name.to_owned());
        drop(facts);
        self.news.notify_waiters();
    }

    /// Something is made: this run applies what another one has planned.
    pub(super) fn applies(&self) {
        self.facts().applies = true;
        self.news.notify_waiters();
    }

    /// Whether the plan has a database of that name in the instance, or may have one. Its plan may
    /// still come; and where something is made already, what comes takes its time.
    pub(super) async fn plans_database(&self, instance_id: &str, name: &str) -> bool {
        let is_planned = |facts: &Facts| {
            facts.applies
                || facts.databases.get(instance_id).is_some_and(|names| names.contains(name))
        };
        let key = (instance_id.to_owned(), name.to_owned());
        if self.facts().missing_databases.contains(&key) {
            return is_planned(&self.facts());
        }
        let known = self.known(|facts| is_planned(facts).then_some(()));
        let came = tokio::time::timeout(PATIENCE, known).await.is_ok();
        if !came {
            self.facts().missing_databases.insert(key);
        }
        came
    }

    /// The plan changes a configuration group in a way that needs a restart.
    pub(super) fn reconfigures(&self, id: &str, change: Reconfigured) {
        self.facts().reconfigured.insert(id.to_owned(), change);
    }

    /// What the plan is known to change in a configuration group that needs a restart. What refers to the
    /// group is planned after it.
    pub(super) fn reconfigured(&self, id: &str) -> Option<Reconfigured> {
        self.facts().reconfigured.get(id).cloned()
    }

    /// The plan takes that configuration group from the instance; to be told before the instance itself.
    pub(super) fn leaves(&self, instance_id: &str, group: &str) {
        self.facts().left.insert(instance_id.to_owned(), group.to_owned());
    }

    /// Whether the plan takes that configuration group from the instance, which stays. Its plan may still
    /// come.
    pub(super) async fn is_left(&self, instance_id: &str, group: &str) -> bool {
        let stays = self.fate(instance_id).await == Some(false);
        stays && self.facts().left.get(instance_id).is_some_and(|left| left == group)
    }

    /// The backup is destroyed or replaced.
    pub(super) fn destroy_backup(&self, source_id: &str, id: &str) {
        self.facts().backups.entry(source_id.to_owned()).or_default().insert(id.to_owned());
    }

    /// The backups of an instance or an HA group that are destroyed or replaced, as far as that is known.
    pub(super) fn destroyed_backups(&self, source_id: &str) -> BTreeSet<String> {
        self.facts().backups.get(source_id).cloned().unwrap_or_default()
    }

    /// Whether the plan is known to destroy or replace that backup.
    pub(super) fn destroys_backup(&self, id: &str) -> bool {
        self.facts().backups.values().any(|ids| ids.contains(id))
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Facts {
    fn is_blank(&self) -> bool {
        self.instances.is_empty() && self.read.is_empty()
    }
}

#[cfg(test)]
mod tests;
