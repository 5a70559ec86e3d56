//! A database instance: a MySQL server of its own with memory (the flavor) and a disk (the volume).
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Database instances".
//!
//! Quirks: names are not unique, so only the ID identifies an instance. Flavor and volume are two
//! actions, and a request that holds both does only one of them. A resize that fails goes back to
//! ACTIVE at the old size, so the size is compared and not only the status.

mod change;
mod final_backup;
mod plan;
mod schema;

use clouddb::{Client, DatastoreRef, Error, InstanceStatus, NewInstance};
use serde::{Deserialize, Serialize};
use tfplug::schema::Schema;
use tfplug::{Context, Diagnostic, Diagnostics, PlanContext, Resource, Result};

use super::delete_until_gone;
use super::namesake::Managed;
use super::protection;
use crate::failure;
use crate::provider::api;

/// The resource `rackspace_db_instance`.
#[derive(Default)]
pub(crate) struct Instances {
    managed: Managed,
}

/// An instance as the state holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    id: Option<String>,
    name: String,
    flavor: String,
    volume_size: u64,
    datastore: Option<Datastore>,
    configuration_id: Option<String>,
    replica_of: Option<String>,
    restore_from_backup_id: Option<String>,
    deletion_protection: bool,
    final_backup_name: Option<String>,
    hostname: Option<String>,
    addresses: Option<Vec<String>>,
    status: Option<String>,
    flavor_id: Option<String>,
    flavor_ram: Option<u64>,
    created: Option<String>,
    updated: Option<String>,
}

/// The database software of an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Datastore {
    r#type: Option<String>,
    version: Option<String>,
}

impl Resource for Instances {
    type Client = Client;
    type Model = Instance;
    type Plan = plan::Instance;
    const NAME: &'static str = "rackspace_db_instance";

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn validate(&self, config: plan::Instance, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut tfplug::Change<plan::Instance>,
    ) -> Result<()> {
        plan::plan(cx, change).await?;
        plan::warn_of_namesakes(cx, change, &self.managed).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Instance) -> Result<()> {
        if prior.deletion_protection {
            return Err(protection::refuse_plan("Instance", &prior.shown()));
        }
        final_backup::plan(cx, &prior).await
    }

    async fn create(&self, cx: &Context<Client>, plan: Instance) -> Result<Instance> {
        let doing = format!("Unable to create instance \"{}\"", plan.name);
        let api = api(cx);
        let new = plan.as_new(&api).await.map_err(|error| failure::report(&doing, &error))?;
        let made =
            api.instances().create(&new).await.map_err(|error| failure::report(&doing, &error))?;
        Ok(plan.absorb(made))
    }

    async fn settle(&self, cx: &Context<Client>, made: &Instance) -> Result<()> {
        let id = made.id()?;
        api(cx).instances().wait_until_built(id).await.map_err(|error| {
            failure::report(
                format!("Instance \"{}\" ({id}) did not become ready", made.name),
                &error,
            )
        })?;
        Ok(())
    }

    async fn read(&self, cx: &Context<Client>, state: Instance) -> Result<Option<Instance>> {
        let id = state.id()?.to_owned();
        self.managed.note(&id);
        let doing = || format!("Unable to read instance \"{}\" ({id})", state.name);
        let api = api(cx);
        let found =
            api.instances().get(&id).await.map_err(|error| failure::report(doing(), &error))?;
        let Some(found) = found else { return Ok(None) };
        if found.configuration_id != state.configuration_id
            && found.status == InstanceStatus::RestartRequired
        {
            // An apply ended between the change of the group and the restart, and could not say so.
            cx.set_private(change::RESTART_PENDING, &true);
        }
        let ram = match found.flavor.ram {
            None if state.flavor_id.as_ref() != Some(&found.flavor.id)
                || state.flavor_ram.is_none() =>
            {
                let flavor = api.flavors().get(&found.flavor.id).await;
                flavor.map_err(|error| failure::report(doing(), &error))?.map(|flavor| flavor.ram)
            }
            known => known.or(state.flavor_ram),
        };
        let mut read = state.absorb(found);
        read.flavor_ram = ram;
        Ok(Some(read))
    }

    async fn update(&self, cx: &Context<Client>, prior: Instance, plan: Instance) -> Result<()> {
        change::apply(cx, &prior, &plan).await
    }

    async fn delete(&self, cx: &Context<Client>, state: Instance) -> Result<()> {
        if state.deletion_protection {
            return Err(protection::refuse_deletion("Instance", &state.shown()));
        }
        final_backup::take(cx, &state).await?;
        let id = state.id()?;
        let instances = api(cx).instances();
        let gone = delete_until_gone(instances.delete(id), instances.wait_until_gone(id)).await;
        gone.map_err(|error| {
            failure::report(format!("Unable to delete instance \"{}\" ({id})", state.name), &error)
        })
    }

    async fn import(&self, cx: &Context<Client>, id: &str) -> Result<Instance> {
        let doing = format!("Unable to import instance {id}");
        let found =
            api(cx).instances().get(id).await.map_err(|error| failure::report(&doing, &error))?;
        let found = found.ok_or_else(|| {
            Diagnostic::error(doing).detail(format!(
                "There is no instance with the ID \"{id}\" in this account and region. The data source rackspace_db_instances lists those that exist."
            ))
        })?;
        let blank = Instance {
            id: None,
            name: String::new(),
            flavor: found.flavor.id.clone(),
            volume_size: 0,
            datastore: None,
            configuration_id: None,
            replica_of: None,
            restore_from_backup_id: None,
            deletion_protection: false,
            final_backup_name: None,
            hostname: None,
            addresses: None,
            status: None,
            flavor_id: None,
            flavor_ram: None,
            created: None,
            updated: None,
        };
        Ok(blank.absorb(found))
    }
}

impl Instance {
    fn id(&self) -> Result<&str> {
        self.id
            .as_deref()
            .ok_or_else(|| Diagnostic::bug("An instance in the state has no ID.").into())
    }

    /// `instance "web" (ID)`, for messages.
    fn shown(&self) -> String {
        format!("instance \"{}\" ({})", self.name, self.id.as_deref().unwrap_or("no ID"))
    }

    /// The request that makes this instance.
    ///
    /// A restore names the backup's datastore, because the API would otherwise take the default
    /// version and refuse the backup as one of another datastore.
    async fn as_new(&self, api: &Client) -> std::result::Result<NewInstance, Error> {
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
    fn absorb(self, found: clouddb::Instance) -> Self {
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
    fn as_ref(&self) -> Option<DatastoreRef> {
        let kind = self.r#type.clone()?;
        Some(DatastoreRef { kind, version: self.version.clone() })
    }

    /// `MySQL` and `mysql` are one datastore; a version may be given by its ID.
    fn absorb(known: Option<Self>, found: DatastoreRef) -> Self {
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
