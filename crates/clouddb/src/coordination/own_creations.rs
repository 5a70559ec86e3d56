//! What this client has created, and which names it is creating now.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What this client has created, and which names it is creating now.
#[derive(Default)]
pub(crate) struct OwnCreations {
    ids: Mutex<HashSet<String>>,
    names: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl OwnCreations {
    /// The right to create something of that name.
    pub(crate) fn name(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(names.entry(name.to_owned()).or_default())
    }

    /// Enters the ID of something created.
    pub(crate) fn register(&self, id: &str) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }

    /// Its deletion was accepted.
    pub(crate) fn forget(&self, id: &str) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Whether this client has created what has this ID.
    pub(crate) fn includes(&self, id: &str) -> bool {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}
