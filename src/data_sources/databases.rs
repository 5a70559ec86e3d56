//! All databases of an instance.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, list, string};
use tfplug::{Context, DataSource, Result};

use crate::api::api;
use crate::{failure, rules};

/// The data source `rackspace_db_databases`.
pub(crate) struct Databases;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
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
            .attribute(
                "names",
                list(string()).computed().describe("Names of the databases, sorted."),
            )
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let found = api(cx).databases(&config.instance_id).list().await.map_err(|error| {
            let doing = format!("Unable to list the databases of instance {}", config.instance_id);
            failure::report_at(doing, &error, "instance_id")
        })?;
        let mut names: Vec<String> = found.into_iter().map(|it| it.name).collect();
        names.sort();
        Ok(Model { names: Some(names), ..config })
    }
}
