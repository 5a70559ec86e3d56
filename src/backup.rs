//! What the API tells of a backup: the same for the resource and for both data sources.

use serde::{Deserialize, Serialize};
use tfplug::schema::{Attribute, boolean, number, string};

use crate::datastore::{self, Datastore};

/// A backup as Terraform holds it, in the state of a resource and in the answer of a data source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Backup {
    pub(crate) id: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) instance_id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) parent_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) size: Option<f64>,
    pub(crate) datastore: Option<Datastore>,
    pub(crate) location_ref: Option<String>,
    pub(crate) r#type: Option<String>,
    pub(crate) is_automated: Option<bool>,
    pub(crate) created: Option<String>,
    pub(crate) updated: Option<String>,
}

/// What nobody can configure: the API alone tells it. A resource plans with the values of its
/// state, since a backup that is complete does not change.
pub(crate) fn computed() -> Vec<(&'static str, Attribute)> {
    let it = vec![
        ("status", string().describe("Status, such as `COMPLETED` or `FAILED`.")),
        ("size", number().describe("Size in GB.")),
        (
            "datastore",
            datastore::attribute("The database software that the backup was taken from."),
        ),
        ("location_ref", string().describe("Address of the backup file in Cloud Files.")),
        ("type", string().describe("How the backup was made, such as `InnoBackupEx`.")),
        ("is_automated", boolean().describe("Whether a schedule made it, and nobody by hand.")),
        ("created", string().describe("Time of creation, UTC.")),
        ("updated", string().describe("Time of the last change, UTC.")),
    ];
    it.into_iter().map(|(name, it)| (name, it.computed().use_state_for_unknown())).collect()
}

/// What a data source tells of a backup beside its ID and its instance's: also what the resource
/// takes as arguments.
pub(crate) fn told() -> Vec<(&'static str, Attribute)> {
    let mut told = vec![
        ("name", string().computed().describe("Name of the backup.")),
        ("description", string().computed().describe("Description of the backup.")),
        ("parent_id", string().computed().describe("ID of the backup that this one builds on.")),
    ];
    told.extend(computed());
    told
}

impl Backup {
    /// What the API tells of a backup in that region.
    pub(crate) fn told(found: clouddb::Backup, region: Option<String>) -> Self {
        Self {
            id: Some(found.id),
            region,
            instance_id: found.instance_id,
            name: Some(found.name),
            description: found.description.filter(|text| !text.is_empty()),
            parent_id: found.parent_id,
            status: Some(found.status.to_string()),
            size: found.size,
            datastore: found
                .datastore
                .map(|it| Datastore { r#type: Some(it.kind), version: it.version }),
            location_ref: found.location_ref,
            r#type: found.kind,
            is_automated: found.is_automated,
            created: found.created,
            updated: found.updated,
        }
    }
}
