//! One configuration group: by its ID, or by a name that no other has.

use clouddb::{Client, Error};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, map, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Diagnostic, Diagnostics, Result};

use crate::configuration::{self, computed};
use crate::ways::{Way, not_one_of, only_one};
use crate::{datastore, failure, place};

/// The data source `rackspace_db_configuration`.
pub(crate) struct Configuration;

/// The two ways to ask.
#[derive(Deserialize)]
pub(crate) struct Config {
    id: Attr<String>,
    name: Attr<String>,
}

impl DataSource for Configuration {
    type Client = Client;
    type Model = configuration::Configuration;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_configuration";

    fn schema(&self) -> Schema {
        let asked = |description: &str| {
            string()
                .optional()
                .computed()
                .validator(Validator::length(1..=255))
                .describe(description)
        };
        let schema = Schema::new(
            "Reads one configuration group, with what it sets, by its ID or its name.",
        )
        .attribute("id", asked("ID of the group. Exactly one of `id` and `name` must be set."))
        .attribute("name", asked("Name of the group, if only one group of the region has it."))
        .attribute(
            "region",
            place::argument(
                "Region to look in, such as `DFW`, in any case. Left out, that of the provider.",
            ),
        )
        .attribute("description", string().computed().describe("Description of the group."))
        .attribute(
            "datastore",
            datastore::attribute("The database software that the group is for."),
        )
        .attribute(
            "values",
            map(string()).computed().describe("What the group sets, by the name of the parameter."),
        );
        computed().into_iter().fold(schema, |schema, (name, it)| schema.attribute(name, it))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        if not_one_of(&[Way::from(&config.id), Way::from(&config.name)]).is_some() {
            diagnostics.push(
                Diagnostic::error("Exactly one way to find a configuration group")
                    .detail("Set either `id`, or `name` if no other group has it."),
            );
        }
    }

    async fn read(
        &self,
        cx: &Context<Client>,
        config: configuration::Configuration,
    ) -> Result<configuration::Configuration> {
        let (id, name) = (config.id.as_deref(), config.name.as_deref().unwrap_or_default());
        let doing = match id {
            Some(id) => format!("Unable to read configuration group {id}"),
            None => format!("Unable to look for a configuration group named \"{name}\""),
        };
        let (api, region) = place::asked(cx, &doing, config.region.as_deref()).await?;
        let failed = |error: Error| failure::report(&doing, &error);
        let id = if let Some(id) = id {
            id.to_owned()
        } else {
            let groups = api.configurations().list().await.map_err(failed)?;
            failure::warn_of_unreadable(cx, "configuration groups", &groups.unreadable);
            only_one(groups, |it| (&it.id, &it.name), name).map_err(|ids| not_one(&ids, name))?.id
        };
        let found = configuration::Configuration::read(&api, &id, region).await.map_err(failed)?;
        found.ok_or_else(|| none(&format!("with the ID \"{id}\"")))
    }
}

/// Why no ID can be told for a name that so many groups have.
fn not_one(ids: &[String], name: &str) -> Diagnostics {
    if ids.is_empty() {
        return none(&format!("named \"{name}\""));
    }
    Diagnostic::error("Several configuration groups of one name")
        .detail(format!(
            "These groups are named \"{name}\": {}. Set the `id` of the one that is meant.",
            ids.join(", ")
        ))
        .attribute("name")
        .into()
}

fn none(asked: &str) -> Diagnostics {
    Diagnostic::error("No such configuration group")
        .detail(format!(
            "There is no configuration group {asked} in this account and region. The data source rackspace_db_configurations lists those that exist."
        ))
        .into()
}
