//! The document about limits: one list with the absolute ones and those on the rate of calls.

use serde::Deserialize;
use serde_json::Value;

/// The most that the account may have; `None` where there is no limit or none is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Sum of all volumes, in GB.
    pub volumes: Option<u64>,
}

/// As the API writes it.
#[derive(Deserialize)]
pub(crate) struct Document {
    limits: Vec<Value>,
}

impl From<Document> for Limits {
    fn from(document: Document) -> Self {
        let absolute = document.limits.iter().find(|it| {
            it.get("verb").and_then(Value::as_str).is_some_and(|verb| verb == "ABSOLUTE")
        });
        // A negative one stands for none.
        let limit = |name: &str| absolute.and_then(|it| it.get(name)).and_then(Value::as_u64);
        Self { volumes: limit("max_volumes") }
    }
}
