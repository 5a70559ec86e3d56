//! Configuration groups.

use serde::Serialize;

use crate::state::datastores::Datastore;

#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) datastore: Datastore,
    /// Attaching it asks for a restart.
    pub(crate) needs_restart: bool,
    pub(crate) created: String,
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

impl Configuration {
    pub(crate) fn snapshot(&self) -> ConfigurationSnapshot {
        ConfigurationSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            needs_restart: self.needs_restart,
        }
    }
}
