//! The databases of an instance.

use serde::{Deserialize, Serialize};

use crate::engine::change::Change;
use crate::state::lag::Lag;

/// A database; its name is its key in the guest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Database {
    pub(crate) character_set: String,
    pub(crate) collate: String,
    pub(crate) lag: Lag,
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

impl Database {
    /// A database that listings show at once.
    pub(crate) fn new(character_set: String, collate: String) -> Self {
        Self { character_set, collate, lag: Lag::None }
    }

    /// What makes it in a server.
    pub(crate) fn creation<'a>(&'a self, name: &'a str) -> Change<'a> {
        Change::CreateDatabase { name, character_set: &self.character_set, collate: &self.collate }
    }

    pub(crate) fn snapshot(&self, name: &str) -> DatabaseSnapshot {
        DatabaseSnapshot {
            name: name.into(),
            character_set: self.character_set.clone(),
            collate: self.collate.clone(),
        }
    }
}
