//! One backup: by its ID, or the latest complete one of an instance.

use clouddb::{BackupStatus, Client, Error};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Diagnostic, Diagnostics, Result};

use crate::ways::{Way, not_one_of};
use crate::{backup, failure, place};

/// The data source `rackspace_db_backup`.
pub(crate) struct Backup;

/// The two ways to ask.
#[derive(Deserialize)]
pub(crate) struct Config {
    id: Attr<String>,
    instance_id: Attr<String>,
}

impl DataSource for Backup {
    type Client = Client;
    type Model = backup::Backup;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_backup";

    fn schema(&self) -> Schema {
        let asked = |description: &str| {
            string()
                .optional()
                .computed()
                .validator(Validator::length(1..=255))
                .describe(description)
        };
        let schema = Schema::new(
            "Reads one backup by its ID, or the latest complete backup of an instance.",
        )
        .attribute(
            "id",
            asked("ID of the backup. Exactly one of `id` and `instance_id` must be set."),
        )
        .attribute(
            "instance_id",
            asked(
                "ID of an instance, to find its latest complete backup. The instance may be gone.",
            ),
        )
        .attribute(
            "region",
            place::argument(
                "Region to look in, such as `DFW`, in any case. Left out, that of the provider.",
            ),
        );
        backup::told().into_iter().fold(schema, |schema, (name, it)| schema.attribute(name, it))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        if not_one_of(&[Way::from(&config.id), Way::from(&config.instance_id)]).is_some() {
            diagnostics.push(
                Diagnostic::error("Exactly one way to find a backup")
                    .detail("Set either `id`, or `instance_id` for the latest complete backup of that instance."),
            );
        }
    }

    async fn read(&self, cx: &Context<Client>, config: backup::Backup) -> Result<backup::Backup> {
        let doing = match (&config.id, &config.instance_id) {
            (Some(id), _) => format!("Unable to read backup {id}"),
            (None, id) => format!(
                "Unable to look for backups of instance {}",
                id.as_deref().unwrap_or_default()
            ),
        };
        let (api, region) = place::asked(cx, &doing, config.region.as_deref()).await?;
        let unreadable = |error: &Error| failure::report(&doing, error);
        let found = match (&config.id, &config.instance_id) {
            (Some(id), _) => api.backups().get(id).await.map_err(|error| unreadable(&error))?,
            (None, instance_id) => {
                let backups = api.backups().list().await.map_err(|error| unreadable(&error))?;
                failure::warn_of_unreadable(cx, "backups", &backups.unreadable);
                latest(backups.items, instance_id.as_deref().unwrap_or_default())
            }
        };
        let found = found.ok_or_else(|| none(&config))?;
        let found = backup::Backup::told(found, region);
        Ok(backup::Backup { instance_id: found.instance_id.or(config.instance_id), ..found })
    }
}

/// The complete backup of that instance that was made last.
///
/// The account's list serves also for an instance that is gone, whose own list may be a 404.
fn latest(backups: Vec<clouddb::Backup>, instance_id: &str) -> Option<clouddb::Backup> {
    backups
        .into_iter()
        .filter(|it| it.instance_id.as_deref() == Some(instance_id))
        .filter(|it| it.status == BackupStatus::Completed)
        .max_by(|a, b| (&a.created, &a.id).cmp(&(&b.created, &b.id)))
}

fn none(config: &backup::Backup) -> Diagnostics {
    let asked = match (&config.id, &config.instance_id) {
        (Some(id), _) => format!("There is no backup with the ID \"{id}\""),
        (None, id) => format!(
            "There is no complete backup of instance \"{}\"",
            id.as_deref().unwrap_or_default()
        ),
    };
    Diagnostic::error("No such backup")
        .detail(format!(
            "{asked} in this account and region. The data source rackspace_db_backups lists those that exist."
        ))
        .into()
}
