//! All instances of the account in the region.

use clouddb::{Client, Error, LeftOut, Listing};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, boolean, integer, list_of, object, string};
use tfplug::{Context, DataSource, Result};

use crate::datastore::{self, Datastore};
use crate::{failure, instance, place};

/// The data source `rackspace_db_instances`.
pub(crate) struct Instances;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    name: Option<String>,
    include_ha: Option<bool>,
    instances: Option<Vec<Item>>,
}

instance::model! {
    /// What a list tells of one instance; it leaves out times and used space.
    listed Item {
        name: Option<String>,
        volume_size: Option<u64>,
        datastore: Option<Datastore>,
        ha_id: Option<String>,
    }
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
            .attribute("volume_size", integer().computed().describe("Size of the volume in GB."))
            .attribute("datastore", datastore::attribute("The database software."))
            .attribute(
                "ha_id",
                string()
                    .computed()
                    .describe("ID of the HA group that the instance is a member of."),
            );
        let told = instance::listed().into_iter();
        let item = told.fold(item, |item, (name, it)| item.attribute(name, it));
        Schema::new("Lists the instances of the account in the region.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute(
                "name",
                string().optional().describe("Only instances with exactly this name."),
            )
            .attribute(
                "include_ha",
                boolean().optional().describe("Whether members of HA groups are listed, with their `ha_id`. Default `true`. The data source `rackspace_db_ha_groups` lists the groups."),
            )
            .attribute(
                "instances",
                list_of(item).computed().describe("The instances that fit, by name and ID."),
            )
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the instances";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let listed = match config.include_ha {
            Some(false) => without_members(&api).await,
            _ => api.instances().list().await,
        };
        let mut found = listed.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, "instances", &found.unreadable);
        found.retain(|it| config.name.as_ref().is_none_or(|name| *name == it.name));
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(Model { region, instances: Some(found.into_iter().map(Item::from).collect()), ..config })
    }
}

/// All instances that are no members of HA groups.
async fn without_members(api: &Client) -> std::result::Result<Listing<clouddb::Instance>, Error> {
    let pages = api.instances().pages_without(LeftOut { replicas: false, members: true });
    let all = Listing::default();
    let joined = pages.try_fold(all, async |mut all: Listing<clouddb::Instance>, page| {
        all.items.extend(page.items);
        all.unreadable.extend(page.unreadable);
        Ok(all)
    });
    joined.await
}

impl From<clouddb::Instance> for Item {
    fn from(found: clouddb::Instance) -> Self {
        let listed = Self::default().listed(&found);
        Self {
            name: Some(found.name),
            volume_size: Some(found.volume.size),
            datastore: found.datastore.map(Datastore::from),
            ha_id: found.ha_id,
            ..listed
        }
    }
}
