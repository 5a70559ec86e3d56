//! Copies a backup to another region.

use std::time::Duration;

use clouddb::{BackupCopy, Client};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, string};
use tfplug::value::Attr;
use tfplug::{Action, Context, Diagnostic, Diagnostics, PlanContext, Progress, Result};

use super::statuses::Statuses;
use crate::place::{self, Object};
use crate::resources::backup::look;
use crate::{failure, rules};

/// The action `rackspace_db_backup_copy`.
pub(super) struct Copy;

#[derive(Deserialize)]
pub(super) struct Arguments {
    backup_id: String,
    target_region: String,
    name: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Config {
    target_region: Attr<String>,
}

impl Action for Copy {
    type Client = Client;
    type Arguments = Arguments;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_backup_copy";
    const TIMEOUT: Duration = Duration::from_hours(2);

    fn schema(&self) -> Schema {
        Schema::new(
            "Copies a backup to another region and waits until the copy is complete. No state holds the copy, which is a backup of its own: it stays until you delete it, and you pay for it until then. Needs Terraform 1.14.\n\n\
             A backup that is still being made is waited for.",
        )
        .attribute("backup_id", string().required().validator(rules::id_of("a backup")).describe(
            "ID of the backup, in any region of the account.",
        ))
        .attribute("target_region", string().required().validator(Validator::length(1..=64)).describe(
            "Region to copy to, such as `IAD`, in any case: another one than that of the backup. The service copies nothing to and from `LON`.",
        ))
        .attribute("name", string().optional().validator(rules::display_name(64)).describe(
            "Name of the copy, 1 to 64 characters. Left out, that of the backup.",
        ))
        .attribute("description", string().optional().validator(Validator::length(1..=255)).describe(
            "Description of the copy, up to 255 characters.",
        ))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        if config.target_region.known().is_some_and(|it| it.eq_ignore_ascii_case("LON")) {
            diagnostics.push(
                Diagnostic::error("No copies of backups in London")
                    .detail("The service copies no backups to LON. Give another region.")
                    .attribute("target_region"),
            );
        }
    }

    async fn plan(&self, cx: &PlanContext<Client>, config: Config) -> Result<()> {
        let (Some(api), Some(target)) = (place::planning_api(cx), config.target_region.known())
        else {
            return Ok(());
        };
        place::there(&api, "Unable to plan the copy of a backup", target, None).await.map(drop)
    }

    async fn invoke(
        &self,
        cx: &Context<Client>,
        arguments: Arguments,
        progress: &Progress,
    ) -> Result<()> {
        let (id, target) = (arguments.backup_id, arguments.target_region);
        let doing = format!("Unable to copy backup {id} to {target}");
        let failed = |error: clouddb::Error| failure::of_action(&doing, &error);
        let wanted = Object { shown: format!("backup {id}"), region: None, instance_id: None };
        let Some(found) = place::find(cx, &doing, &wanted, look(&id)).await? else {
            return Err(Diagnostic::error(&doing)
                .detail(format!(
                    "There is no backup with the ID \"{id}\" {}. Correct `backup_id`.",
                    place::searched(cx).await
                ))
                .attribute("backup_id")
                .into());
        };
        let (there, _) = place::asked(cx, &doing, Some(&target)).await?;
        let (from, to) = (found.client.region(), there.region());
        let (from, to) = (from.await.map_err(failed)?, to.await.map_err(failed)?);
        if from == to {
            return Err(Diagnostic::error(&doing)
                .detail(format!("The backup is in {target} already. Give another `target_region`."))
                .attribute("target_region")
                .into());
        }
        let statuses = Statuses::until("COMPLETED", progress);
        let here = found.client.backups();
        let complete = here.watch_until_completed(&id, |it| statuses.show(it.status.as_str()));
        let original = complete.await.map_err(failed)?;
        let region = to.unwrap_or(target);
        let name = arguments.name.unwrap_or(original.name);
        progress.say(format!("Copying backup \"{name}\" ({id}) to {region}"));
        let copy = BackupCopy { region: region.clone(), name, description: arguments.description };
        let copied = here.copy(&id, &there.backups(), &copy).await.map_err(failed)?;
        let statuses = Statuses::until("COMPLETED", progress);
        let complete = there
            .backups()
            .watch_until_completed(&copied.id, |it| statuses.show(it.status.as_str()))
            .await;
        complete.map_err(failed)?;
        progress
            .say(format!("The copy \"{}\" ({}) in {region} is complete", copied.name, copied.id));
        Ok(())
    }
}
