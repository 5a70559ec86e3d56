//! All high-availability groups of the region.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, list_of, object, string};
use tfplug::{Context, DataSource, Result};

use crate::datastore::{self, Datastore};
use crate::{failure, place};

/// The data source `rackspace_db_ha_groups`.
pub(crate) struct HaGroups;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    name: Option<String>,
    groups: Option<Vec<Item>>,
}

/// One group, as far as a list tells of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    id: String,
    name: String,
    state: String,
    datastore: Option<Datastore>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for HaGroups {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_ha_groups";

    fn schema(&self) -> Schema {
        let told = |description: &str| string().computed().describe(description);
        let item = object()
            .attribute("id", told("ID of the group."))
            .attribute("name", told("Name of the group."))
            .attribute("state", told("State, such as `ACTIVE`."))
            .attribute("datastore", datastore::attribute("The database software."));
        Schema::new("Lists the HA groups of the region. Members and endpoints of a group, the data source `rackspace_db_ha_group` tells.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute("name", string().optional().describe("Only groups with exactly this name."))
            .attribute("groups", list_of(item).computed().describe("The groups that fit, by name and ID."))
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the HA groups";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let mut found =
            api.ha_groups().list().await.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, "HA groups", &found.unreadable);
        found.retain(|it| config.name.as_ref().is_none_or(|name| *name == it.name));
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(Model { region, groups: Some(found.into_iter().map(Item::from).collect()), ..config })
    }
}

impl From<clouddb::HaGroup> for Item {
    fn from(found: clouddb::HaGroup) -> Self {
        Self {
            id: found.id,
            name: found.name,
            state: found.state.to_string(),
            datastore: found.datastore.map(Datastore::from),
        }
    }
}
