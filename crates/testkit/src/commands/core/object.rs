//! What the state holds, and what is to be done to it.

use std::collections::BTreeMap;

use tfplug::value::Value;

/// An object in the state.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) kind: String,
    pub(super) value: Value,
    pub(super) private: Vec<u8>,
    pub(super) tainted: bool,
    /// Its place in the configuration: what has a higher one may depend on it.
    pub(super) rank: usize,
    pub(super) depends_on: Vec<String>,
}

/// What is known while a command runs: what the state holds, or will hold.
pub(super) type Working = BTreeMap<String, Value>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    NoOp,
    Create,
    Update,
    Replace,
    Destroy,
}

/// What is to be done to one object.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) address: String,
    pub(super) action: Action,
    pub(super) planned: Value,
    /// What the plan leaves for the apply, also for the deletion of what is replaced.
    pub(super) private: Vec<u8>,
    pub(super) rank: usize,
    /// Whether the object to be replaced or destroyed is a failed creation.
    pub(super) tainted: bool,
}
