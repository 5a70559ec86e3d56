//! All configuration groups of the region.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, list_of, object, string};
use tfplug::{Context, DataSource, Result};

use crate::datastore::{self, Datastore};
use crate::{failure, place};

/// The data source `rackspace_db_configurations`.
pub(crate) struct Configurations;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    configurations: Option<Vec<Item>>,
}

/// One group, as far as a list tells of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    id: String,
    name: String,
    description: Option<String>,
    datastore: Option<Datastore>,
    created: Option<String>,
    updated: Option<String>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for Configurations {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_configurations";

    fn schema(&self) -> Schema {
        let told = |description: &str| string().computed().describe(description);
        let item = object()
            .attribute("id", told("ID of the group."))
            .attribute("name", told("Name of the group."))
            .attribute("description", told("Description of the group."))
            .attribute(
                "datastore",
                datastore::attribute("The database software that the group is for."),
            )
            .attribute("created", told("Time of creation, UTC."))
            .attribute("updated", told("Time of the last change, UTC."));
        Schema::new("Lists the configuration groups of the region. What a group sets, the data source `rackspace_db_configuration` tells.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute("configurations", list_of(item).computed().describe("The groups, by name and ID."))
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the configuration groups";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let mut found =
            api.configurations().list().await.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, "configuration groups", &found.unreadable);
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(Model { region, configurations: Some(found.into_iter().map(Item::from).collect()) })
    }
}

impl From<clouddb::Configuration> for Item {
    fn from(found: clouddb::Configuration) -> Self {
        let version = found.datastore_version_name;
        Self {
            id: found.id,
            name: found.name,
            description: found.description.filter(|text| !text.is_empty()),
            datastore: found.datastore_name.map(|it| Datastore { r#type: Some(it), version }),
            created: found.created,
            updated: found.updated,
        }
    }
}
