//! The client: what all collections share, and the way into each of them.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::batch::Crowd;
use crate::desk::{Desk, Desks};
use crate::http::{Reply, Request};
use crate::identity::Identity;
use crate::listing::Listings;
use crate::lost_reply::Births;
use crate::rate::Gates;
use crate::retry::{Delivery, Doorkeeper};
use crate::scope::Scope;
use crate::watch::{Budget, Watch};
use crate::wire::Wire;
use crate::{Backup, Datastore, Error, Flavor, Instance, Pace, Settings};
use crate::{Backups, Databases, Datastores, Flavors, Instances, Users};
use crate::{backups, datastores, flavors, instances};

/// A client of Cloud Databases in one region. Cheap to clone: all clones share one login, one
/// connection pool, one lane for the writes to each instance, one listing of each collection, and the
/// looks at what is waited for.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    scope: Scope,
}

struct Shared {
    pace: Pace,
    wire: Arc<Wire>,
    gates: Arc<Gates>,
    identity: Arc<Identity>,
    desks: Desks,
    births: Births,
    instances: Watch<Instance>,
    backups: Watch<Backup>,
    flavors: Arc<Listings<Flavor>>,
    datastores: Arc<Listings<Datastore>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    ///
    /// Refused with [`Error::Invalid`]: URLs that are not http or https, and plain http to another
    /// machine, since credentials would cross the network in the clear.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let pace = settings.pace.clone();
        let wire = Arc::new(Wire::new(settings.user_agent.clone(), pace.request_timeout));
        let gates = Arc::new(Gates::default());
        let identity = Arc::new(Identity::new(settings, Arc::clone(&wire), Arc::clone(&gates))?);
        let budget = Arc::new(Budget::new(&pace));
        let shared = Shared {
            wire,
            gates,
            identity,
            desks: Desks::default(),
            births: Births::default(),
            instances: Watch::new(instances::collection(), &budget),
            backups: Watch::new(backups::collection(), &budget),
            flavors: Arc::new(Listings::new(flavors::collection())),
            datastores: Arc::new(Listings::new(datastores::collection())),
            pace,
        };
        let scope = Scope::new(None, CancellationToken::new());
        Ok(Self { shared: Arc::new(shared), scope })
    }

    /// The same client for an operation that must end by `deadline` and when `stop` is cancelled.
    ///
    /// Every wait, pause and queue obeys both. A write that is already on its way is completed
    /// first, so that its outcome is known: at the deadline for at most
    /// [`Pace::request_timeout`](crate::Pace::request_timeout), after `stop` for at most
    /// [`Pace::grace`](crate::Pace::grace). If the reply has not come by then, it is looked for what
    /// the write has done, for at most [`Pace::last_look`](crate::Pace::last_look).
    #[must_use]
    pub fn within(&self, deadline: Instant, stop: CancellationToken) -> Self {
        self.in_scope(Scope::new(Some(deadline), stop))
    }

    /// Logs in and finds the endpoint, unless that has been done. Every call does this by itself; use
    /// it to learn early whether credentials and region are right.
    pub async fn sign_in(&self) -> Result<(), Error> {
        self.shared.identity.pass(self.bounded().scope()).await.map(drop)
    }

    /// Database instances.
    pub fn instances(&self) -> Instances {
        Instances { client: self.clone() }
    }

    /// The databases of an instance.
    pub fn databases(&self, instance_id: impl Into<String>) -> Databases {
        Databases { client: self.clone(), instance_id: instance_id.into() }
    }

    /// The users of an instance.
    pub fn users(&self, instance_id: impl Into<String>) -> Users {
        Users { client: self.clone(), instance_id: instance_id.into() }
    }

    /// Backups.
    pub fn backups(&self) -> Backups {
        Backups { client: self.clone() }
    }

    /// Flavors.
    pub fn flavors(&self) -> Flavors {
        Flavors { client: self.clone() }
    }

    /// Datastores and their versions.
    pub fn datastores(&self) -> Datastores {
        Datastores { client: self.clone() }
    }

    /// Sends a request until the API accepts or refuses it.
    pub(crate) async fn send(&self, request: &Request) -> Result<Reply, Error> {
        let scope = self.scope.bounded(self.shared.pace.patience);
        let delivery = Delivery {
            wire: &self.shared.wire,
            gates: &self.shared.gates,
            pace: &self.shared.pace,
            scope: &scope,
        };
        delivery.deliver(&self.shared.identity, request).await
    }

    /// The same client in another scope.
    pub(crate) fn in_scope(&self, scope: Scope) -> Self {
        Self { shared: Arc::clone(&self.shared), scope }
    }

    /// The same client, with a deadline if it had none.
    pub(crate) fn bounded(&self) -> Self {
        self.in_scope(self.scope.bounded(self.shared.pace.patience))
    }

    /// Finds out what must be known even though the operation is over: what became of a write whose
    /// reply was lost. A caller who has asked to stop waits for that no longer than
    /// [`Pace::last_look`](crate::Pace::last_look).
    pub(crate) async fn find_out<T, Work>(
        &self,
        work: impl FnOnce(Self) -> Work,
    ) -> Result<T, Error>
    where
        Work: Future<Output = Result<T, Error>>,
    {
        let lasting = self.in_scope(Scope::lasting(self.shared.pace.request_timeout));
        tokio::select! {
            biased;
            result = work(lasting) => result,
            () = self.scope.overdue(self.shared.pace.last_look) => Err(Error::Interrupted {
                what: "what became of a request".to_owned(),
            }),
        }
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.shared.pace
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.shared.wire
    }

    pub(crate) fn births(&self) -> &Births {
        &self.shared.births
    }

    pub(crate) fn instance_watch(&self) -> &Watch<Instance> {
        &self.shared.instances
    }

    pub(crate) fn backup_watch(&self) -> &Watch<Backup> {
        &self.shared.backups
    }

    pub(crate) fn flavor_listings(&self) -> &Arc<Listings<Flavor>> {
        &self.shared.flavors
    }

    pub(crate) fn datastore_listings(&self) -> &Arc<Listings<Datastore>> {
        &self.shared.datastores
    }

    /// After a write to an instance, neither it nor its backups are as they were listed.
    pub(crate) fn outdate_instances_and_backups(&self) {
        self.shared.instances.listings.outdate();
        self.shared.backups.listings.outdate();
    }

    /// After a write to a backup, that too.
    pub(crate) fn forget_backups(&self) {
        self.shared.backups.listings.outdate();
        self.shared.desks.forget_backups();
    }

    /// Whoever is created on any instance.
    pub(crate) fn crowd(&self) -> &Crowd {
        &self.shared.desks.crowd
    }

    /// How many creations on any instance are not over.
    pub(crate) fn open_creations(&self) -> usize {
        self.shared.desks.open_creations()
    }

    /// What all writes to one instance, and all listings of it, share.
    pub(crate) fn desk(&self, instance_id: &str) -> Arc<Desk> {
        self.shared.desks.of(instance_id)
    }
}
