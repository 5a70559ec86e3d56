//! What the API tells of a backup: the same for the resource and for both data sources.

pub(crate) mod copying;

use clouddb::Client;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Attribute, boolean, integer, number, object, string};

use crate::datastore::{self, Datastore};
use crate::place::Answer;
use crate::rules;

/// Declares a model that has all that a backup has, and arguments of its own beside that. It is a macro
/// because a struct that serde flattens tells nobody its fields, and the proof that model and schema agree
/// needs them. What is a field here is an attribute below.
macro_rules! model {
    (@fields $of:ident $own:tt) => {
        $crate::backup::model! { @$of $own {
            id: Option<String>,
            region: Option<String>,
            instance_id: Option<String>,
            name: Option<String>,
            description: Option<String>,
            parent_id: Option<String>,
            status: Option<String>,
            size: Option<f64>,
            stored_volume_size: Option<u64>,
            flavor_ram: Option<u64>,
            source: Option<$crate::backup::Source>,
            datastore: Option<$crate::datastore::Datastore>,
            location_ref: Option<String>,
            r#type: Option<String>,
            is_automated: Option<bool>,
            created: Option<String>,
            updated: Option<String>,
        } }
    };
    (@backup {} { $($field:ident: $type:ty,)* }) => {
        /// What Terraform holds of a backup, in states and in the answers of data sources.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub(crate) struct Backup {
            $(pub(crate) $field: $type,)*
        }
    };
    (
        @beside { $(#[$about:meta])* $name:ident { $($own:ident: $own_type:ty,)* } }
        { $($field:ident: $type:ty,)* }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        pub(crate) struct $name {
            $(pub(crate) $own: $own_type,)*
            $(pub(crate) $field: $type,)*
        }

        impl From<&$name> for $crate::backup::Backup {
            fn from(it: &$name) -> Self {
                let it = it.clone();
                Self { $($field: it.$field,)* }
            }
        }

        impl $name {
            /// That backup, with these arguments.
            pub(crate) fn of(it: $crate::backup::Backup, $($own: $own_type),*) -> Self {
                Self { $($own,)* $($field: it.$field,)* }
            }

            /// The same arguments, with that backup.
            fn with(self, it: $crate::backup::Backup) -> Self {
                Self::of(it, $(self.$own),*)
            }
        }
    };
    ($($model:tt)*) => {
        $crate::backup::model! { @fields beside { $($model)* } }
    };
}
pub(crate) use model;

model! { @fields backup {} }

/// What a backup was made of, as the API tells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Source {
    r#type: Option<String>,
    id: Option<String>,
}

/// How a backup is looked for.
pub(crate) fn look(id: &str) -> impl Fn(Client) -> Answer<clouddb::Backup> + use<> {
    let id = id.to_owned();
    move |api| {
        let (backups, id) = (api.backups(), id.clone());
        Box::pin(async move { backups.get(&id).await })
    }
}

/// What nobody can configure: the API alone tells it. A resource plans with the values of its
/// state, since a backup that is complete does not change.
pub(crate) fn computed() -> Vec<(&'static str, Attribute)> {
    let it = vec![
        ("status", string().describe("Status, such as `COMPLETED` or `FAILED`.")),
        ("size", number().describe("Size in GB.")),
        ("stored_volume_size", integer().describe(
            "Size in GB of the volume that the backup was made from; the `volume_size` with which a restored instance is as large as that one was. Null where the service does not tell it.",
        )),
        ("flavor_ram", integer().describe(
            "Memory in MB of the instance that the backup was made from; as the `flavor` of a restored instance it gives the same. Null where the service does not tell it.",
        )),
        ("source", source()),
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

fn source() -> Attribute {
    object()
        .attribute(
            "type",
            string().computed().describe("`instance`, or `ha` for a high-availability group."),
        )
        .attribute("id", string().computed().describe("ID of the instance or the group."))
        .describe("What the backup was made of. Null where the service does not tell it.")
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

/// Which backups a data source asks for.
#[derive(Default)]
pub(crate) struct Filter<'a> {
    /// Of this instance.
    pub(crate) instance_id: Option<&'a str>,
    /// Of this high-availability group.
    pub(crate) group_id: Option<&'a str>,
    /// Made by a schedule, or by hand.
    pub(crate) automated: Option<bool>,
    /// Made of an instance, or of a high-availability group.
    pub(crate) source_type: Option<&'a str>,
    /// Made after that time, in RFC 3339.
    pub(crate) newer_than: Option<&'a str>,
}

impl Filter<'_> {
    pub(crate) fn asks_for(&self, it: &clouddb::Backup) -> bool {
        // A server without schedules makes none by a schedule, and tells of none.
        let automated = it.is_automated.unwrap_or_default();
        let after = self.newer_than.and_then(|it| it.parse::<Timestamp>().ok());
        self.instance_id.is_none_or(|id| it.instance_id.as_deref() == Some(id))
            && self.group_id.is_none_or(|id| it.group_id() == Some(id))
            && self.automated.is_none_or(|wanted| automated == wanted)
            && self.source_type.is_none_or(|wanted| source_type(it) == Some(wanted))
            && after.is_none_or(|after| it.created_at().is_some_and(|made| made > after))
    }
}

/// What kind of thing it was made of: where the service does not tell it, the ID of an instance does.
fn source_type(it: &clouddb::Backup) -> Option<&str> {
    let instance = it.instance_id.as_ref().map(|_| INSTANCE);
    it.source.as_ref().map(|source| source.kind.as_str()).or(instance)
}

/// The kinds of things that backups are made of, as the API names them.
pub(crate) const INSTANCE: &str = "instance";
pub(crate) const GROUP: &str = "ha";

/// The arguments of both data sources that choose by how a backup was made.
pub(crate) fn chosen() -> [(&'static str, Attribute); 2] {
    [
        ("automated", boolean().optional().describe(
            "`true` for backups that a schedule made, `false` for those made by hand. One of which the service does not tell it counts as made by hand.",
        )),
        ("newer_than", string().optional().validator(rules::time()).describe(
            "Only backups that were made after this time in RFC 3339, such as `2026-01-31T00:00:00Z`, as the functions `plantimestamp` and `timeadd` give it.",
        )),
    ]
}

impl Backup {
    /// The high-availability group that it was made of.
    pub(crate) fn group_id(&self) -> Option<&str> {
        let source = self.source.as_ref()?;
        source.id.as_deref().filter(|_| source.r#type.as_deref() == Some(GROUP))
    }

    /// What it was made of, as far as the API tells.
    pub(crate) fn made_of(&self) -> Option<clouddb::Source> {
        let group = self.group_id().map(|id| clouddb::Source::HaGroup(id.to_owned()));
        group.or_else(|| self.instance_id.clone().map(clouddb::Source::Instance))
    }

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
            stored_volume_size: found.volume_size,
            flavor_ram: found.flavor_ram,
            source: found.source.map(|it| Source { r#type: Some(it.kind), id: Some(it.id) }),
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
