//! The documents about backups.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::api::status::BackupStatus;
use crate::http::pages::{Item, Paging};
use crate::value::clock::timestamp;
use crate::value::lenient;
use crate::value::source::Source;

/// A backup to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBackup {
    /// What is to be backed up.
    pub source: Source,
    /// The name; need not be unique.
    pub name: String,
    /// A description.
    pub description: Option<String>,
    /// ID of the backup that this one builds on; with it, only the changes since then are stored.
    pub parent_id: Option<String>,
    /// The other regions to copy it to when it is complete, as the service catalog writes them. Each copy
    /// is a backup of its own there, whose ID is not told.
    pub copy_to: Vec<String>,
}

/// A copy of a backup that is to be made in another region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupCopy {
    /// The region, as the service catalog writes it.
    pub region: String,
    /// The name; need not be unique.
    pub name: String,
    /// A description.
    pub description: Option<String>,
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Backup {
    /// Its ID.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// ID of the instance it was made of; `None` for high-availability groups.
    pub instance_id: Option<String>,
    /// ID of the backup it builds on.
    pub parent_id: Option<String>,
    /// Where it lies in Cloud Files, once it does.
    #[serde(rename = "locationRef", default, deserialize_with = "crate::value::lenient::any_text")]
    pub location_ref: Option<String>,
    /// Its size in GB, once it is complete.
    #[serde(default, deserialize_with = "crate::value::lenient::any_number")]
    pub size: Option<f64>,
    /// Its status.
    pub status: BackupStatus,
    /// When it was asked for, in UTC, as the API wrote it.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub created: Option<String>,
    /// When it last changed, in UTC, as the API wrote it.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub updated: Option<String>,
    /// What can restore it.
    pub datastore: Option<BackupDatastore>,
    /// How it was made, such as `InnoBackupEx`.
    #[serde(rename = "type", default, deserialize_with = "crate::value::lenient::any_text")]
    pub kind: Option<String>,
    /// Whether a schedule made it.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_bool")]
    pub is_automated: Option<bool>,
    /// Memory of the instance at that time, in MB.
    #[serde(default, deserialize_with = "crate::value::lenient::any_size")]
    pub flavor_ram: Option<u64>,
    /// Volume of the instance at that time, in GB.
    #[serde(default, deserialize_with = "crate::value::lenient::any_size")]
    pub volume_size: Option<u64>,
    /// What it was made of. Servers of 2014 do not tell it.
    #[serde(default, deserialize_with = "source")]
    pub source: Option<BackupSource>,
}

impl Backup {
    /// When it was asked for; `None` if the API has not told it.
    pub fn created_at(&self) -> Option<Timestamp> {
        timestamp(self.created.as_deref()?)
    }
}

/// The datastore of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BackupDatastore {
    /// Such as `mysql`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Such as `8.0`.
    pub version: Option<String>,
    /// ID of the version.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub version_id: Option<String>,
}

/// What a backup was made of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BackupSource {
    /// `instance`, or `ha` for a high-availability group.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its ID.
    pub id: String,
}

/// A source that nothing depends on: one that is not understood counts as missing.
fn source<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BackupSource>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

impl Item for Backup {
    const PAGING: Paging = Paging::Number;

    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id")
    }
}

impl Backup {
    /// Whether it is what a creation asked for.
    pub(crate) fn is_as_wanted(&self, wish: &NewBackup) -> bool {
        self.is_of(&wish.source)
            && self.name == wish.name
            && self.description == wish.description
            && self.parent_id == wish.parent_id
    }

    /// What it was made of, as far as the API tells.
    pub fn made_of(&self) -> Option<Source> {
        let group = self.group_id().map(|id| Source::HaGroup(id.to_owned()));
        group.or_else(|| self.instance_id.clone().map(Source::Instance))
    }

    /// Whether it was made of that.
    pub fn is_of(&self, source: &Source) -> bool {
        self.made_of().as_ref() == Some(source)
    }

    /// The high-availability group that it was made of.
    pub fn group_id(&self) -> Option<&str> {
        self.source.as_ref().filter(|it| it.kind == "ha").map(|it| it.id.as_str())
    }

    /// Whether it is what that copy of `original` was to be, as far as the two tell of themselves.
    pub(crate) fn is_copy_of(&self, original: &Self, wish: &BackupCopy) -> bool {
        let text = |it: &Option<String>| it.clone().filter(|text| !text.is_empty());
        // It is not said what becomes of the description where the copy is given none.
        let described = match text(&wish.description) {
            None => [None, text(&original.description)].contains(&text(&self.description)),
            wanted => text(&self.description) == wanted,
        };
        self.name == wish.name
            && described
            && alike(self.instance_id.as_ref(), original.instance_id.as_ref())
            && alike(self.source.as_ref(), original.source.as_ref())
            && alike(self.datastore.as_ref().map(kind), original.datastore.as_ref().map(kind))
            && alike(self.flavor_ram, original.flavor_ram)
            && alike(self.volume_size, original.volume_size)
            && alike(self.size.map(f64::to_bits), original.size.map(f64::to_bits))
    }
}

/// The type and the version of a datastore: what has the ID of a version differs between regions.
fn kind(datastore: &BackupDatastore) -> (&str, Option<&str>) {
    (&datastore.kind, datastore.version.as_deref())
}

/// Whether two values are the same, where both are told.
fn alike<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}
