//! A copy of a backup in another region: a backup of its own there, which outlives the one that it was made
//! of.
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Backups".
//!
//! Quirks: the service tells neither the ID of a copy nor, later, what it is a copy of. So it is found as what
//! is new in its region, and an import knows no `backup_id`. Nothing is copied to or from London.

mod plan;

use std::sync::Arc;
use std::time::Duration;

use clouddb::Client;
use tfplug::schema::{Schema, Timeouts, Validator, string};
use tfplug::{
    Change, Context, Diagnostics, IdentitySchema, ImportKey, PlanContext, PrivateState, Resource,
    Result,
};

use super::backup::Backups;
use super::identity::ObjectIdentity;
use super::namesake::Managed;
use super::outlook::Outlook;
use super::patience::READING;
use crate::backup::copying::Wanted;
use crate::backup::{self, Backup};
use crate::{failure, place, rules};

/// The resource `rackspace_db_backup_copy`.
pub(crate) struct BackupCopies(Backups);

impl BackupCopies {
    pub(super) fn new(outlook: &Arc<Outlook>, managed: &Arc<Managed>) -> Self {
        Self(Backups::new(outlook, managed))
    }
}

backup::model! {
    /// The copy, and what it was made of.
    Model {
        backup_id: Option<String>,
        source_region: Option<String>,
    }
}

impl Resource for BackupCopies {
    type Client = Client;
    type Model = Model;
    type Plan = plan::Copy;
    type Identity = ObjectIdentity;
    const NAME: &'static str = "rackspace_db_backup_copy";

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Manages a copy of a backup in another region. Creating it waits until the backup is complete, and then the copy.\n\n\
             A copy is a backup of its own: it stays when the original is deleted, an instance of its region can be restored from it, and it costs what a backup costs. \
             It has no list resource: that of `rackspace_db_backup` finds copies too, as the backups that they are.",
        )
        .attribute("backup_id", string().optional().validator(rules::id_of("a backup")).describe(
            "ID of the backup to copy. A new copy needs it; after an import, which does not know it, it can be left out, or is taken over as it is written. Changing it replaces the copy, but not if the original of a complete one is gone: then the copy stays, because it may be the last one.",
        ))
        .attribute("source_region", place::argument(
            "Region of the backup to copy, such as `DFW`, in any case. Left out, the backup is looked for in all regions of the account. It is used when the copy is made; a change of it alone changes nothing.",
        ).use_state_for_unknown())
        .attribute("region", place::attribute(
            "copy",
            "It is where the backup is copied to, and never the region of the backup, nor `LON`. Left out, that of the provider.",
        ))
        .attribute("name", string().optional().computed().use_state_for_unknown().generated().requires_replace().validator(rules::display_name(64)).describe(
            "Name of the copy, 1 to 64 characters. Left out, that of the backup. Changing it replaces the copy.",
        ))
        .attribute("description", string().optional().computed().use_state_for_unknown().generated().requires_replace().validator(Validator::length(1..=255)).describe(
            "Description of the copy, up to 255 characters. Left out, what the service gives it. Changing it replaces the copy.",
        ))
        .attribute("id", string().computed().use_state_for_unknown().describe("ID of the copy."))
        .attribute("instance_id", string().computed().use_state_for_unknown().describe(
            "ID of the instance that was backed up, which is in another region and may be gone.",
        ))
        .attribute("parent_id", string().computed().use_state_for_unknown().describe(
            "ID of the backup in the region of the copy that it builds on, if it is incremental.",
        ));
        let told = backup::computed().into_iter();
        told.fold(schema, |schema, (name, it)| schema.attribute(name, it)).timeouts(
            Timeouts::new()
                .create(Duration::from_hours(2))
                .read(READING)
                .delete(Duration::from_mins(20)),
        )
    }

    fn identity_schema(&self) -> IdentitySchema {
        ObjectIdentity::schema("ID of the copy.")
    }

    fn identify(&self, stored: PrivateState<'_>, state: &Model) -> Option<ObjectIdentity> {
        ObjectIdentity::of(stored, state.region.as_deref(), state.id.as_deref())
    }

    fn validate(&self, config: plan::Copy, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(&self, cx: &PlanContext<Client>, change: &mut Change<plan::Copy>) -> Result<()> {
        plan::plan(cx, change, &self.0.outlook, &self.0.managed).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Model) -> Result<()> {
        self.0.plan_end(cx, &Backup::from(&prior)).await
    }

    async fn create(&self, cx: &Context<Client>, plan: Model) -> Result<Model> {
        self.0.outlook.applies();
        let Some(id) = plan.backup_id.clone() else {
            return Err(plan::no_backup().into());
        };
        let to = plan.region.as_deref().map(|it| format!(" to {it}")).unwrap_or_default();
        let doing = format!("Unable to copy backup {id}{to}");
        let wanted = Wanted {
            doing: &doing,
            backup_id: &id,
            source_region: plan.source_region.as_deref(),
            target: "region",
            report: |doing, error| failure::report(doing, error),
        };
        let found = wanted.original(cx).await?;
        let (there, region) = place::for_new(cx, &doing, plan.region.as_deref()).await?;
        let original = wanted.complete(&found, &there, |_| {}).await?;
        let name = plan.name.clone().unwrap_or_else(|| original.name.clone());
        let description = plan.description.clone();
        let made = wanted.copy(&found.client, &there, &original, name.clone(), description).await?;
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("backup", &name, &made.object.id, lost));
        }
        let copy = Backup::from(&plan).absorb(made.object, region);
        Ok(Model { source_region: found.region, ..plan.with(copy) })
    }

    async fn settle(&self, cx: &Context<Client>, made: &Model) -> Result<()> {
        self.0.completed(cx, &Backup::from(made)).await
    }

    async fn read(&self, cx: &Context<Client>, state: Model) -> Result<Option<Model>> {
        let found = self.0.found(cx, Backup::from(&state)).await?;
        Ok(found.map(|found| state.with(found)))
    }

    /// What makes another copy replaces it; the rest is a memory of how it was made.
    async fn update(&self, _: &Context<Client>, _: Model, _: Model) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, cx: &Context<Client>, state: Model) -> Result<()> {
        self.0.end(cx, &Backup::from(&state)).await
    }

    async fn import(&self, cx: &Context<Client>, key: ImportKey<ObjectIdentity>) -> Result<Model> {
        Ok(Model::of(self.0.sought(cx, key).await?, None, None))
    }
}
