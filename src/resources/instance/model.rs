//! An instance as the state holds it.

use clouddb::{Client, DatastoreRef, Error, InstanceStatus, NewInstance};
use tfplug::{Diagnostic, Result};

use crate::datastore::{Datastore, as_listed};
use crate::flavor;
use crate::instance;
use crate::place::Object;
use crate::resources::final_backup::{Condition, Kind, Subject};
use crate::resources::origin;
use crate::resources::restart::AUTOMATIC;

instance::model! {
    /// An instance as the state holds it.
    single Instance {
        pub(super) region: Option<String>,
        pub(super) name: String,
        pub(super) flavor: String,
        pub(super) volume_size: u64,
        pub(super) datastore: Option<Datastore>,
        pub(super) configuration_id: Option<String>,
        pub(super) restart: Option<String>,
        pub(super) replica_of: Option<String>,
        pub(super) upgrade_of: Option<String>,
        pub(super) restore_from_backup_id: Option<String>,
        pub(super) deletion_protection: bool,
        pub(super) final_backup_name: Option<String>,
        pub(super) flavor_ram: Option<u64>,
    }
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

    /// The instance that it follows, as a replica or as an upgrade.
    pub(super) fn source(&self) -> Option<&str> {
        self.replica_of.as_deref().or(self.upgrade_of.as_deref())
    }

    /// The same for its final backup, if it is to have one.
    pub(super) fn backed_up(&self) -> Result<Option<Subject<'_>>> {
        let Some(backup_name) = &self.final_backup_name else { return Ok(None) };
        let (id, name, shown) = (self.id()?, self.name.as_str(), self.shown());
        Ok(Some(Subject { kind: Kind::Instance, id, name, shown, backup_name }))
    }

    /// Its status, as far as backups are concerned.
    pub(super) fn condition(&self) -> Option<Condition> {
        self.status.as_deref().map(|status| Condition::from(&InstanceStatus::from(status)))
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
        let mut datastore = self.datastore.as_ref().and_then(Datastore::reference);
        if let Some(datastore) = &mut datastore {
            as_listed(api, datastore).await;
        }
        let restore_from = self.restore_from_backup_id.clone().filter(|id| id != origin::NONE);
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

    /// An instance that the state has not had so far, with what is known of it in the state's place.
    pub(super) fn imported(self, found: clouddb::Instance, region: Option<String>) -> Self {
        Self { region, ..self.absorb(found) }
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
            None => Ok(flavor::of_id(api, &found.flavor.id).await?.map(|flavor| flavor.ram)),
            known => Ok(known),
        }
    }

    /// The same, with what it upgrades where neither the state nor the status tells that it is an upgrade: a
    /// replica runs the version of its source, and an upgrade another one.
    pub(super) async fn told_apart(
        self,
        api: &Client,
        found: &clouddb::Instance,
    ) -> std::result::Result<Self, Error> {
        let undeclared = found.replica_of.as_deref().filter(|it| self.source() != Some(it));
        let tells = matches!(found.status, InstanceStatus::Active | InstanceStatus::VerifyUpgrade);
        let Some(source) = undeclared.filter(|_| !tells) else { return Ok(self) };
        let version = |it: &clouddb::Instance| it.datastore.as_ref()?.version.clone();
        let runs = api.instances().get(source).await?.as_ref().and_then(version);
        // What is not told is no other version.
        match runs.zip(version(found)) {
            Some((runs, has)) if runs != has => {
                Ok(Self { upgrade_of: found.replica_of.clone(), ..self })
            }
            _ => Ok(self),
        }
    }

    /// The instance that it replicates, and the one that it upgrades. To the API both are the source of a
    /// replica; of one that nobody has declared the status tells. What it was made to upgrade is a memory,
    /// and Terraform lets no plan ignore a configured value that the state does not have.
    fn follows(&self, found: &clouddb::Instance) -> (Option<String>, Option<String>) {
        let Some(source) = &found.replica_of else { return (None, self.upgrade_of.clone()) };
        let declared = self.upgrade_of.as_ref() == Some(source);
        let waits = found.status == InstanceStatus::VerifyUpgrade;
        let source = Some(source.clone());
        if declared || waits && self.replica_of != source { (None, source) } else { (source, None) }
    }

    /// Takes over what the API reports, and keeps the spelling of what means the same.
    pub(super) fn absorb(self, found: clouddb::Instance) -> Self {
        let same_flavor = self.flavor_id.as_ref() == Some(&found.flavor.id);
        let (replica_of, upgrade_of) = self.follows(&found);
        let told = self.told(&found);
        Self {
            name: found.name,
            flavor: if same_flavor { told.flavor } else { found.flavor.id },
            volume_size: found.volume.size,
            datastore: found.datastore.map(|found| Datastore::reconciled(told.datastore, found)),
            configuration_id: found.configuration_id,
            replica_of,
            upgrade_of,
            // A state from before there was the argument has none.
            restart: told.restart.or(Some(AUTOMATIC.to_owned())),
            restore_from_backup_id: told.restore_from_backup_id.or(Some(origin::NONE.to_owned())),
            flavor_ram: found.flavor.ram.or(told.flavor_ram.filter(|_| same_flavor)),
            ..told
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn found(more: &Json) -> clouddb::Instance {
        let mut told = json!({ "id": "i", "name": "web", "status": "ACTIVE",
            "flavor": { "id": "2" }, "volume": { "size": 10 } });
        told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(told).unwrap()
    }

    fn owned(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn the_source_of_an_instance_is_what_it_replicates_or_what_it_upgrades() {
        let follows = |replica_of: &str, upgrade_of: &str, status: &str, source: Option<&str>| {
            let named = |id: &str| (!id.is_empty()).then(|| id.to_owned());
            let state = Instance {
                replica_of: named(replica_of),
                upgrade_of: named(upgrade_of),
                ..Instance::default()
            };
            let source = source.map(|id| json!({ "id": id }));
            let read = state.absorb(found(&json!({ "status": status, "replica_of": source })));
            (read.replica_of, read.upgrade_of)
        };

        assert_eq!(follows("a", "", "ACTIVE", Some("a")), (Some(owned("a")), None));
        assert_eq!(follows("", "", "ACTIVE", Some("a")), (Some(owned("a")), None));
        assert_eq!(follows("", "a", "ACTIVE", Some("a")), (None, Some(owned("a"))), "declared");
        assert_eq!(
            follows("", "", "VERIFY_UPGRADE", Some("a")),
            (None, Some(owned("a"))),
            "its status"
        );
        let upgraded_itself = follows("a", "", "VERIFY_UPGRADE", Some("a"));
        assert_eq!(upgraded_itself, (Some(owned("a")), None), "it was declared a replica");
        let another = follows("b", "", "VERIFY_UPGRADE", Some("a"));
        assert_eq!(another, (None, Some(owned("a"))));
        assert_eq!(
            follows("", "b", "ACTIVE", Some("a")),
            (Some(owned("a")), None),
            "of another one"
        );
        assert_eq!(follows("a", "", "ACTIVE", None), (None, None));
        assert_eq!(follows("", "a", "ACTIVE", None), (None, Some(owned("a"))), "a memory");
    }

    #[test]
    fn a_read_keeps_the_spelling_of_what_is_the_same_and_fills_in_what_an_old_state_lacks() {
        let state = Instance {
            flavor: "1GB Instance".to_owned(),
            flavor_id: Some(owned("2")),
            flavor_ram: Some(1024),
            restart: Some(owned("manual")),
            restore_from_backup_id: Some(owned("k")),
            final_backup_name: Some(owned("last")),
            deletion_protection: true,
            ..Instance::default()
        };

        let same = state.clone().absorb(found(&json!({ "configuration": { "id": "g" } })));
        assert_eq!((same.flavor.as_str(), same.flavor_ram), ("1GB Instance", Some(1024)));
        assert_eq!((same.name.as_str(), same.volume_size), ("web", 10));
        assert_eq!((same.configuration_id, same.status), (Some(owned("g")), Some(owned("ACTIVE"))));
        assert_eq!(
            (same.restart, same.restore_from_backup_id),
            (Some(owned("manual")), Some(owned("k")))
        );
        assert_eq!((same.final_backup_name, same.deletion_protection), (Some(owned("last")), true));

        let resized = state.absorb(found(&json!({ "flavor": { "id": "3" } })));
        assert_eq!((resized.flavor.as_str(), resized.flavor_ram), ("3", None));
        assert_eq!((resized.flavor_id, resized.configuration_id), (Some(owned("3")), None));

        let told = json!({ "flavor": { "id": "2", "ram": 512 },
            "datastore": { "type": "mysql", "version": "8.0" } });
        let old = Instance::default().absorb(found(&told));
        assert_eq!(
            (old.restart, old.restore_from_backup_id),
            (Some(owned(AUTOMATIC)), Some(owned("")))
        );
        let datastore = old.datastore.unwrap();
        assert_eq!(
            (datastore.r#type, datastore.version),
            (Some(owned("mysql")), Some(owned("8.0")))
        );
        assert_eq!(old.flavor_ram, Some(512));
    }

    #[test]
    fn an_imported_instance_has_its_flavor_by_id() {
        let told = json!({ "flavor": { "id": "2", "ram": 1024 } });
        let it = Instance::default().imported(found(&told), Some(owned("DFW")));

        assert_eq!(
            (it.flavor.as_str(), it.flavor_id, it.flavor_ram),
            ("2", Some(owned("2")), Some(1024))
        );
        assert_eq!((it.region, it.id), (Some(owned("DFW")), Some(owned("i"))));
    }

    #[test]
    fn an_instance_has_one_source_and_a_final_backup_if_it_names_one() {
        let of = |replica_of: Option<&str>, upgrade_of: Option<&str>| Instance {
            id: Some(owned("i")),
            replica_of: replica_of.map(str::to_owned),
            upgrade_of: upgrade_of.map(str::to_owned),
            ..Instance::default()
        };
        assert_eq!(of(Some("a"), None).source(), Some("a"));
        assert_eq!(of(None, Some("b")).source(), Some("b"));
        let single = of(None, None);
        assert_eq!(single.source(), None);

        assert!(single.backed_up().unwrap().is_none());
        let last =
            Instance { final_backup_name: Some(owned("last")), name: "web".to_owned(), ..single };
        let subject = last.backed_up().unwrap().unwrap();
        assert_eq!((subject.id, subject.name, subject.backup_name), ("i", "web", "last"));
        assert_eq!(subject.shown, "instance \"web\" (i)");
    }
}
