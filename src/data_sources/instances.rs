//! All instances of the account in the region.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, integer, list_of, object, string};
use tfplug::{Context, DataSource, Result};

use super::instance::{Datastore, datastore};
use crate::api::api;
use crate::failure;

/// The data source `rackspace_db_instances`.
pub(crate) struct Instances;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    name: Option<String>,
    instances: Option<Vec<Item>>,
}

/// What the listing tells of one instance; it leaves out times and used space.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    id: String,
    name: String,
    status: String,
    flavor_id: String,
    volume_size: u64,
    hostname: Option<String>,
    datastore: Option<Datastore>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for Instances {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_instances";

    fn schema(&self) -> Schema {
        let item = object()
            .attribute("id", string().computed().describe("ID of the instance."))
            .attribute("name", string().computed().describe("Name of the instance."))
            .attribute("status", string().computed().describe("Status, such as `ACTIVE`."))
            .attribute("flavor_id", string().computed().describe("ID of the flavor."))
            .attribute("volume_size", integer().computed().describe("Size of the volume in GB."))
            .attribute("hostname", string().computed().describe("Host name, if it has one."))
            .attribute("datastore", datastore("The database software."));
        Schema::new("Lists the instances of the account in the region.")
            .attribute(
                "name",
                string().optional().describe("Only instances with exactly this name."),
            )
            .attribute(
                "instances",
                list_of(item).computed().describe("The instances that fit, by name and ID."),
            )
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let mut found = api(cx)
            .instances()
            .list()
            .await
            .map_err(|error| failure::report("Unable to list the instances", &error))?;
        found.retain(|it| config.name.as_ref().is_none_or(|name| *name == it.name));
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(Model { instances: Some(found.into_iter().map(Item::from).collect()), ..config })
    }
}

impl From<clouddb::Instance> for Item {
    fn from(found: clouddb::Instance) -> Self {
        Self {
            id: found.id,
            name: found.name,
            status: found.status.to_string(),
            flavor_id: found.flavor.id,
            volume_size: found.volume.size,
            hostname: found.hostname,
            datastore: found.datastore.map(|it| Datastore { r#type: it.kind, version: it.version }),
        }
    }
}
