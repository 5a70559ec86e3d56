//! Instances: what each is and what it is on its way to.
//!
//! An instance separates what it reports from what it was asked for: `status` is where it rests, a
//! [`Task`] is what it is on its way to, and nobody can ask for a status in between.
//!
//! **Invariant:** the effect of a task (a new size, an object that is gone) is seen when the task has
//! ended and never before.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::by_name;
use crate::engine::saved::Saved;
use crate::engine::server::{Condition, Server};
use crate::state::databases::DatabaseSnapshot;
use crate::state::datastores::Datastore;
use crate::state::guest::Guest;
use crate::state::place::Place;
use crate::state::tasks::{Task, TaskKind};
use crate::state::users::UserSnapshot;

/// GB that an empty database service takes.
pub(crate) const FRESH_GB: f64 = 0.16;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) flavor: u64,
    /// GB.
    pub(crate) volume: u64,
    /// GB, of what is in memory.
    pub(crate) used: f64,
    pub(crate) datastore: Datastore,
    pub(crate) created: String,
    pub(crate) updated: String,
    /// Where the instance rests when it has no task.
    pub(crate) status: String,
    /// Reported instead of everything else, for as long as it is set.
    pub(crate) held: Option<String>,
    pub(crate) task: Option<Task>,
    pub(crate) guest: Guest,
    pub(crate) root_enabled: bool,
    pub(crate) root_password: Option<String>,
    /// The HA group that it is a member of.
    pub(crate) ha_group: Option<String>,
    pub(crate) configuration: Option<String>,
    pub(crate) replica_of: Option<String>,
    /// A replica that runs another version than its source, until it is detached.
    pub(crate) is_upgrade: bool,
    /// Counts in a page and is never shown.
    pub(crate) hidden: bool,
    /// What its server begins with, if it is restored and that is not built yet.
    pub(crate) restored: Option<Restored>,
    /// What carries it, if that is a server.
    #[serde(skip)]
    pub(crate) server: Option<Arc<Server>>,
}

/// What the server of a restored instance begins with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Restored {
    /// The data of the backup.
    #[serde(with = "by_name")]
    pub(crate) saved: Arc<Saved>,
    /// What the request named as well and the backup does not have.
    pub(crate) added: Guest,
}

/// An instance as it is, whatever its listings say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InstanceSnapshot {
    /// ID.
    pub id: String,
    /// Name.
    pub name: String,
    /// Region.
    pub region: String,
    /// Account (tenant) ID.
    pub account_id: String,
    /// Status as the API reports it.
    pub status: String,
    /// Flavor ID.
    pub flavor_id: String,
    /// GB.
    pub volume: u64,
    /// GB in use.
    pub used: f64,
    /// Datastore, such as `mysql`.
    pub datastore: String,
    /// Version of the datastore, such as `8.0`.
    pub datastore_version: String,
    /// The HA group that this is a member of.
    pub ha_id: Option<String>,
    /// Attached configuration group.
    pub configuration_id: Option<String>,
    /// Source, if this is a replica.
    pub replica_of: Option<String>,
    /// The instance that it upgrades, as long as it has to be verified.
    pub upgrade_of: Option<String>,
    /// True once the root user was enabled.
    pub root_enabled: bool,
    /// Password of the root user, if enabled.
    #[serde(skip_serializing)]
    pub root_password: Option<String>,
    /// Databases, by name.
    pub databases: Vec<DatabaseSnapshot>,
    /// Users, by name and host.
    pub users: Vec<UserSnapshot>,
    /// The server that carries it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerSnapshot>,
}

/// A database server that carries an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerSnapshot {
    /// Where it listens.
    pub endpoint: SocketAddr,
    /// Why it does not run, if it should.
    pub failure: Option<String>,
    /// The settings of the configuration group that it has refused, each with its words.
    pub refused_settings: Vec<(String, String)>,
}

impl ServerSnapshot {
    fn of(server: &Server) -> Self {
        let failure = match server.condition() {
            Condition::Down(why) => Some(why),
            Condition::Busy | Condition::Ready => None,
        };
        let refused_settings = server.refused();
        Self { endpoint: server.endpoint(), failure, refused_settings }
    }
}

impl Instance {
    /// An instance without a name, at rest and empty.
    pub(crate) fn new(flavor: u64, volume: u64, datastore: Datastore, stamp: String) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            name: String::new(),
            flavor,
            volume,
            used: FRESH_GB,
            datastore,
            created: stamp.clone(),
            updated: stamp,
            status: "ACTIVE".into(),
            held: None,
            task: None,
            guest: Guest::default(),
            root_enabled: false,
            root_password: None,
            ha_group: None,
            configuration: None,
            replica_of: None,
            is_upgrade: false,
            hidden: false,
            restored: None,
            server: None,
        }
    }

    /// The task's status, or where the instance rests; a running backup is the region's knowledge.
    pub(crate) fn own_status(&self) -> &str {
        if let Some(held) = &self.held {
            return held;
        }
        match &self.task {
            Some(task) => task.kind.status(),
            None if self.is_down() && self.status != "FAILED" => "BLOCKED",
            None if self.is_starting() => "REBOOT",
            None => &self.status,
        }
    }

    pub(crate) fn is_deleting(&self) -> bool {
        self.task.as_ref().is_some_and(|task| task.kind == TaskKind::Shutdown)
    }

    pub(crate) fn poll(&mut self) {
        if self.held.is_none()
            && let Some(task) = &mut self.task
        {
            task.remaining.poll();
        }
    }

    /// A copy for tests; the region knows which status is reported and whose guest is meant.
    pub(crate) fn snapshot(
        &self,
        place: &Place,
        status: String,
        guest: &Guest,
    ) -> InstanceSnapshot {
        InstanceSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            region: place.region.clone(),
            account_id: place.account.clone(),
            status,
            flavor_id: self.flavor.to_string(),
            volume: self.volume,
            used: self.used(),
            datastore: self.datastore.kind.clone(),
            datastore_version: self.datastore.version.clone(),
            ha_id: self.ha_group.clone(),
            configuration_id: self.configuration.clone(),
            replica_of: self.replica_of.clone(),
            upgrade_of: self.replica_of.clone().filter(|_| self.is_upgrade),
            root_enabled: self.root_enabled,
            root_password: self.root_password.clone(),
            databases: guest.database_snapshots(),
            users: guest.user_snapshots(),
            server: self.server.as_deref().map(ServerSnapshot::of),
        }
    }
}
