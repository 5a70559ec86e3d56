//! A backup of an instance or an HA group, from which a new instance can be made.
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Backups".
//!
//! Quirks: while a backup runs, its instance refuses changes, and a second backup. A backup
//! outlives its instance. Deleting one deletes the incremental backups made from it. Backups need
//! access to Cloud Files; a user without it gets a 401 that no new login cures.

mod copies;
pub(super) mod destruction;
mod parent;
mod plan;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clouddb::{Client, NewBackup, Source};
use tfplug::schema::{Schema, Timeouts, Validator, set, string};
use tfplug::{
    Change, Context, Diagnostic, Diagnostics, IdentitySchema, ImportKey, PlanContext, PrivateState,
    Resource, Result,
};

use super::deletion::delete_until_gone;
use super::identity::ObjectIdentity;
use super::namesake::Managed;
use super::outlook::Outlook;
use super::ownership::Owned;
use super::patience::READING;
use crate::backup::{self, Backup, look};
use crate::place::{self, Found, Object, Outcome};
use crate::{failure, rules, source};

/// The resource `rackspace_db_backup`.
pub(crate) struct Backups {
    pub(super) managed: Arc<Managed>,
    pub(super) outlook: Arc<Outlook>,
}

backup::model! {
    /// A backup, and what it was asked for with that nothing tells of it later.
    Model {
        source_ha_group_id: Option<String>,
        copy_to: Option<BTreeSet<String>>,
    }
}

impl Model {
    /// A backup that nobody here has asked for.
    pub(crate) fn told(it: Backup) -> Self {
        let group = it.group_id().map(str::to_owned);
        Self::of(it, group, None)
    }

    /// What is backed up; nothing if the arguments do not say it after all.
    fn source(&self) -> Option<Source> {
        source::only(self.instance_id.as_ref(), self.source_ha_group_id.as_ref())
    }
}

impl Backups {
    pub(super) fn new(outlook: &Arc<Outlook>, managed: &Arc<Managed>) -> Self {
        Self { managed: Arc::clone(managed), outlook: Arc::clone(outlook) }
    }
}

impl Resource for Backups {
    type Client = Client;
    type Model = Model;
    type Plan = plan::Backup;
    type Identity = ObjectIdentity;
    const NAME: &'static str = "rackspace_db_backup";

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Manages a backup of an instance or an HA group. Creating it waits until the backup is complete.\n\n\
             The API cannot change a backup: a change of any argument but `copy_to` deletes it and makes a new one, and is an error of the plan where the backup is complete and its instance or group is gone or replaced. \
             Backups outlive what they are of; deleting a backup also deletes the incremental backups made from it.",
        )
        .attribute("instance_id", string().optional().requires_replace().validator(rules::id_of("an instance")).describe(
            "ID of the instance to back up. Exactly one of `instance_id` and `source_ha_group_id` must be set. Changing it replaces the backup, but not if the old instance is gone or the plan replaces it: then a complete backup stays, because it may be the last copy.",
        ))
        .attribute(plan::GROUP, string().optional().requires_replace().validator(rules::id_of("an HA group")).describe(
            "ID of the HA group to back up, in the place of `instance_id`. Changing it replaces the backup, but not if the old group is gone or the plan replaces it: then a complete backup stays, because it may be the last copy.",
        ))
        .attribute("region", place::attribute("backup", "Left out, that of the instance or the group."))
        .attribute("name", string().required().requires_replace().validator(rules::display_name(64)).describe(
            "Name of the backup, 1 to 64 characters. Changing it replaces the backup.",
        ))
        .attribute("description", string().optional().requires_replace().validator(Validator::length(1..=255)).describe(
            "Description of the backup, up to 255 characters. Changing it replaces the backup.",
        ))
        .attribute("parent_id", string().optional().requires_replace().validator(rules::id_of("a backup")).describe(
            "ID of an earlier backup: the new one is incremental and holds only what changed since. Changing it replaces the backup.",
        ))
        .attribute("copy_to", set(string()).optional().each(Validator::length(1..=64)).describe(
            "Other regions, such as `IAD`, in any case, to which the service copies the backup once it is complete: any but `LON`. Each copy is a backup of its own, which nobody here waits for, manages or destroys: it stays when this backup goes, and costs money until it is deleted. The resource `rackspace_db_backup_copy` makes a copy that is managed. \
             What an incremental backup builds on must have been copied to the same regions. Only a new backup takes it: a change of it for one that exists is an error of the plan. An import does not know it.",
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

    fn identity_schema(&self) -> IdentitySchema {
        ObjectIdentity::schema("ID of the backup.")
    }

    fn identify(&self, stored: PrivateState<'_>, state: &Model) -> Option<ObjectIdentity> {
        ObjectIdentity::of(stored, state.region.as_deref(), state.id.as_deref())
    }

    fn begin(&self) {
        self.managed.begin();
    }

    fn validate(&self, config: plan::Backup, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<plan::Backup>,
    ) -> Result<()> {
        plan::plan(cx, change, &self.outlook, &self.managed).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Model) -> Result<()> {
        self.plan_end(cx, &Backup::from(&prior)).await
    }

    async fn create(&self, cx: &Context<Client>, plan: Model) -> Result<Model> {
        self.outlook.applies();
        let planned = Backup::from(&plan);
        let Some(source) = plan.source() else {
            // They were not known when the configuration was validated.
            let are_both = plan.source_ha_group_id.is_some();
            return Err(source::not_one(plan::BACKUP, plan::GROUP, are_both).into());
        };
        let of = source::shown(&source);
        let doing = format!("Unable to create backup \"{}\" of {of}", planned.name());
        let new = NewBackup {
            source,
            name: planned.name().to_owned(),
            description: planned.description.clone(),
            parent_id: planned.parent_id.clone(),
            copy_to: Vec::new(),
        };
        let copy_to = plan.copy_to.clone().unwrap_or_default();
        let region = planned.region.as_deref();
        let sent = place::make_of(cx, &doing, region, &new.source, |api| {
            copies::create(api, new.clone(), copy_to.clone())
        });
        let Outcome { result, region, .. } = sent.await?;
        let made = result.map_err(|error| failure::report(doing, &error))?;
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("backup", planned.name(), &made.object.id, lost));
        }
        Ok(plan.with(planned.absorb(made.object, region)))
    }

    async fn settle(&self, cx: &Context<Client>, made: &Model) -> Result<()> {
        self.completed(cx, &Backup::from(made)).await
    }

    async fn read(&self, cx: &Context<Client>, state: Model) -> Result<Option<Model>> {
        let found = self.found(cx, Backup::from(&state)).await?;
        Ok(found.map(|found| state.with(found)))
    }

    /// What is sent replaces the backup, and the plan refuses another `copy_to`.
    async fn update(&self, _: &Context<Client>, _: Model, _: Model) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, cx: &Context<Client>, state: Model) -> Result<()> {
        self.end(cx, &Backup::from(&state)).await
    }

    async fn import(&self, cx: &Context<Client>, key: ImportKey<ObjectIdentity>) -> Result<Model> {
        Ok(Model::told(self.sought(cx, key).await?))
    }
}

/// What is the same for a backup and for a copy of one, which is a backup too.
impl Backups {
    pub(super) async fn plan_end(&self, cx: &PlanContext<Client>, prior: &Backup) -> Result<()> {
        let (region, shown) = (prior.region.as_deref(), prior.shown());
        if self.outlook.ownership.goes(cx, &owned(prior.id()?, &shown), true).await? {
            return Ok(());
        }
        let client = place::plan_destroy(cx, &shown, region).await?;
        destruction::plan(cx, client.as_ref(), &self.outlook, prior).await
    }

    /// Waits until it is complete.
    pub(super) async fn completed(&self, cx: &Context<Client>, made: &Backup) -> Result<()> {
        let id = made.id()?;
        let doing = format!("Backup \"{}\" ({id}) did not complete", made.name());
        let api = place::client_of_new(cx, &doing, made.region.as_deref()).await?;
        let completed = api.backups().wait_until_completed(id).await;
        completed.map_err(|error| failure::report(doing, &error))?;
        Ok(())
    }

    pub(super) async fn found(
        &self,
        cx: &Context<Client>,
        state: Backup,
    ) -> Result<Option<Backup>> {
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

    pub(super) async fn end(&self, cx: &Context<Client>, state: &Backup) -> Result<()> {
        let id = state.id()?;
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        let doing = format!("Unable to delete backup \"{}\" ({id})", state.name());
        let found = place::client_of(cx, &doing, &state.place(), look(id)).await?;
        let Some(api) = found else { return Ok(()) };
        destruction::check(cx, &api, state).await?;
        let backups = api.backups();
        // Deleting the parent of an incremental backup took this one along.
        let gone = delete_until_gone(backups.delete(id), backups.wait_until_gone(id)).await;
        gone.map_err(|error| failure::report(doing, &error))
    }

    pub(super) async fn sought(
        &self,
        cx: &Context<Client>,
        key: ImportKey<ObjectIdentity>,
    ) -> Result<Backup> {
        let (id, location) = ObjectIdentity::sought(key)?;
        let doing = format!("Unable to import backup {id}");
        let wanted = Object { shown: format!("backup {id}"), region: None, instance_id: None };
        let Some(found) = place::import(cx, &doing, &location, wanted, look(&id)).await? else {
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

/// A backup of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "Backup", key, shown }
}

impl Backup {
    pub(super) fn id(&self) -> Result<&str> {
        self.id.as_deref().ok_or_else(|| Diagnostic::bug("A backup in the state has no ID.").into())
    }

    /// `backup "nightly" (ID)`, for messages.
    pub(super) fn shown(&self) -> String {
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
    pub(super) fn absorb(self, found: clouddb::Backup, region: Option<String>) -> Self {
        let found = Self::told(found, region);
        Self {
            instance_id: found.instance_id.or(self.instance_id),
            description: found.description.or(self.description),
            parent_id: found.parent_id.or(self.parent_id),
            ..found
        }
    }
}
