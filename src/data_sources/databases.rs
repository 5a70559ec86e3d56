//! All databases of an instance.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, list, string};
use tfplug::{Context, DataSource, Result};

use crate::place::{self, Outcome};
use crate::{failure, rules};

/// The data source `rackspace_db_databases`.
pub(crate) struct Databases;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    instance_id: String,
    names: Option<Vec<String>>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for Databases {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_databases";

    fn schema(&self) -> Schema {
        Schema::new("Lists the databases of an instance. The API tells only their names.")
            .attribute(
                "instance_id",
                string()
                    .required()
                    .validator(rules::id_of("an instance"))
                    .describe("ID of the instance."),
            )
            .attribute("region", place::argument("Region of the instance, such as `DFW`, in any case. Left out, wherever the instance is."))
            .attribute(
                "names",
                list(string()).computed().describe("Names of the databases, sorted."),
            )
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = format!("Unable to list the databases of instance {}", config.instance_id);
        let (instance_id, region) = (&config.instance_id, config.region.as_deref());
        let asked = place::in_instance(cx, &doing, region, instance_id, |api| {
            let databases = api.databases(instance_id);
            async move { databases.list().await }
        });
        let Outcome { result, region, .. } = asked.await?;
        let found = result.map_err(|error| failure::report_at(doing, &error, "instance_id"))?;
        failure::warn_of_unreadable(cx, "databases", &found.unreadable);
        let mut names: Vec<String> = found.into_iter().map(|it| it.name).collect();
        names.sort();
        Ok(Model { region, names: Some(names), ..config })
    }
}
