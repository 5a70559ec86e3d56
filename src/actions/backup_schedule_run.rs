//! Lets the backup schedule of an instance make its next backup now.

use std::time::Duration;

use clouddb::{Backup, Client, Instance, Schedule};
use tfplug::schema::Schema;
use tfplug::{Action, Context, Diagnostic, Diagnostics, PlanContext, Progress, Result};

use super::statuses::Statuses;
use super::target::{InstanceTarget, Kind, NamedInstance};
use crate::failure;
use crate::place::Found;
use crate::spelling::capital;

/// The action `rackspace_db_backup_schedule_run`.
pub(super) struct Run;

impl Action for Run {
    type Client = Client;
    type Arguments = InstanceTarget;
    type Config = NamedInstance;
    const NAME: &'static str = "rackspace_db_backup_schedule_run";
    const TIMEOUT: Duration = Duration::from_hours(1);

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Lets the backup schedule of an instance make its next backup now, and waits until that is complete. An instance has one schedule at most, so the instance names it. Needs Terraform 1.14.\n\n\
             The backup is one of the schedule: the service names it, counts it among those that the schedule keeps, copies it where the schedule copies to, and deletes it when its turn comes. No state holds it. When the schedule runs by itself does not change. For a backup that no schedule counts, use the action `rackspace_db_instance_backup`. A busy instance is waited for.",
        );
        InstanceTarget::arguments(schema)
    }

    fn validate(&self, config: NamedInstance, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn plan(&self, cx: &PlanContext<Client>, config: NamedInstance) -> Result<()> {
        config.plan(cx, "Unable to plan a run of the backup schedule of an instance").await
    }

    async fn invoke(
        &self,
        cx: &Context<Client>,
        target: InstanceTarget,
        progress: &Progress,
    ) -> Result<()> {
        let doing = target.unable("run the backup schedule of");
        let found = target.find(cx, &doing).await?;
        let (schedule, shown) = (of(cx, &found, &doing).await?, found.it.shown());
        let failed = |error: clouddb::Error| failure::of_action(&doing, &error);
        progress.say(format!("Running backup schedule {} of {shown}", schedule.id));
        let run = found.client.schedules().run(&schedule.id, &found.it.id).await.map_err(failed)?;
        let Backup { id, name, .. } = &run.object;
        if let Some(lost) = &run.found_after {
            let then = format!(
                "It was not sent again. One automated backup of the instance is there now that was not there before: {id}. Nobody can prove that the schedule has not made it by itself in the same moment."
            );
            let found = format!("The backup \"{name}\" was found, not returned");
            cx.warn(failure::warning(found, lost, &then));
        }
        progress.say(format!("Backing up {shown} as \"{name}\" ({id})"));
        let statuses = Statuses::until("COMPLETED", progress);
        let backups = found.client.backups();
        let complete = backups.watch_until_completed(id, |it| statuses.show(it.status.as_str()));
        complete.await.map_err(failed)?;
        progress.say(format!("Backup \"{name}\" ({id}) is complete"));
        Ok(())
    }
}

/// The schedule of the instance.
async fn of(cx: &Context<Client>, found: &Found<Instance>, doing: &str) -> Result<Schedule> {
    let listed = found.client.schedules().list().await;
    let listed = listed.map_err(|error| failure::of_action(doing, &error))?;
    failure::warn_of_unreadable(cx, "backup schedules", &listed.unreadable);
    let mut all = listed.into_iter();
    all.find(|it| it.instance_id() == Some(found.it.id.as_str())).ok_or_else(|| {
        Diagnostic::error(doing)
            .detail(format!(
                "{} has no backup schedule. Make one with the resource rackspace_db_backup_schedule, or take a backup without one, with the action rackspace_db_instance_backup.",
                capital(&found.it.shown())
            ))
            .into()
    })
}
