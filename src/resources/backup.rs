//! A backup of an instance, from which a new instance can be made.
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Backups".
//!
//! Quirks: while a backup runs, its instance refuses changes, and a second backup. A backup
//! outlives its instance. Deleting one deletes the incremental backups made from it. Backups need
//! access to Cloud Files; a user without it gets a 401 that no new login cures.

use std::time::Duration;

use clouddb::{Client, NewBackup};
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Timeouts, Validator, string};
use tfplug::value::Attr;
use tfplug::{Change, Context, Diagnostic, PlanContext, Resource, Result};

use super::deletion::delete_until_gone;
use super::namesake::{self, Managed, Namesake};
use crate::api::{api, planning_api};
use crate::backup::{self, Backup};
use crate::{failure, rules};

/// The resource `rackspace_db_backup`.
#[derive(Default)]
pub(crate) struct Backups {
    managed: Managed,
}

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    instance_id: Attr<String>,
    name: Attr<String>,
}

impl Resource for Backups {
    type Client = Client;
    type Model = Backup;
    type Plan = Plan;
    const NAME: &'static str = "rackspace_db_backup";

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Manages a backup of an instance. Creating it waits until the backup is complete.\n\n\
             The API cannot change a backup: a change of any argument makes a new one and deletes the old. \
             Backups outlive their instance; deleting a backup also deletes the incremental backups made from it.",
        )
        .attribute("instance_id", string().required().requires_replace().validator(rules::id_of("an instance")).describe(
            "ID of the instance to back up. Changing it replaces the backup.",
        ))
        .attribute("name", string().required().requires_replace().validator(rules::display_name(64)).describe(
            "Name of the backup, 1 to 64 characters. Changing it replaces the backup.",
        ))
        .attribute("description", string().optional().requires_replace().validator(Validator::length(1..=255)).describe(
            "Description of the backup, up to 255 characters. Changing it replaces the backup.",
        ))
        .attribute("parent_id", string().optional().requires_replace().validator(rules::id_of("a backup")).describe(
            "ID of an earlier backup: the new one is incremental and holds only what changed since. Changing it replaces the backup.",
        ))
        .attribute("id", string().computed().use_state_for_unknown().describe("ID of the backup."));
        let told = backup::computed().into_iter();
        told.fold(schema, |schema, (name, it)| schema.attribute(name, it)).timeouts(
            Timeouts::new().create(Duration::from_hours(1)).delete(Duration::from_mins(20)),
        )
    }

    /// Says before a creation which backups of the instance have the name already.
    async fn plan(&self, cx: &PlanContext<Client>, change: &mut Change<Plan>) -> Result<()> {
        let planned = &change.planned;
        let (None, Some(instance_id), Some(name)) =
            (&change.prior, planned.instance_id.known(), planned.name.known())
        else {
            return Ok(());
        };
        let Some(client) = planning_api(cx) else { return Ok(()) };
        let backups = client.backups().list_of(instance_id).await.map_err(|error| {
            failure::report(
                format!("Unable to look for backups named \"{name}\" of instance {instance_id}"),
                &error,
            )
        })?;
        let namesakes: Vec<Namesake> = backups
            .into_iter()
            .filter(|it| it.name == *name && !self.managed.includes(&it.id))
            .map(|it| Namesake { id: it.id, status: it.status.to_string(), created: it.created })
            .collect();
        if let Some(warning) = namesake::warning("backup", name, &namesakes) {
            cx.warn(warning);
        }
        Ok(())
    }

    async fn create(&self, cx: &Context<Client>, plan: Backup) -> Result<Backup> {
        let instance_id = plan.instance_id.as_deref().unwrap_or_default();
        let doing =
            format!("Unable to create backup \"{}\" of instance {instance_id}", plan.name());
        let new = NewBackup {
            instance_id: plan.instance_id.clone().unwrap_or_default(),
            name: plan.name().to_owned(),
            description: plan.description.clone(),
            parent_id: plan.parent_id.clone(),
        };
        let made =
            api(cx).backups().create(&new).await.map_err(|error| failure::report(doing, &error))?;
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("backup", plan.name(), &made.object.id, lost));
        }
        Ok(plan.absorb(made.object))
    }

    async fn settle(&self, cx: &Context<Client>, made: &Backup) -> Result<()> {
        let id = made.id()?;
        api(cx).backups().wait_until_completed(id).await.map_err(|error| {
            failure::report(format!("Backup \"{}\" ({id}) did not complete", made.name()), &error)
        })?;
        Ok(())
    }

    async fn read(&self, cx: &Context<Client>, state: Backup) -> Result<Option<Backup>> {
        let id = state.id()?.to_owned();
        self.managed.note(&id);
        let found = api(cx).backups().get(&id).await.map_err(|error| {
            failure::report(format!("Unable to read backup \"{}\" ({id})", state.name()), &error)
        })?;
        Ok(found.map(|found| state.absorb(found)))
    }

    /// The schema replaces a backup for every change, so there is nothing to do in place.
    async fn update(&self, _: &Context<Client>, _: Backup, _: Backup) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, cx: &Context<Client>, state: Backup) -> Result<()> {
        let id = state.id()?;
        let backups = api(cx).backups();
        // Deleting the parent of an incremental backup took this one along.
        let gone = delete_until_gone(backups.delete(id), backups.wait_until_gone(id)).await;
        gone.map_err(|error| {
            failure::report(format!("Unable to delete backup \"{}\" ({id})", state.name()), &error)
        })
    }

    async fn import(&self, cx: &Context<Client>, id: &str) -> Result<Backup> {
        let doing = format!("Unable to import backup {id}");
        let found =
            api(cx).backups().get(id).await.map_err(|error| failure::report(&doing, &error))?;
        let found = found.ok_or_else(|| {
            Diagnostic::error(doing).detail(format!(
                "There is no backup with the ID \"{id}\" in this account and region. The data source rackspace_db_backups lists those that exist."
            ))
        })?;
        Ok(Backup::from(found))
    }
}

impl Backup {
    fn id(&self) -> Result<&str> {
        self.id.as_deref().ok_or_else(|| Diagnostic::bug("A backup in the state has no ID.").into())
    }

    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Takes over what the API reports. It may drop an instance ID with the instance, and says an
    /// empty description where none was given; neither is a change.
    fn absorb(self, found: clouddb::Backup) -> Self {
        let found = Self::from(found);
        Self {
            instance_id: found.instance_id.or(self.instance_id),
            description: found.description.or(self.description),
            parent_id: found.parent_id.or(self.parent_id),
            ..found
        }
    }
}
