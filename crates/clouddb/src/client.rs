//! The client: what the provider may call.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::api::limits::{self, model::Limits};
use crate::client::backups::Backups;
use crate::client::configurations::Configurations;
use crate::client::databases::Databases;
use crate::client::datastores::Datastores;
use crate::client::flavors::Flavors;
use crate::client::ha_groups::HaGroups;
use crate::client::instances::Instances;
use crate::client::root::Root;
use crate::client::schedules::Schedules;
use crate::client::users::Users;
use crate::coordination::per_region::PerRegion;
use crate::coordination::regions::Regions;
use crate::sender::Sender;
use crate::value::context::CallContext;
use crate::value::error::Error;
use crate::value::settings::Settings;

mod backup_copy;
pub(crate) mod backups;
pub(crate) mod configurations;
pub(crate) mod databases;
pub(crate) mod datastores;
pub(crate) mod flavors;
pub(crate) mod ha_groups;
pub(crate) mod instances;
pub(crate) mod login;
mod regions;
pub(crate) mod root;
pub(crate) mod schedules;
mod upgrades;
pub(crate) mod users;

/// A client of Cloud Databases in one region; [`in_region`](Self::in_region) leads to another. Cheap
/// to clone: all clones, in whichever region, share one login and one connection pool, and those in one
/// region share one lane for the writes to each instance, one listing of each collection, and the looks
/// at what is waited for.
#[derive(Clone)]
pub struct Client {
    sender: Sender,
    regions: Arc<Regions>,
    region: Arc<PerRegion>,
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
    /// machine, since credentials would cross the network in the clear, unless
    /// [`Settings::plain_http`] allows it.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let regions = Arc::new(Regions::new(&settings.timing));
        let sender = Sender::new(settings, CallContext::new(None, CancellationToken::new()))?;
        Ok(Self { sender, region: regions.get(None), regions })
    }

    /// The same client for an operation that must end by `deadline` and when `stop` is cancelled.
    ///
    /// Every wait, pause and queue obeys both. A write that is already on its way is completed
    /// first, so that its outcome is known: at the deadline for at most
    /// [`Timing::request_timeout`](crate::Timing::request_timeout), after `stop` for at most
    /// [`Timing::grace`](crate::Timing::grace). If the reply has not come by then, it is looked for
    /// what the write has done, for at most [`Timing::last_look`](crate::Timing::last_look).
    #[must_use]
    pub fn within(&self, deadline: Instant, stop: CancellationToken) -> Self {
        let sender = self.sender.in_context(CallContext::new(Some(deadline), stop));
        Self { sender, ..self.clone() }
    }

    /// Database instances.
    pub fn instances(&self) -> Instances {
        Instances::new(&self.sender, &self.region)
    }

    /// The databases of an instance.
    pub fn databases(&self, instance_id: impl Into<String>) -> Databases {
        Databases::new(&self.sender, &self.region, instance_id.into())
    }

    /// The users of an instance.
    pub fn users(&self, instance_id: impl Into<String>) -> Users {
        Users::new(&self.sender, &self.region, instance_id.into())
    }

    /// The root user of an instance.
    pub fn root(&self, instance_id: impl Into<String>) -> Root {
        Root::new(&self.sender, &self.region, instance_id.into())
    }

    /// Backups.
    pub fn backups(&self) -> Backups {
        Backups::new(&self.sender, &self.region)
    }

    /// Flavors.
    pub fn flavors(&self) -> Flavors {
        Flavors::new(&self.sender, &self.region)
    }

    /// High-availability groups.
    pub fn ha_groups(&self) -> HaGroups {
        HaGroups::new(&self.sender, &self.region)
    }

    /// Datastores and their versions.
    pub fn datastores(&self) -> Datastores {
        Datastores::new(&self.sender, &self.region)
    }

    /// Configuration groups.
    pub fn configurations(&self) -> Configurations {
        Configurations::new(&self.sender, &self.region)
    }

    /// Schedules of automated backups.
    pub fn schedules(&self) -> Schedules {
        Schedules::new(&self.sender, &self.region)
    }

    /// `GET /limits`, which Trove has; `None` where that is no call of the service, as at Rackspace.
    pub async fn limits(&self) -> Result<Option<Limits>, Error> {
        match limits::get(&self.sender).await {
            // Whoever answers for the service at an address that it does not have, in whatever words.
            Err(Error::NotFound(_) | Error::Undecodable { .. }) => Ok(None),
            told => told.map(Some),
        }
    }
}
