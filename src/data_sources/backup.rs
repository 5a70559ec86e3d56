//! One backup: by its ID, or the latest complete one of an instance or of a high-availability group.

use clouddb::{BackupStatus, Client, Error, Source};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Diagnostic, Diagnostics, Result};

use crate::backup::{self, Filter};
use crate::ways::{Way, not_one_of};
use crate::{failure, place, source};

/// The data source `rackspace_db_backup`.
pub(crate) struct Backup;

/// The three ways to ask.
#[derive(Deserialize)]
pub(crate) struct Config {
    id: Attr<String>,
    instance_id: Attr<String>,
    source_ha_group_id: Attr<String>,
    automated: Attr<bool>,
    newer_than: Attr<String>,
}

backup::model! {
    /// What is asked for, and the backup that fits.
    Model {
        source_ha_group_id: Option<String>,
        automated: Option<bool>,
        newer_than: Option<String>,
    }
}

impl DataSource for Backup {
    type Client = Client;
    type Model = Model;
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
            "Reads one backup by its ID, or the latest complete backup of an instance or of an HA group.",
        )
        .attribute(
            "id",
            asked("ID of the backup. Exactly one of `id`, `instance_id` and `source_ha_group_id` must be set."),
        )
        .attribute(
            "instance_id",
            asked(
                "ID of an instance, to find its latest complete backup. The instance may be gone.",
            ),
        )
        .attribute(
            "source_ha_group_id",
            asked(
                "ID of an HA group, to find its latest complete backup. The group may be gone.",
            ),
        )
        .attribute(
            "region",
            place::argument(
                "Region to look in, such as `DFW`, in any case. Left out, that of the provider.",
            ),
        );
        let told = backup::chosen().into_iter().chain(backup::told());
        told.fold(schema, |schema, (name, it)| schema.attribute(name, it))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        let ways = [&config.id, &config.instance_id, &config.source_ha_group_id].map(Way::from);
        if not_one_of(&ways).is_some() {
            diagnostics.push(
                Diagnostic::error("Exactly one way to find a backup")
                    .detail("Set either `id`, or `instance_id` or `source_ha_group_id` for the latest complete backup of that instance or HA group."),
            );
        } else if config.id.known().is_some() {
            let chosen = [
                ("automated", config.automated.is_null()),
                ("newer_than", config.newer_than.is_null()),
            ];
            for (name, _) in chosen.into_iter().filter(|(_, is_null)| !is_null) {
                diagnostics.push(
                    Diagnostic::error("Only the latest backup is chosen by how it was made")
                        .detail(format!("`{name}` chooses among the backups of an instance or an HA group, and `id` names one. Remove `{name}`, or set `instance_id` or `source_ha_group_id` in the place of `id`."))
                        .attribute(name),
                );
            }
        }
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let source = source::only(config.instance_id.as_ref(), config.source_ha_group_id.as_ref());
        let doing = match (&config.id, &source) {
            (None, Some(source)) => {
                format!("Unable to look for backups of {}", source::shown(source))
            }
            (id, _) => format!("Unable to read backup {}", id.as_deref().unwrap_or_default()),
        };
        let (api, region) = place::asked(cx, &doing, config.region.as_deref()).await?;
        let unreadable = |error: &Error| failure::report(&doing, error);
        let found = if let Some(id) = &config.id {
            api.backups().get(id).await.map_err(|error| unreadable(&error))?
        } else {
            let backups = api.backups().list().await.map_err(|error| unreadable(&error))?;
            failure::warn_of_unreadable(cx, "backups", &backups.unreadable);
            let filter = Filter {
                instance_id: config.instance_id.as_deref(),
                group_id: config.source_ha_group_id.as_deref(),
                automated: config.automated,
                newer_than: config.newer_than.as_deref(),
                ..Filter::default()
            };
            latest(backups.items, &filter)
        };
        let found = found.ok_or_else(|| none(&config, source.as_ref()))?;
        let found = backup::Backup::told(found, region);
        let instance_id = found.instance_id.clone().or_else(|| config.instance_id.clone());
        let group_id = found.group_id().map(str::to_owned);
        let group_id = group_id.or_else(|| config.source_ha_group_id.clone());
        Ok(Model { instance_id, source_ha_group_id: group_id, ..config.with(found) })
    }
}

/// The complete backup of those asked for that was made last.
///
/// The account's list serves also for an instance that is gone, whose own list may be a 404.
fn latest(backups: Vec<clouddb::Backup>, filter: &Filter<'_>) -> Option<clouddb::Backup> {
    backups
        .into_iter()
        .filter(|it| filter.asks_for(it))
        .filter(|it| it.status == BackupStatus::Completed)
        .max_by(|a, b| (&a.created, &a.id).cmp(&(&b.created, &b.id)))
}

fn none(config: &Model, source: Option<&Source>) -> Diagnostics {
    let asked = match (&config.id, source) {
        (None, Some(source)) => {
            let kind = match config.automated {
                Some(true) => " that a schedule made",
                Some(false) => " made by hand",
                None => "",
            };
            let after = config.newer_than.as_ref().map(|it| format!(" newer than {it}"));
            format!(
                "There is no complete backup{kind}{} of {} \"{}\"",
                after.unwrap_or_default(),
                source::noun(source),
                source.id()
            )
        }
        (id, _) => {
            format!("There is no backup with the ID \"{}\"", id.as_deref().unwrap_or_default())
        }
    };
    Diagnostic::error("No such backup")
        .detail(format!(
            "{asked} in this account and region. The data source rackspace_db_backups lists those that exist."
        ))
        .into()
}
