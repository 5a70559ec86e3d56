//! The parameters that configuration groups for a version of a datastore can set.

use clouddb::{Client, Error, Parameter};
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Validator, boolean, integer, list_of, object, string};
use tfplug::{Context, DataSource, Result};

use crate::parameter::bound;
use crate::{datastore, failure, place};

/// The data source `rackspace_db_parameters`.
pub(crate) struct Parameters;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    datastore_type: String,
    datastore_version: Option<String>,
    parameters: Option<Vec<Item>>,
}

/// One parameter.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    name: String,
    r#type: Option<String>,
    min: Option<i128>,
    max: Option<i128>,
    restart_required: Option<bool>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for Parameters {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_parameters";

    fn schema(&self) -> Schema {
        let item = object()
            .attribute("name", string().computed().describe("Name of the parameter, such as `max_connections`."))
            .attribute("type", string().computed().describe("Type of its value: `integer`, `string`, `boolean` or `float`. In `values` of a group each is written as a text."))
            .attribute("min", integer().computed().describe("The smallest number, if there is one."))
            .attribute("max", integer().computed().describe("The largest number, if there is one."))
            .attribute("restart_required", boolean().computed().describe("Whether a change takes effect at the next restart only."));
        Schema::new("Lists what a configuration group for a version of the database software can set.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute("datastore_type", string().required().validator(Validator::length(1..=255)).describe("Kind of database software, such as `mysql`, by name or ID."))
            .attribute("datastore_version", string().optional().computed().validator(Validator::length(1..=255)).describe("Its version, such as `8.0`, by name or ID. Left out, the default version, whose name is then told."))
            .attribute("parameters", list_of(item).computed().describe("The parameters, by name."))
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the parameters";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let failed = |error: Error| failure::report(doing, &error);
        let listed = api.datastores().list().await.map_err(failed)?;
        let version = config.datastore_version.as_deref();
        let version = datastore::on_offer(&listed, &config.datastore_type, version)?;
        let mut found = api.configurations().parameters(&version.id).await.map_err(failed)?;
        failure::warn_of_unreadable(cx, "parameters", &found.unreadable);
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Model {
            region,
            datastore_version: config.datastore_version.or_else(|| Some(version.name.clone())),
            parameters: Some(found.into_iter().map(Item::from).collect()),
            ..config
        })
    }
}

impl From<Parameter> for Item {
    fn from(found: Parameter) -> Self {
        Self {
            name: found.name,
            r#type: found.kind,
            min: bound(found.min.as_ref()),
            max: bound(found.max.as_ref()),
            restart_required: found.restart_required,
        }
    }
}
