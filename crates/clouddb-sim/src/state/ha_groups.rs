//! High-availability groups: a source, one or two replicas that can take its place, and the one address at
//! which both are reached.
//!
//! The members of a group are instances that name it. A task of the group is a task of its members too:
//! they have none of their own, and what each reports meanwhile follows from that of the group.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::proxy::Proxy;
use crate::state::datastores::Datastore;
use crate::state::instances::Instance;
use crate::state::place::Place;
use crate::state::tasks::{Occasion, Phase, Task};

/// What every group is reached through.
pub(crate) const SERVICENET: &str = "servicenet";
/// What a group may be reached through as well.
pub(crate) const PUBLIC: &str = "public";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HaGroup {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Flavor of each member.
    pub(crate) flavor: u64,
    /// GB of each member.
    pub(crate) volume: u64,
    pub(crate) datastore: Datastore,
    pub(crate) is_public: bool,
    /// The networks that are let in, as they were given, in that order.
    pub(crate) acls: Vec<String>,
    pub(crate) configuration: Option<String>,
    /// Where the group rests when it has no task.
    pub(crate) state: String,
    /// Reported instead of everything else, for as long as it is set.
    pub(crate) held: Option<String>,
    pub(crate) task: Option<Task<GroupTask>>,
    /// Where its servers are reached, if there are any.
    #[serde(skip)]
    pub(crate) endpoints: Option<Arc<Endpoints>>,
}

/// The port at which the source of a group is reached.
pub(crate) const WRITE_PORT: u16 = 3306;
/// The port at which its replicas are.
pub(crate) const READ_PORT: u16 = 3307;

/// Where the servers of a group are reached.
#[derive(Debug)]
pub(crate) struct Endpoints {
    /// Leads to the source.
    pub(crate) write: Proxy,
    /// Leads to the replicas.
    pub(crate) read: Proxy,
}

/// Where clients reach the servers of an HA group, whichever of them is the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndpointsSnapshot {
    /// Leads to the source.
    pub write: SocketAddr,
    /// Leads to the replicas.
    pub read: SocketAddr,
}

/// An HA group as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HaGroupSnapshot {
    /// ID.
    pub id: String,
    /// Name.
    pub name: String,
    /// Region.
    pub region: String,
    /// Account (tenant) ID.
    pub account_id: String,
    /// State as the API reports it.
    pub state: String,
    /// Flavor ID of each member.
    pub flavor_id: String,
    /// GB of each member.
    pub volume: u64,
    /// Datastore, such as `mysql`.
    pub datastore: String,
    /// Version of the datastore, such as `8.0`.
    pub datastore_version: String,
    /// The networks that it is reached through: `servicenet`, and perhaps `public`.
    pub networks: Vec<String>,
    /// The addresses that are let in, in CIDR notation.
    pub acls: Vec<String>,
    /// Attached configuration group.
    pub configuration_id: Option<String>,
    /// The instance that is written to.
    pub source_id: Option<String>,
    /// The instances that follow it.
    pub replica_ids: Vec<String>,
    /// Where its servers are reached, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<EndpointsSnapshot>,
}

/// What a group was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum GroupTask {
    Build,
    /// A source and its replicas become a group.
    Convert,
    /// The new replica.
    AddReplica(String),
    /// The replica that leaves.
    RemoveReplica(String),
    ResizeFlavor(u64),
    ResizeVolume(u64),
    Restart,
    Failover,
    Upgrade(Datastore),
    Delete,
}

impl GroupTask {
    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Build | Self::Convert => "BUILD",
            Self::AddReplica(_) => "ADDING_REPLICA",
            Self::RemoveReplica(_) => "REMOVING_REPLICA",
            Self::ResizeFlavor(_) => "RESIZING_FLAVOR",
            Self::ResizeVolume(_) => "RESIZING_VOLUME",
            Self::Restart => "REBOOT",
            Self::Failover => "HA_FAILOVER",
            Self::Upgrade(_) => "UPGRADING",
            Self::Delete => "DELETING",
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Build | Self::Convert | Self::AddReplica(_) | Self::Upgrade(_) => Phase::Build,
            Self::ResizeFlavor(_) | Self::ResizeVolume(_) => Phase::Resize,
            Self::RemoveReplica(_) | Self::Restart | Self::Failover => Phase::Reboot,
            Self::Delete => Phase::Shutdown,
        }
    }

    pub(crate) fn occasion(&self) -> Occasion {
        match self {
            Self::Build | Self::Convert => Occasion::HaGroup,
            Self::AddReplica(_) | Self::RemoveReplica(_) => Occasion::HaReplica,
            Self::ResizeFlavor(_) | Self::ResizeVolume(_) => Occasion::HaResize,
            Self::Restart => Occasion::HaRestart,
            Self::Failover => Occasion::HaFailover,
            Self::Upgrade(_) => Occasion::HaUpgrade,
            Self::Delete => Occasion::HaDelete,
        }
    }

    /// What a member reports meanwhile, if the task is about it.
    pub(crate) fn status_of(&self, member: &Instance) -> Option<&'static str> {
        match self {
            Self::Build => Some("BUILD"),
            Self::Convert => Some("CONVERT_TO_HA"),
            Self::AddReplica(id) => (member.id == *id).then_some("BUILD"),
            Self::RemoveReplica(id) => (member.id == *id).then_some("DETACH_REPLICA"),
            Self::ResizeFlavor(_) | Self::ResizeVolume(_) => Some("RESIZE"),
            Self::Restart => Some("REBOOT"),
            Self::Failover => member.replica_of.is_none().then_some("SHUTDOWN"),
            Self::Upgrade(_) => Some("UPGRADE"),
            Self::Delete => Some("SHUTDOWN"),
        }
    }

    /// Whether it is the servers that do it, each by a restart.
    pub(crate) fn restarts_servers(&self) -> bool {
        matches!(self, Self::ResizeFlavor(_) | Self::Restart | Self::Upgrade(_))
    }

    /// Whether it leaves freshly started database services behind, on every member.
    pub(crate) fn restarts(&self) -> bool {
        !matches!(self, Self::AddReplica(_) | Self::RemoveReplica(_) | Self::Failover)
    }
}

impl HaGroup {
    /// A group without a name, at rest, that lets nobody in.
    pub(crate) fn new(flavor: u64, volume: u64, datastore: Datastore) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            name: String::new(),
            flavor,
            volume,
            datastore,
            is_public: false,
            acls: Vec::new(),
            configuration: None,
            state: "ACTIVE".into(),
            held: None,
            task: None,
            endpoints: None,
        }
    }

    /// A new member of this group, at rest and empty.
    pub(crate) fn member(&self, name: &str, source: Option<&str>, stamp: String) -> Instance {
        Instance {
            name: name.to_owned(),
            replica_of: source.map(str::to_owned),
            ha_group: Some(self.id.clone()),
            configuration: self.configuration.clone(),
            ..Instance::new(self.flavor, self.volume, self.datastore.clone(), stamp)
        }
    }

    /// True until it is there for the first time.
    pub(crate) fn is_being_built(&self) -> bool {
        let kind = self.task.as_ref().map(|task| &task.kind);
        matches!(kind, Some(GroupTask::Build | GroupTask::Convert))
    }

    /// The networks that it is reached through.
    pub(crate) fn networks(&self) -> Vec<&'static str> {
        if self.is_public { vec![SERVICENET, PUBLIC] } else { vec![SERVICENET] }
    }

    pub(crate) fn poll(&mut self) {
        if self.held.is_none()
            && let Some(task) = &mut self.task
        {
            task.remaining.poll();
        }
    }

    /// A copy for tests; the region knows which state is reported and who the members are.
    pub(crate) fn snapshot(
        &self,
        place: &Place,
        state: String,
        members: &[&Instance],
    ) -> HaGroupSnapshot {
        let (sources, replicas): (Vec<&Instance>, Vec<&Instance>) =
            members.iter().partition(|member| member.replica_of.is_none());
        HaGroupSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            region: place.region.clone(),
            account_id: place.account.clone(),
            state,
            flavor_id: self.flavor.to_string(),
            volume: self.volume,
            datastore: self.datastore.kind.clone(),
            datastore_version: self.datastore.version.clone(),
            networks: self.networks().into_iter().map(str::to_owned).collect(),
            acls: self.acls.clone(),
            configuration_id: self.configuration.clone(),
            source_id: sources.first().map(|source| source.id.clone()),
            replica_ids: replicas.iter().map(|replica| replica.id.clone()).collect(),
            endpoints: self.endpoints.as_deref().map(|endpoints| EndpointsSnapshot {
                write: endpoints.write.endpoint(),
                read: endpoints.read.endpoint(),
            }),
        }
    }
}
