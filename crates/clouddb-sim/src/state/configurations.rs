//! Configuration groups.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::state::datastores::Datastore;
use crate::state::parameters::need_a_restart;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) datastore: Datastore,
    pub(crate) values: Map<String, Value>,
    pub(crate) created: String,
    pub(crate) updated: String,
}

/// A configuration group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigurationSnapshot {
    /// ID.
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Region.
    pub region: String,
    /// Datastore that it is for, such as `mysql`.
    pub datastore: String,
    /// Version of the datastore, such as `8.0`.
    pub datastore_version: String,
    /// What it sets.
    pub values: Map<String, Value>,
    /// True if attaching it asks for a restart.
    pub needs_restart: bool,
}

impl Configuration {
    /// Whether it sets something that takes effect at the next restart only.
    pub(crate) fn needs_restart(&self) -> bool {
        need_a_restart(self.values.keys())
    }

    pub(crate) fn snapshot(&self, region: &str) -> ConfigurationSnapshot {
        ConfigurationSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            region: region.to_owned(),
            datastore: self.datastore.kind.clone(),
            datastore_version: self.datastore.version.clone(),
            values: self.values.clone(),
            needs_restart: self.needs_restart(),
        }
    }
}
