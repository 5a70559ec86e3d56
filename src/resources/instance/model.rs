//! An instance as the state holds it.

use clouddb::{Client, DatastoreRef, Error, Flavor, NewInstance};
use tfplug::{Diagnostic, Result};

use crate::datastore::Datastore;
use crate::instance;
use crate::place::Object;

instance::model! {
    /// An instance as the state holds it.
    single Instance {
        pub(super) region: Option<String>,
        pub(super) name: String,
        pub(super) flavor: String,
        pub(super) volume_size: u64,
        pub(super) datastore: Option<Datastore>,
        pub(super) configuration_id: Option<String>,
        pub(super) replica_of: Option<String>,
        pub(super) restore_from_backup_id: Option<String>,
        pub(super) deletion_protection: bool,
        pub(super) final_backup_name: Option<String>,
        pub(super) flavor_ram: Option<u64>,
    }
}

/// What stands for no backup in `restore_from_backup_id`. Terraform lets a plan keep the value of the
/// state beside another one in the configuration, but not if there is none.
pub(super) const NOT_RESTORED: &str = "";

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

    /// Where it lives.
    pub(super) fn place(&self) -> Object<'_> {
        Object { shown: self.shown(), region: self.region.as_deref(), instance_id: None }
    }

    /// The request that makes this instance.
    ///
    /// A restore names the backup's datastore, because the API would otherwise take the default
    /// version and refuse the backup as one of another datastore.
    pub(super) async fn as_new(&self, api: &Client) -> std::result::Result<NewInstance, Error> {
        let mut datastore = self.datastore.as_ref().and_then(reference);
        if let Some(datastore) = &mut datastore {
            as_listed(api, datastore).await;
        }
        let restore_from = self.restore_from_backup_id.clone().filter(|id| id != NOT_RESTORED);
        if let (None, Some(backup)) = (&datastore, &restore_from) {
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
            restore_from,
        })
    }

    /// An instance that the state has not had so far.
    pub(super) fn imported(found: clouddb::Instance, region: Option<String>) -> Self {
        let blank = Self { flavor: found.flavor.id.clone(), ..Self::default() };
        Self { region, ..blank.absorb(found) }
    }

    /// The RAM of the flavor that the instance has now, which the flavor itself tells where the instance
    /// does not.
    pub(super) async fn ram(
        &self,
        api: &Client,
        found: &clouddb::Instance,
    ) -> std::result::Result<Option<u64>, Error> {
        let same_flavor = self.flavor_id.as_ref() == Some(&found.flavor.id);
        match found.flavor.ram.or(self.flavor_ram.filter(|_| same_flavor)) {
            None => Ok(flavor(api, &found.flavor.id).await?.map(|flavor| flavor.ram)),
            known => Ok(known),
        }
    }

    /// Takes over what the API reports, and keeps the spelling of what means the same.
    pub(super) fn absorb(self, found: clouddb::Instance) -> Self {
        let same_flavor = self.flavor_id.as_ref() == Some(&found.flavor.id);
        let told = self.told(&found);
        Self {
            name: found.name,
            flavor: if same_flavor { told.flavor } else { found.flavor.id },
            volume_size: found.volume.size,
            datastore: found.datastore.map(|found| reconciled(told.datastore, found)),
            configuration_id: found.configuration_id,
            replica_of: found.replica_of,
            restore_from_backup_id: told.restore_from_backup_id.or(Some(NOT_RESTORED.to_owned())),
            flavor_ram: found.flavor.ram.or(told.flavor_ram.filter(|_| same_flavor)),
            ..told
        }
    }
}

/// The flavor with that ID: from the list, which many instances share, or one that is not on offer any
/// more.
async fn flavor(api: &Client, id: &str) -> std::result::Result<Option<Flavor>, Error> {
    let listed = api.flavors().list().await?;
    match listed.into_iter().find(|flavor| flavor.id == id) {
        None => api.flavors().get(id).await,
        found => Ok(found),
    }
}

fn reference(datastore: &Datastore) -> Option<DatastoreRef> {
    let kind = datastore.r#type.clone()?;
    Some(DatastoreRef { kind, version: datastore.version.clone() })
}

/// Spells the type as the service lists it, which compares letters with their case. Where it lists
/// nothing, it says itself what it does not know.
async fn as_listed(api: &Client, datastore: &mut DatastoreRef) {
    let Ok(listed) = api.datastores().list().await else { return };
    let exact = listed.iter().any(|it| it.name == datastore.kind);
    let alike = listed.into_iter().find(|it| it.name.eq_ignore_ascii_case(&datastore.kind));
    if let (false, Some(alike)) = (exact, alike) {
        datastore.kind = alike.name;
    }
}

/// `MySQL` and `mysql` are one datastore; a version may be given by its ID.
fn reconciled(known: Option<Datastore>, found: DatastoreRef) -> Datastore {
    let known = known.unwrap_or(Datastore { r#type: None, version: None });
    let by_id = |version: &String| crate::rules::is_id(version);
    Datastore {
        r#type: match known.r#type {
            Some(known) if known.eq_ignore_ascii_case(&found.kind) => Some(known),
            _ => Some(found.kind),
        },
        version: known.version.filter(by_id).or(found.version),
    }
}
