//! A backup of an instance, from which a new instance can be made.
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Backups".
//!
//! Quirks: while a backup runs, its instance refuses changes, and a second backup. A backup
//! outlives its instance. Deleting one deletes the incremental backups made from it. Backups need
//! access to Cloud Files; a user without it gets a 401 that no new login cures.

pub(super) mod destruction;
mod parent;

use std::sync::Arc;
use std::time::Duration;

use clouddb::{BackupStatus, Client, NewBackup};
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Timeouts, Validator, string};
use tfplug::value::Attr;
use tfplug::{Change, Context, Diagnostic, PlanContext, Resource, Result};

use super::deletion::delete_until_gone;
use super::inside::creation::Creation;
use super::namesake::{self, Managed, Namesake};
use super::outlook::Outlook;
use super::ownership::Owned;
use super::patience::READING;
use crate::backup::{self, Backup};
use crate::place::{self, Answer, Found, Object, Outcome, Planned};
use crate::{failure, rules};

/// The resource `rackspace_db_backup`.
pub(crate) struct Backups {
    managed: Managed,
    outlook: Arc<Outlook>,
}

impl Backups {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self { managed: Managed::default(), outlook: Arc::clone(outlook) }
    }
}

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    id: Attr<String>,
    region: Attr<String>,
    instance_id: Attr<String>,
    name: Attr<String>,
    description: Attr<String>,
    parent_id: Attr<String>,
    status: Attr<String>,
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
            "ID of the instance to back up. Changing it replaces the backup, but not if the old instance is gone or the plan replaces it: then a complete backup stays, because it may be the last copy.",
        ))
        .attribute("region", place::attribute("backup", "Left out, that of the instance."))
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
            Timeouts::new()
                .create(Duration::from_hours(1))
                .read(READING)
                .delete(Duration::from_mins(20)),
        )
    }

    /// Says before a creation which backups of the instance have the name already, and keeps a backup
    /// whose instance is lost.
    async fn plan(&self, cx: &PlanContext<Client>, change: &mut Change<Plan>) -> Result<()> {
        if let Some(prior) = &change.prior
            && let Some(id) = prior.id.known()
        {
            self.outlook.ownership.keeps(cx, &owned(id, &shown(prior)))?;
        }
        let _at_work = self.outlook.ownership.at_work();
        let client = self.plan_region(cx, change).await?;
        keep_last_copy(cx, client.as_ref(), change).await;
        self.check(cx, client.as_ref(), change).await?;
        let planned = &change.planned;
        let (None, Some(instance_id), Some(name), Some(client)) =
            (&change.prior, planned.instance_id.known(), planned.name.known(), client)
        else {
            return Ok(());
        };
        let listed = client.backups().list_of(instance_id).await.map(|backups| {
            let named = backups.into_iter().filter(|it| it.name == *name);
            let namesake = |it: clouddb::Backup| Namesake {
                id: it.id,
                status: it.status.to_string(),
                created: it.created,
            };
            named.map(namesake).collect()
        });
        namesake::warn(cx, "backup", name, listed, &self.managed);
        Ok(())
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Backup) -> Result<()> {
        let (region, shown) = (prior.region.as_deref(), prior.shown());
        if self.outlook.ownership.goes(cx, &owned(prior.id()?, &shown), true).await? {
            return Ok(());
        }
        let client = place::plan_destroy(cx, &shown, region).await?;
        destruction::plan(cx, client.as_ref(), &self.outlook, &prior).await
    }

    async fn create(&self, cx: &Context<Client>, plan: Backup) -> Result<Backup> {
        self.outlook.applies();
        let instance_id = plan.instance_id.as_deref().unwrap_or_default();
        let doing =
            format!("Unable to create backup \"{}\" of instance {instance_id}", plan.name());
        let new = NewBackup {
            instance_id: plan.instance_id.clone().unwrap_or_default(),
            name: plan.name().to_owned(),
            description: plan.description.clone(),
            parent_id: plan.parent_id.clone(),
        };
        let sent =
            place::make_in_instance(cx, &doing, plan.region.as_deref(), &new.instance_id, |api| {
                let (backups, new) = (api.backups(), new.clone());
                async move { backups.create(&new).await }
            });
        let Outcome { result, region, .. } = sent.await?;
        let made = result.map_err(|error| failure::report(doing, &error))?;
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("backup", plan.name(), &made.object.id, lost));
        }
        Ok(plan.absorb(made.object, region))
    }

    async fn settle(&self, cx: &Context<Client>, made: &Backup) -> Result<()> {
        let id = made.id()?;
        let doing = format!("Backup \"{}\" ({id}) did not complete", made.name());
        let api = place::client_of_new(cx, &doing, made.region.as_deref()).await?;
        let completed = api.backups().wait_until_completed(id).await;
        completed.map_err(|error| failure::report(doing, &error))?;
        Ok(())
    }

    async fn read(&self, cx: &Context<Client>, state: Backup) -> Result<Option<Backup>> {
        let id = state.id()?.to_owned();
        self.managed.note(&id, state.name());
        self.outlook.read(&id);
        let _reads = self.outlook.ownership.reads(cx, &owned(&id, &state.shown()));
        let doing = format!("Unable to read backup \"{}\" ({id})", state.name());
        let found = place::find(cx, &doing, &state.place(), look(&id)).await?;
        if found.is_none() {
            self.outlook.ownership.gone(cx);
        }
        Ok(found.map(|Found { it, region, .. }| state.absorb(it, region)))
    }

    /// The schema replaces a backup for every change, so there is nothing to do in place.
    async fn update(&self, _: &Context<Client>, _: Backup, _: Backup) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, cx: &Context<Client>, state: Backup) -> Result<()> {
        let id = state.id()?;
        if self.outlook.ownership.forgets(cx, &owned(id, &state.shown())) {
            return Ok(());
        }
        let doing = format!("Unable to delete backup \"{}\" ({id})", state.name());
        let found = place::client_of(cx, &doing, &state.place(), look(id)).await?;
        let Some(api) = found else { return Ok(()) };
        destruction::check(cx, &api, &state).await?;
        let backups = api.backups();
        // Deleting the parent of an incremental backup took this one along.
        let gone = delete_until_gone(backups.delete(id), backups.wait_until_gone(id)).await;
        gone.map_err(|error| failure::report(doing, &error))
    }

    async fn import(&self, cx: &Context<Client>, id: &str) -> Result<Backup> {
        let doing = format!("Unable to import backup {id}");
        let wanted = Object { shown: format!("backup {id}"), region: None, instance_id: None };
        let Some(found) = place::find(cx, &doing, &wanted, look(id)).await? else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "There is no backup with the ID \"{id}\" {}. The data source rackspace_db_backups lists those that exist in a region.",
                    place::searched(cx).await
                ))
                .into());
        };
        Ok(Backup::told(found.it, found.region))
    }
}

impl Backups {
    /// Refuses of a new backup what the API is known to refuse.
    async fn check(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        change: &Change<Plan>,
    ) -> Result<()> {
        let Change { config, prior, planned } = change;
        if prior.as_ref().is_some_and(|prior| planned.is_like(prior)) {
            return Ok(());
        }
        let creation = Creation {
            shown: shown(planned),
            instance_id: &planned.instance_id,
            region: &config.region,
            again: planned.name.known().is_some_and(|name| self.managed.has_name(name)),
        };
        let client = creation.check_instance(cx, client, &self.outlook).await?;
        if let (Some(client), Some(parent_id)) = (client, planned.parent_id.known()) {
            parent::check(cx, &client, &self.outlook, &creation, parent_id).await?;
        }
        Ok(())
    }

    async fn plan_region(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<Plan>,
    ) -> Result<Option<Client>> {
        let Change { config, prior, planned } = change;
        let id = prior.as_ref().and_then(|prior| prior.id.known());
        let it = Planned {
            shown: shown(prior.as_ref().unwrap_or(planned)),
            config: &config.region,
            prior: prior.as_ref().map(|prior| &prior.region),
            region: &mut planned.region,
            instance_id: Some(&planned.instance_id),
            was_read: id.is_some_and(|id| self.managed.includes(id)),
        };
        place::plan(cx, it).await
    }
}

impl Plan {
    /// Whether the same backup is meant.
    fn is_like(&self, other: &Self) -> bool {
        self.instance_id == other.instance_id
            && self.name == other.name
            && self.description == other.description
            && self.parent_id == other.parent_id
    }
}

/// A backup of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "Backup", key, shown }
}

/// A planned backup, for messages.
fn shown(backup: &Plan) -> String {
    let name = backup.name.known().map(String::as_str).unwrap_or_default();
    match backup.id.known() {
        Some(id) => format!("backup \"{name}\" ({id})"),
        None => format!("backup \"{name}\""),
    }
}

/// How a backup is looked for.
fn look(id: &str) -> impl Fn(Client) -> Answer<clouddb::Backup> + use<> {
    let id = id.to_owned();
    move |api| {
        let (backups, id) = (api.backups(), id.clone());
        Box::pin(async move { backups.get(&id).await })
    }
}

/// Keeps a complete backup that would be replaced only because its instance is: it is gone already,
/// or this plan makes a new one, and then the backup may be the last copy of the data.
async fn keep_last_copy(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Plan>,
) {
    let Some(prior) = &change.prior else { return };
    let complete =
        prior.status.known().map(String::as_str) == Some(BackupStatus::Completed.as_str());
    let Some(has) = prior.instance_id.known().filter(|_| complete) else { return };
    let lost = match &change.planned.instance_id {
        Attr::Known(wants) if wants == has => false,
        Attr::Known(_) => match client {
            Some(client) => matches!(client.instances().get(has).await, Ok(None)),
            None => false,
        },
        Attr::Unknown => true,
        Attr::Null => false,
    };
    if !lost {
        return;
    }
    let known = |text: &Attr<String>| text.known().cloned().unwrap_or_default();
    let (name, id) = (known(&prior.name), known(&prior.id));
    cx.warn(Diagnostic::warning(format!("Backup \"{name}\" ({id}) stays")).detail(format!(
        "It holds instance {has}, which is gone or which this plan replaces, and it may be the last copy of that data. So it is kept and not replaced by a backup of the new instance.\n\n\
         To restore it, create an instance with `restore_from_backup_id = \"{id}\"`. To have a backup of the new instance, declare another one, or let Terraform forget this one with `terraform state rm ADDRESS`; `terraform apply -replace=ADDRESS` deletes it."
    )).attribute("instance_id"));
    change.planned.instance_id = prior.instance_id.clone();
}

impl Backup {
    fn id(&self) -> Result<&str> {
        self.id.as_deref().ok_or_else(|| Diagnostic::bug("A backup in the state has no ID.").into())
    }

    /// `backup "nightly" (ID)`, for messages.
    fn shown(&self) -> String {
        format!("backup \"{}\" ({})", self.name(), self.id.as_deref().unwrap_or("no ID"))
    }

    /// Where it lives, also when its instance is gone.
    fn place(&self) -> Object<'_> {
        Object { shown: self.shown(), region: self.region.as_deref(), instance_id: None }
    }

    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Takes over what the API reports. It may drop an instance ID with the instance, and says an
    /// empty description where none was given; neither is a change.
    fn absorb(self, found: clouddb::Backup, region: Option<String>) -> Self {
        let found = Self::told(found, region);
        Self {
            instance_id: found.instance_id.or(self.instance_id),
            description: found.description.or(self.description),
            parent_id: found.parent_id.or(self.parent_id),
            ..found
        }
    }
}
