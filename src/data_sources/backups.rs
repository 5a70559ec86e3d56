//! All backups of the account in the region, or those of one instance.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Validator, list_of, object, string};
use tfplug::{Context, DataSource, Result};

use crate::backup::{self, Backup, Filter};
use crate::{failure, place, rules};

/// The data source `rackspace_db_backups`.
pub(crate) struct Backups;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    instance_id: Option<String>,
    source_ha_group_id: Option<String>,
    automated: Option<bool>,
    source_type: Option<String>,
    newer_than: Option<String>,
    backups: Option<Vec<Backup>>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for Backups {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_backups";

    fn schema(&self) -> Schema {
        let item =
            object().attribute("id", string().computed().describe("ID of the backup.")).attribute(
                "instance_id",
                string().computed().describe("ID of the instance that was backed up."),
            );
        let item = item.attribute("region", string().computed().describe("Region of the backup."));
        let item =
            backup::told().into_iter().fold(item, |item, (name, it)| item.attribute(name, it));
        let schema = Schema::new("Lists the backups of the account in the region, also of instances that are gone, or those that are asked for.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute(
                "instance_id",
                string()
                    .optional()
                    .validator(rules::id_of("an instance"))
                    .describe("Only backups of this instance, which may be gone."),
            )
            .attribute(
                "source_ha_group_id",
                string()
                    .optional()
                    .validator(rules::id_of("an HA group"))
                    .describe("Only backups of this HA group, which may be gone."),
            )
            .attribute(
                "source_type",
                string().optional().validator(Validator::one_of(&[backup::INSTANCE, backup::GROUP])).describe(
                    "Only backups that were made of this: `instance`, or `ha` for a high-availability group.",
                ),
            );
        let chosen = backup::chosen().into_iter();
        chosen.fold(schema, |schema, (name, it)| schema.attribute(name, it)).attribute(
            "backups",
            list_of(item).computed().describe("The backups that fit, the latest first."),
        )
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the backups";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let mut found =
            api.backups().list().await.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, "backups", &found.unreadable);
        // The account's list also has the backups of instances that are gone.
        let filter = Filter {
            instance_id: config.instance_id.as_deref(),
            group_id: config.source_ha_group_id.as_deref(),
            automated: config.automated,
            source_type: config.source_type.as_deref(),
            newer_than: config.newer_than.as_deref(),
        };
        found.retain(|it| filter.asks_for(it));
        found.sort_by(|a, b| (&b.created, &b.id).cmp(&(&a.created, &a.id)));
        let told = found.into_iter().map(|it| Backup::told(it, region.clone()));
        Ok(Model { backups: Some(told.collect()), region, ..config })
    }
}
