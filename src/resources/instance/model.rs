//! An instance as the state holds it.

use clouddb::{Client, DatastoreRef, Error, NewInstance};
use serde::{Deserialize, Serialize};
use tfplug::{Diagnostic, Result};

/// An instance as the state holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) flavor: String,
    pub(super) volume_size: u64,
    pub(super) datastore: Option<Datastore>,
    pub(super) configuration_id: Option<String>,
    pub(super) replica_of: Option<String>,
    pub(super) restore_from_backup_id: Option<String>,
    pub(super) deletion_protection: bool,
    pub(super) final_backup_name: Option<String>,
    pub(super) hostname: Option<String>,
    pub(super) addresses: Option<Vec<String>>,
    pub(super) status: Option<String>,
    pub(super) flavor_id: Option<String>,
    pub(super) flavor_ram: Option<u64>,
    pub(super) created: Option<String>,
    pub(super) updated: Option<String>,
}

/// The database software of an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Datastore {
    pub(super) r#type: Option<String>,
    pub(super) version: Option<String>,
}

impl Instance {
    pub(super) fn id(&self) -> Result<&str> {
        self.id
            .as_deref()
            .ok_or_else(|| Diagnostic::bug("An instance in the state has no ID.").into())
    }

    /// `instance "web" (ID)`, for messages.
    pub(super) fn shown(&self) -> String {
        format!("instance \"{}\" ({})", self.name, self.id.as_deref().unwrap_or("no ID"))
    }

    /// The request that makes this instance.
    ///
    /// A restore names the backup's datastore, because the API would otherwise take the default
    /// version and refuse the backup as one of another datastore.
    pub(super) async fn as_new(&self, api: &Client) -> std::result::Result<NewInstance, Error> {
        let mut datastore = self.datastore.as_ref().and_then(Datastore::as_ref);
        if let (None, Some(backup)) = (&datastore, &self.restore_from_backup_id) {
            let backup = api.backups().get(backup).await?.ok_or_else(|| {
                Error::Invalid(format!("There is no backup with the ID {backup} to restore from"))
            })?;
            datastore = backup
                .datastore
                .map(|of_backup| DatastoreRef { kind: of_backup.kind, version: of_backup.version });
        }
        Ok(NewInstance {
            name: self.name.clone(),
            flavor_id: self.flavor_id.clone().unwrap_or_else(|| self.flavor.clone()),
            volume_size: self.volume_size,
            datastore,
            configuration_id: self.configuration_id.clone(),
            replica_of: self.replica_of.clone(),
            restore_from: self.restore_from_backup_id.clone(),
        })
    }

    /// Takes over what the API reports, and keeps the spelling of what means the same.
    pub(super) fn absorb(self, found: clouddb::Instance) -> Self {
        let same_flavor = self.flavor_id.as_ref() == Some(&found.flavor.id);
        Self {
            id: Some(found.id),
            name: found.name,
            flavor: if same_flavor { self.flavor } else { found.flavor.id.clone() },
            volume_size: found.volume.size,
            datastore: found.datastore.map(|found| Datastore::absorb(self.datastore, found)),
            configuration_id: found.configuration_id,
            replica_of: found.replica_of,
            restore_from_backup_id: self.restore_from_backup_id,
            deletion_protection: self.deletion_protection,
            final_backup_name: self.final_backup_name,
            hostname: found.hostname,
            addresses: Some(found.addresses),
            status: Some(found.status.to_string()),
            flavor_ram: found.flavor.ram.or(self.flavor_ram.filter(|_| same_flavor)),
            flavor_id: Some(found.flavor.id),
            created: found.created,
            updated: found.updated,
        }
    }
}

impl Datastore {
    pub(super) fn as_ref(&self) -> Option<DatastoreRef> {
        let kind = self.r#type.clone()?;
        Some(DatastoreRef { kind, version: self.version.clone() })
    }

    /// `MySQL` and `mysql` are one datastore; a version may be given by its ID.
    pub(super) fn absorb(known: Option<Self>, found: DatastoreRef) -> Self {
        let known = known.unwrap_or(Self { r#type: None, version: None });
        let by_id = |version: &String| crate::rules::is_id(version);
        Self {
            r#type: match known.r#type {
                Some(known) if known.eq_ignore_ascii_case(&found.kind) => Some(known),
                _ => Some(found.kind),
            },
            version: known.version.filter(by_id).or(found.version),
        }
    }
}
