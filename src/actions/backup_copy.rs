//! Copies a backup to another region.

use std::time::Duration;

use clouddb::Client;
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, string};
use tfplug::value::Attr;
use tfplug::{Action, Context, Diagnostics, PlanContext, Progress, Result};

use super::statuses::Statuses;
use crate::backup::copying::{self, Wanted};
use crate::{failure, place, rules};

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
        if config.target_region.known().is_some_and(|it| copying::is_apart(it)) {
            diagnostics.push(copying::apart("target_region"));
        }
    }

    async fn plan(&self, cx: &PlanContext<Client>, config: Config) -> Result<()> {
        let (Some(api), Some(target)) = (place::planning_api(cx), config.target_region.known())
        else {
            return Ok(());
        };
        let doing = "Unable to plan the copy of a backup";
        place::beyond(&api, doing, target, "target_region").await.map(drop)
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
        let wanted = Wanted {
            doing: &doing,
            backup_id: &id,
            source_region: None,
            target: "target_region",
            report: |doing, error| failure::of_action(doing, error),
        };
        let found = wanted.original(cx).await?;
        let (there, _) = place::asked(cx, &doing, Some(&target)).await?;
        let statuses = Statuses::until("COMPLETED", progress);
        let observe = |it: &clouddb::Backup| statuses.show(it.status.as_str());
        let original = wanted.complete(&found, &there, observe).await?;
        let region = there.region().await.map_err(failed)?.unwrap_or(target);
        let name = arguments.name.unwrap_or_else(|| original.name.clone());
        progress.say(format!("Copying backup \"{name}\" ({id}) to {region}"));
        let copied =
            wanted.copy(&found.client, &there, &original, name, arguments.description).await?;
        if let Some(lost) = &copied.found_after {
            let then = format!(
                "It was not sent again. One backup of that name is in {region} now that was not there before: {}. Nobody can prove that no one else made it in the same moment.",
                copied.object.id
            );
            let found = format!("The copy \"{}\" was found, not returned", copied.object.name);
            cx.warn(failure::warning(found, lost, &then));
        }
        let copied = copied.object;
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
