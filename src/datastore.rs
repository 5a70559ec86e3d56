//! The database software, as instances and backups name it.

use serde::{Deserialize, Serialize};
use tfplug::schema::{Attribute, object, string};

/// The database software of an instance or a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Datastore {
    pub(crate) r#type: Option<String>,
    pub(crate) version: Option<String>,
}

/// The nested object for a datastore that the API tells.
pub(crate) fn attribute(description: &str) -> Attribute {
    object()
        .attribute(
            "type",
            string().computed().describe("Kind of database software, such as `mysql`."),
        )
        .attribute("version", string().computed().describe("Version of the database software."))
        .computed()
        .describe(description)
}

impl From<clouddb::DatastoreRef> for Datastore {
    fn from(found: clouddb::DatastoreRef) -> Self {
        Self { r#type: Some(found.kind), version: found.version }
    }
}
