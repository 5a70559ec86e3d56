//! The documents about high-availability groups.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::api::instances::model::DatastoreRef;
use crate::api::status::HaState;
use crate::http::pages::Item;
use crate::value::lenient::{self, Identified};

/// A high-availability group to be made. All its members have one flavor and one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHaGroup {
    /// The name; need not be unique.
    pub name: String,
    /// ID of the flavor, of at least 1 GB.
    pub flavor_id: String,
    /// Size of the volume of each member in GB.
    pub volume_size: u64,
    /// How many replicas the source has: 1 or 2.
    pub replica_count: u8,
    /// What to run.
    pub datastore: DatastoreRef,
    /// Where it can be reached from, such as `servicenet` or `public`; without any, the default of the
    /// service.
    pub networks: BTreeSet<String>,
    /// The addresses that may connect, each with the length of its prefix; without any, none may.
    pub acls: BTreeSet<String>,
    /// ID of a configuration group to attach.
    pub configuration_id: Option<String>,
}

/// An instance that has replicas and is to become a high-availability group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertedHaGroup {
    /// ID of the instance, which is the source or one of its replicas.
    pub instance_id: String,
    /// The name; need not be unique.
    pub name: String,
    /// As in [`NewHaGroup`].
    pub networks: BTreeSet<String>,
    /// As in [`NewHaGroup`].
    pub acls: BTreeSet<String>,
}

/// A high-availability group. Lists tell its ID, name, state and datastore only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Document")]
pub struct HaGroup {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: HaState,
    /// What it runs.
    pub datastore: Option<DatastoreRef>,
    /// ID of the flavor of its members.
    pub flavor_id: Option<String>,
    /// Size of the volume of each member in GB.
    pub volume_size: Option<u64>,
    /// The member that takes writes.
    pub source: Option<HaMember>,
    /// The members that follow the source.
    pub replicas: Vec<HaMember>,
    /// How it is reached.
    pub networks: Vec<HaNetwork>,
    /// ID of the configuration group attached.
    pub configuration_id: Option<String>,
    /// When it was made, in UTC, as the API wrote it of its source; known only where it was looked for.
    pub(crate) created: Option<String>,
}

/// A member of a high-availability group: an instance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HaMember {
    /// Its ID.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub name: Option<String>,
}

/// A way to reach a high-availability group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HaNetwork {
    /// `read` or `write`.
    pub access: String,
    /// Such as `servicenet` or `public`.
    pub network: String,
    /// The name or the address of the proxies.
    pub address: String,
    /// The port there.
    #[serde(deserialize_with = "crate::value::lenient::size")]
    pub port: u64,
}

/// An address that may connect to a high-availability group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct HaAcl {
    /// The address with the length of its prefix.
    pub(crate) address: String,
}

impl HaGroup {
    /// IDs of all members: the source, then its replicas.
    pub fn member_ids(&self) -> impl Iterator<Item = &str> {
        self.source.iter().chain(&self.replicas).map(|member| member.id.as_str())
    }

    /// The way in for those who write, or those who read, on one network.
    pub fn endpoint(&self, access: &str) -> Option<&HaNetwork> {
        self.networks.iter().find(|it| it.access.eq_ignore_ascii_case(access))
    }

    /// Whether its members run that version.
    pub(crate) fn runs(&self, software: &DatastoreRef) -> bool {
        let is_it = |it: &DatastoreRef| {
            it.kind.eq_ignore_ascii_case(&software.kind) && it.version == software.version
        };
        self.datastore.as_ref().is_some_and(is_it)
    }

    /// Whether it is what became of that instance. What the API does not tell may be so.
    pub(crate) fn is_made_of(&self, wish: &ConvertedHaGroup) -> bool {
        let mut members = self.member_ids().peekable();
        let is_told = members.peek().is_some();
        self.name == wish.name && (!is_told || members.any(|id| id == wish.instance_id))
    }

    /// Whether it is what a creation asked for. What the API does not tell may be so.
    pub(crate) fn is_as_wanted(&self, wish: &NewHaGroup) -> bool {
        self.name == wish.name
            && self.flavor_id.as_ref().is_none_or(|it| *it == wish.flavor_id)
            && self.volume_size.is_none_or(|it| it == wish.volume_size)
    }
}

/// As the API writes it.
#[derive(Deserialize)]
struct Document {
    #[serde(deserialize_with = "crate::value::lenient::id")]
    id: String,
    #[serde(default)]
    name: String,
    state: HaState,
    #[serde(default)]
    datastore: Option<DatastoreRef>,
    #[serde(default)]
    flavor: Option<Identified>,
    #[serde(default)]
    volume: Option<Volume>,
    #[serde(default, deserialize_with = "crate::value::lenient::list")]
    replica_source: Vec<HaMember>,
    #[serde(default, deserialize_with = "crate::value::lenient::list")]
    replicas: Vec<HaMember>,
    /// Nothing depends on them but what is shown.
    #[serde(default)]
    networks: Value,
    #[serde(default)]
    configuration: Option<Identified>,
}

#[derive(Deserialize)]
struct Volume {
    #[serde(deserialize_with = "crate::value::lenient::size")]
    size: u64,
}

impl From<Document> for HaGroup {
    fn from(document: Document) -> Self {
        Self {
            id: document.id,
            name: document.name,
            state: document.state,
            datastore: document.datastore,
            flavor_id: document.flavor.map(|it| it.id),
            volume_size: document.volume.map(|it| it.size),
            source: document.replica_source.into_iter().next(),
            replicas: document.replicas,
            networks: networks(&document.networks),
            configuration_id: document.configuration.map(|it| it.id),
            created: None,
        }
    }
}

/// Those of the networks that are understood.
fn networks(told: &Value) -> Vec<HaNetwork> {
    let all = told.as_array().into_iter().flatten();
    all.filter_map(|it| HaNetwork::deserialize(it).ok()).collect()
}

impl Item for HaGroup {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id")
    }
}

impl Item for HaAcl {
    type Key = String;

    fn key(&self) -> String {
        self.address.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "address")
    }
}
