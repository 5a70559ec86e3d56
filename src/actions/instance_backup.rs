//! Takes a backup of an instance that no state holds.

use std::time::Duration;

use clouddb::{Backups, Client, NewBackup, Source};
use jiff::Timestamp;
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, integer, string};
use tfplug::{Action, Context, Diagnostic, Diagnostics, PlanContext, Progress, Result};

use super::retention::{MARK, Retention, TIME_LENGTH, name};
use super::statuses::Statuses;
use super::target::{InstanceTarget, Kind, NamedInstance};
use crate::{failure, rules};

/// The action `rackspace_db_instance_backup`.
pub(super) struct Backup;

/// The prefix of a name that nobody has chosen.
const PREFIX: &str = "terraform";

/// What is left of the 64 characters of a name beside a dash and the time.
const LONGEST_PREFIX: usize = 64 - 1 - TIME_LENGTH;

#[derive(Deserialize)]
pub(super) struct Arguments {
    instance_id: Option<String>,
    instance_name: Option<String>,
    region: Option<String>,
    name_prefix: Option<String>,
    retention: Option<usize>,
}

impl Action for Backup {
    type Client = Client;
    type Arguments = Arguments;
    type Config = NamedInstance;
    const NAME: &'static str = "rackspace_db_instance_backup";
    const TIMEOUT: Duration = Duration::from_hours(1);

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Takes a backup of an instance and waits until it is complete. No state holds it: it stays until you, or `retention`, delete it, and you pay for it until then. Needs Terraform 1.14.\n\n\
             Its name is `name_prefix` and the time, such as `terraform-20260131T235959Z`, and its description says that this action made it. For a backup that Terraform manages, use the resource `rackspace_db_backup`.",
        );
        InstanceTarget::arguments(schema).attribute("name_prefix", string().optional().validator(rules::display_name(LONGEST_PREFIX)).describe(format!(
            "What the name of the backup begins with, 1 to {LONGEST_PREFIX} characters. Default `{PREFIX}`.",
        )))
        .attribute("retention", integer().optional().validator(Validator::at_least(1)).describe(
            "How many backups are kept that this action has made of the instance with this `name_prefix`, the new one included. Older ones are deleted once the new one is complete. What anybody else has made is never deleted, nor what incremental backups build on. One that was imported into a state is deleted all the same when its turn comes. Left out, all are kept.",
        ))
    }

    fn validate(&self, config: NamedInstance, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn plan(&self, cx: &PlanContext<Client>, config: NamedInstance) -> Result<()> {
        config.plan(cx, "Unable to plan the backup of an instance").await
    }

    async fn invoke(
        &self,
        cx: &Context<Client>,
        arguments: Arguments,
        progress: &Progress,
    ) -> Result<()> {
        let Arguments { instance_id, instance_name, region, name_prefix, retention } = arguments;
        let target = InstanceTarget { instance_id, instance_name, region };
        let prefix = name_prefix.as_deref().unwrap_or(PREFIX);
        let doing = target.unable("back up");
        let found = target.find(cx, &doing).await?;
        let id = found.it.id.clone();
        let new = NewBackup {
            source: Source::Instance(id.clone()),
            name: name(prefix, Timestamp::now()),
            description: Some(MARK.to_owned()),
            parent_id: None,
            copy_to: Vec::new(),
        };
        let backups = found.client.backups();
        let failed = |error: clouddb::Error| failure::of_action(&doing, &error);
        let made = backups.create(&new).await.map_err(failed)?;
        if let Some(lost) = &made.found_after {
            let then = format!(
                "It was not sent again. One backup of that name is there now that was not there before: {}. Nobody can prove that no one else made it in the same moment.",
                made.object.id
            );
            let found = format!("The backup \"{}\" was found, not returned", new.name);
            cx.warn(failure::warning(found, lost, &then));
        }
        let (name, backup_id) = (&new.name, &made.object.id);
        let of = found.it.shown();
        progress.say(format!("Backing up {of} as \"{name}\" ({backup_id})"));
        let statuses = Statuses::until("COMPLETED", progress);
        let complete =
            backups.watch_until_completed(backup_id, |it| statuses.show(it.status.as_str()));
        complete.await.map_err(failed)?;
        progress.say(format!("Backup \"{name}\" ({backup_id}) is complete"));
        match retention {
            Some(kept) => {
                let doing = "The backup is complete, but older ones cannot be listed";
                let all = backups.list().await;
                let all = all.map_err(|error| failure::of_action(doing, &error))?;
                failure::warn_of_unreadable(cx, "backups", &all.unreadable);
                let retention = Retention::among(&all, backup_id, &id, prefix, kept);
                retain(cx, &backups, retention, progress).await;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Deletes older backups. What cannot be deleted is a warning: the new one is there.
async fn retain(
    cx: &Context<Client>,
    backups: &Backups,
    Retention { outdated, built_upon }: Retention,
    progress: &Progress,
) {
    for it in built_upon {
        cx.warn(Diagnostic::warning(format!("Backup \"{}\" ({}) is kept", it.name, it.id)).detail(
            "It is older than `retention` allows, but incremental backups build on it, which would be deleted with it.",
        ));
    }
    for it in outdated {
        progress.say(format!("Deleting the older backup \"{}\" ({})", it.name, it.id));
        let deleted = async {
            backups.delete(&it.id).await?;
            backups.wait_until_gone(&it.id).await
        };
        if let Err(error) = deleted.await {
            let doing = format!("The older backup \"{}\" ({}) is not deleted", it.name, it.id);
            failure::of_action(doing, &error).into_iter().for_each(|it| {
                cx.warn(Diagnostic::warning(it.summary()).detail(it.detail_text()));
            });
        }
    }
}
