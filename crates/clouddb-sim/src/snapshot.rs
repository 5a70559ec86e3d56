//! What a test sees of the cloud without asking the API: copies with public fields.

use serde::Serialize;

use crate::cloud::Cloud;
use crate::objects::{Backup, Configuration, Guest, Instance};
use crate::site::{Place, Site};

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
    /// Attached configuration group.
    pub configuration_id: Option<String>,
    /// Source, if this is a replica.
    pub replica_of: Option<String>,
    /// True once the root user was enabled.
    pub root_enabled: bool,
    /// Password of the root user, if enabled.
    #[serde(skip_serializing)]
    pub root_password: Option<String>,
    /// Databases, by name.
    pub databases: Vec<DatabaseSnapshot>,
    /// Users, by name and host.
    pub users: Vec<UserSnapshot>,
}

/// A database, with what the API never tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatabaseSnapshot {
    /// Name.
    pub name: String,
    /// Character set.
    pub character_set: String,
    /// Collation.
    pub collate: String,
}

/// A user, with the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserSnapshot {
    /// Name.
    pub name: String,
    /// Host, `%` for any.
    pub host: String,
    /// Password.
    #[serde(skip_serializing)]
    pub password: String,
    /// Names of the databases that the user may use, sorted.
    pub databases: Vec<String>,
}

/// A backup, with what it would bring back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackupSnapshot {
    /// ID.
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Region.
    pub region: String,
    /// Account (tenant) ID.
    pub account_id: String,
    /// The instance it was taken from, which may be gone.
    pub instance_id: String,
    /// The backup that an incremental one builds on.
    pub parent_id: Option<String>,
    /// Status as the API reports it.
    pub status: String,
    /// GB.
    pub size: f64,
    /// Datastore, such as `mysql`.
    pub datastore: String,
    /// Version of the datastore, such as `8.0`.
    pub datastore_version: String,
    /// Databases that a restore brings back.
    pub databases: Vec<DatabaseSnapshot>,
    /// Users that a restore brings back.
    pub users: Vec<UserSnapshot>,
}

/// A configuration group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigurationSnapshot {
    /// ID.
    pub id: String,
    /// Name.
    pub name: String,
    /// True if attaching it asks for a restart.
    pub needs_restart: bool,
}

/// Everything there is, for `GET /sim/state`.
#[derive(Debug, Serialize)]
pub(crate) struct State {
    instances: Vec<InstanceSnapshot>,
    backups: Vec<BackupSnapshot>,
    configurations: Vec<ConfigurationSnapshot>,
    waiting_faults: usize,
}

impl Cloud {
    pub(crate) fn state(&self) -> State {
        let configurations = self.sites.values().flat_map(|site| site.configurations.values());
        State {
            instances: self.instances(),
            backups: self.backups(),
            configurations: configurations.map(Configuration::snapshot).collect(),
            waiting_faults: self.faults.len(),
        }
    }

    pub(crate) fn instances(&self) -> Vec<InstanceSnapshot> {
        let mut all: Vec<InstanceSnapshot> = Vec::new();
        for (place, site) in &self.sites {
            let shown = site.instances.values().filter(|instance| !instance.hidden);
            all.extend(shown.map(|instance| instance.snapshot(place, site)));
        }
        all
    }

    pub(crate) fn backups(&self) -> Vec<BackupSnapshot> {
        let mut all: Vec<BackupSnapshot> = Vec::new();
        for (place, site) in &self.sites {
            all.extend(site.backups.values().map(|backup| backup.snapshot(place)));
        }
        all
    }
}

impl Guest {
    fn database_snapshots(&self) -> Vec<DatabaseSnapshot> {
        self.databases
            .iter()
            .map(|(name, database)| DatabaseSnapshot {
                name: name.clone(),
                character_set: database.character_set.clone(),
                collate: database.collate.clone(),
            })
            .collect()
    }

    fn user_snapshots(&self) -> Vec<UserSnapshot> {
        self.users
            .values()
            .map(|user| UserSnapshot {
                name: user.name.clone(),
                host: user.host.clone(),
                password: user.password.clone(),
                databases: user.grants.iter().cloned().collect(),
            })
            .collect()
    }
}

impl Instance {
    fn snapshot(&self, place: &Place, site: &Site) -> InstanceSnapshot {
        let guest = site.guest(&self.id).unwrap_or(&self.guest);
        InstanceSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            region: place.region.clone(),
            account_id: place.account.clone(),
            status: site.status(self),
            flavor_id: self.flavor.to_string(),
            volume: self.volume,
            used: self.used,
            datastore: self.datastore.kind.clone(),
            datastore_version: self.datastore.version.clone(),
            configuration_id: self.configuration.clone(),
            replica_of: self.replica_of.clone(),
            root_enabled: self.root_enabled,
            root_password: self.root_password.clone(),
            databases: guest.database_snapshots(),
            users: guest.user_snapshots(),
        }
    }
}

impl Backup {
    fn snapshot(&self, place: &Place) -> BackupSnapshot {
        BackupSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            region: place.region.clone(),
            account_id: place.account.clone(),
            instance_id: self.instance.clone(),
            parent_id: self.parent.clone(),
            status: self.reported().to_owned(),
            size: self.size,
            datastore: self.datastore.kind.clone(),
            datastore_version: self.datastore.version.clone(),
            databases: self.guest.database_snapshots(),
            users: self.guest.user_snapshots(),
        }
    }
}

impl Configuration {
    fn snapshot(&self) -> ConfigurationSnapshot {
        ConfigurationSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            needs_restart: self.needs_restart,
        }
    }
}
