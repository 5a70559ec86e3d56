//! The documents about instances.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::api::instances::upgrades;
use crate::api::status::InstanceStatus;
use crate::http::pages::Item;
use crate::value::lenient::{self, Identified};

/// An instance to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInstance {
    /// The name; need not be unique.
    pub name: String,
    /// ID of the flavor.
    pub flavor_id: String,
    /// Size of the volume in GB.
    pub volume_size: u64,
    /// What to run; the API's default if left out. With a backup to restore, it should be that of
    /// the backup.
    pub datastore: Option<DatastoreRef>,
    /// ID of a configuration group to attach.
    pub configuration_id: Option<String>,
    /// ID of the instance to replicate.
    pub replica_of: Option<String>,
    /// ID of the backup to start from.
    pub restore_from: Option<String>,
}

/// An upgrade to be made: a new instance, a replica on another version of the database software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpgrade {
    /// ID of the instance to upgrade.
    pub source: String,
    /// The name that the service is expected to give the new one, for messages:
    /// [`NewUpgrade::name_of`].
    pub name: String,
    /// Kind of database software, by the name that the service lists.
    pub kind: String,
    /// Version of it, by name.
    pub version: String,
}

impl NewUpgrade {
    /// The name that the service gives the upgrade of an instance of that name.
    pub fn name_of(source: &str) -> String {
        format!("{source}_upgrade")
    }
}

/// Which instances a list leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Those that replicate another one.
    pub replicas: bool,
    /// The members of high-availability groups.
    pub members: bool,
}

impl LeftOut {
    /// Whether it is one of those.
    pub(crate) fn includes(self, it: &Instance) -> bool {
        self.replicas && it.replica_of.is_some() || self.members && it.ha_id.is_some()
    }
}

/// A datastore as instances name it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DatastoreRef {
    /// Such as `mysql`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Such as `8.0`. The API leaves it out of some old list items.
    pub version: Option<String>,
}

/// `mysql 8.0`.
impl fmt::Display for DatastoreRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        self.version.as_ref().map_or(Ok(()), |version| write!(f, " {version}"))
    }
}

/// An instance.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "Document")]
pub struct Instance {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: InstanceStatus,
    /// Its flavor.
    pub flavor: InstanceFlavor,
    /// Its volume.
    pub volume: InstanceVolume,
    /// The name under which it is reached in its region.
    pub hostname: Option<String>,
    /// The addresses under which it is reached, where the API gives these instead of a name.
    pub addresses: Vec<String>,
    /// What it runs.
    pub datastore: Option<DatastoreRef>,
    /// When it was made, in UTC, as the API wrote it. Not in lists.
    pub created: Option<String>,
    /// When it last changed, in UTC, as the API wrote it. Not in lists.
    pub updated: Option<String>,
    /// ID of the configuration group attached. Not in lists.
    pub configuration_id: Option<String>,
    /// ID of the instance it replicates.
    pub replica_of: Option<String>,
    /// IDs of its replicas.
    pub replicas: Vec<String>,
    /// What the service offers to upgrade it to; `None` where it does not tell: in lists, while it is
    /// built, and before version 3.7.0.
    pub available_upgrades: Option<Vec<DatastoreRef>>,
    /// ID of the high-availability group that it is a member of.
    pub ha_id: Option<String>,
}

impl Instance {
    /// Whether it is what a creation asked for. The source of a replica is not in every list.
    pub(crate) fn is_as_wanted(&self, wish: &NewInstance) -> bool {
        self.name == wish.name
            && self.flavor.id == wish.flavor_id
            && self.volume.size == wish.volume_size
            && (self.replica_of.is_none() || self.replica_of == wish.replica_of)
    }

    /// Whether it is the upgrade that was asked for. Its name is the service's to choose; since there are
    /// upgrades, lists tell the source of each replica.
    pub(crate) fn is_upgrade_as_wanted(&self, wish: &NewUpgrade) -> bool {
        let same = |told: &str, wanted: &str| told.eq_ignore_ascii_case(wanted);
        let version =
            |told: &DatastoreRef| told.version.as_ref().is_none_or(|it| same(it, &wish.version));
        let is_wanted = |told: &DatastoreRef| same(&told.kind, &wish.kind) && version(told);
        self.replica_of.as_deref() == Some(wish.source.as_str())
            && self.datastore.as_ref().is_none_or(is_wanted)
    }
}

/// The flavor of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InstanceFlavor {
    /// ID of the flavor.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// Memory in MB, if the API tells.
    #[serde(default, deserialize_with = "crate::value::lenient::any_size")]
    pub ram: Option<u64>,
    /// Name of the flavor, if the API tells.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub name: Option<String>,
}

/// The volume of an instance.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct InstanceVolume {
    /// Size in GB.
    #[serde(deserialize_with = "crate::value::lenient::size")]
    pub size: u64,
    /// What is used of it, in GB; unknown while the instance is busy, and in lists.
    #[serde(default, deserialize_with = "crate::value::lenient::any_number")]
    pub used: Option<f64>,
}

/// As the API writes it.
#[derive(Deserialize)]
struct Document {
    #[serde(deserialize_with = "crate::value::lenient::id")]
    id: String,
    #[serde(default)]
    name: String,
    status: InstanceStatus,
    flavor: InstanceFlavor,
    #[serde(default)]
    volume: Option<InstanceVolume>,
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    hostname: Option<String>,
    /// Strings.
    #[serde(default)]
    ip: Value,
    /// Objects with an `address`, on newer Trove servers, beside or instead of `ip`.
    #[serde(default)]
    addresses: Value,
    datastore: Option<DatastoreRef>,
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    created: Option<String>,
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    updated: Option<String>,
    configuration: Option<Identified>,
    replica_of: Option<Identified>,
    #[serde(default, deserialize_with = "crate::value::lenient::ids")]
    replicas: Vec<String>,
    #[serde(default)]
    available_upgrades: Value,
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    ha_id: Option<String>,
}

impl From<Document> for Instance {
    fn from(document: Document) -> Self {
        let addresses = addresses(&document.ip, &document.addresses);
        let kind = document.datastore.as_ref().map(|it| it.kind.as_str());
        let offered = upgrades::read(&document.available_upgrades, kind);
        let named = |(kind, version)| DatastoreRef { kind, version: Some(version) };
        let available_upgrades = offered.map(|all| all.into_iter().map(named).collect());
        Self {
            id: document.id,
            name: document.name,
            status: document.status,
            flavor: document.flavor,
            volume: document.volume.unwrap_or_default(),
            hostname: document.hostname,
            addresses,
            datastore: document.datastore,
            created: document.created,
            updated: document.updated,
            configuration_id: document.configuration.map(|it| it.id),
            replica_of: document.replica_of.map(|it| it.id),
            replicas: document.replicas,
            available_upgrades,
            ha_id: document.ha_id.filter(|id| !id.is_empty()),
        }
    }
}

fn addresses(ip: &Value, addresses: &Value) -> Vec<String> {
    let entries = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for entry in entries(ip).iter().chain(&entries(addresses)) {
        let address = entry.as_str().or_else(|| entry.get("address")?.as_str());
        if let Some(address) = address
            && !found.iter().any(|it| it == address)
        {
            found.push(address.to_owned());
        }
    }
    found
}

impl Item for Instance {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id")
    }
}
