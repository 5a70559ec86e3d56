//! What the harness answers: objects, plans and results.

use serde_json::Value as Json;

use super::json::to_json;
use crate::context::Private;
use crate::diagnostic::Diagnostics;
use crate::value::Value;

/// An object in the state.
#[derive(Debug, Clone)]
pub struct Object {
    pub(super) state: Value,
    pub(super) identity: Value,
    pub(super) private: Private,
    pub(super) tainted: bool,
}

impl Object {
    /// The state.
    pub fn json(&self) -> Json {
        to_json(&self.state)
    }

    /// One attribute of the state; null if it does not exist.
    pub fn get(&self, name: &str) -> Json {
        self.state.get(name).map_or(Json::Null, to_json)
    }

    /// The identity; null if the state has none.
    pub fn identity(&self) -> Json {
        to_json(&self.identity)
    }

    /// The same object as a version of Terraform before 1.12 knows it.
    #[must_use]
    pub fn without_identity(self) -> Self {
        Self { identity: Value::Null, ..self }
    }

    /// What is stored beside the state under `key`.
    pub fn private(&self, key: &str) -> Option<&Json> {
        self.private.get(key)
    }

    /// Whether its creation failed, so that the next apply replaces it.
    pub fn is_tainted(&self) -> bool {
        self.tainted
    }
}

/// What Terraform is going to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing changes.
    NoOp,
    /// A new object.
    Create,
    /// A change in place.
    Update,
    /// The object is destroyed and made again.
    Replace,
    /// The object is destroyed.
    Destroy,
}

/// The answer to `terraform plan`.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is going to be done.
    pub action: Action,
    /// The paths that need another object.
    pub requires_replace: Vec<String>,
    /// What the user is told.
    pub diagnostics: Diagnostics,
    pub(super) planned: Value,
    pub(super) identity: Value,
    pub(super) private: Private,
}

impl Plan {
    /// The planned object, with [`UNKNOWN`](super::UNKNOWN) for what is not known yet.
    pub fn json(&self) -> Json {
        to_json(&self.planned)
    }

    /// The planned identity; null if it is not known yet.
    pub fn identity(&self) -> Json {
        to_json(&self.identity)
    }

    /// One planned attribute; null if it does not exist.
    pub fn get(&self, name: &str) -> Json {
        self.planned.get(name).map_or(Json::Null, to_json)
    }
}

/// The answer to `terraform apply`, to a refresh or to an import.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The object in the state afterwards.
    pub object: Option<Object>,
    /// What the user is told.
    pub diagnostics: Diagnostics,
}
