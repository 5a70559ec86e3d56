//! The flavors that exist, smallest first.

use clouddb::{Client, Error};
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Validator, integer, list_of, object, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Result};

use crate::datastore::{self, version_alone};
use crate::flavor::sort;
use crate::{failure, place};

/// The data source `rackspace_db_flavors`.
pub(crate) struct Flavors;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    min_ram: Option<u64>,
    max_ram: Option<u64>,
    name_contains: Option<String>,
    datastore_type: Option<String>,
    datastore_version: Option<String>,
    flavors: Option<Vec<Item>>,
}

/// One flavor.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    id: String,
    name: String,
    ram: u64,
}

/// What validation looks at: the range of RAM, and the software.
#[derive(Deserialize)]
pub(crate) struct Config {
    min_ram: Attr<u64>,
    max_ram: Attr<u64>,
    datastore_type: Attr<String>,
    datastore_version: Attr<String>,
}

impl DataSource for Flavors {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_flavors";

    fn schema(&self) -> Schema {
        Schema::new("Lists the flavors of the region: the sizes of memory that an instance can have, smallest first.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute("min_ram", integer().optional().validator(Validator::at_least(0)).describe(
                "Only flavors with at least this much RAM, in MB.",
            ))
            .attribute("max_ram", integer().optional().validator(Validator::at_least(0)).describe(
                "Only flavors with at most this much RAM, in MB.",
            ))
            .attribute("name_contains", string().optional().describe(
                "Only flavors whose name contains this text, in any case.",
            ))
            .attribute("datastore_type", string().optional().validator(Validator::length(1..=255)).describe(
                "Only flavors that an instance of this kind of database software can have, such as `mysql`, by name or ID.",
            ))
            .attribute("datastore_version", string().optional().computed().validator(Validator::length(1..=255)).describe(
                "The version of that software, such as `8.0`, by name or ID. Left out, the default version, whose name is then told; null without `datastore_type`.",
            ))
            .attribute("flavors", list_of(
                object()
                    .attribute("id", string().computed().describe("ID of the flavor."))
                    .attribute("name", string().computed().describe("Name, such as `2GB Instance`."))
                    .attribute("ram", integer().computed().describe("RAM in MB.")),
            ).computed().describe("The flavors that fit, by RAM."))
    }

    fn validate(&self, config: Config, diagnostics: &mut tfplug::Diagnostics) {
        if let (Some(min), Some(max)) = (config.min_ram.known(), config.max_ram.known())
            && min > max
        {
            diagnostics.push(
                tfplug::Diagnostic::error("An empty range of RAM")
                    .detail(format!("`min_ram` is {min} and `max_ram` is {max}, so no flavor can fit. Swap or remove one."))
                    .attribute("min_ram"),
            );
        }
        if let (Attr::Null, Attr::Known(version)) =
            (&config.datastore_type, &config.datastore_version)
        {
            diagnostics.push(version_alone(version));
        }
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the flavors";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let failed = |error: Error| failure::report(doing, &error);
        let mut version_name = None;
        let mut flavors = match config.datastore_type.as_deref() {
            None => api.flavors().list().await.map_err(failed)?,
            Some(kind) => {
                let listed = api.datastores().list().await.map_err(failed)?;
                let wanted = config.datastore_version.as_deref();
                let version = datastore::on_offer(&listed, kind, wanted)?;
                version_name = Some(version.name.clone());
                let kind = datastore::find(&listed, kind).map_or(kind, |it| it.id.as_str());
                api.flavors().of_version(kind, &version.id).await.map_err(failed)?
            }
        };
        failure::warn_of_unreadable(cx, "flavors", &flavors.unreadable);
        sort(&mut flavors);
        let part = config.name_contains.as_deref().unwrap_or_default().to_lowercase();
        let fits = |flavor: &clouddb::Flavor| {
            config.min_ram.is_none_or(|min| flavor.ram >= min)
                && config.max_ram.is_none_or(|max| flavor.ram <= max)
                && flavor.name.to_lowercase().contains(&part)
        };
        let items = flavors.into_iter().filter(fits);
        let items = items.map(|it| Item { id: it.id, name: it.name, ram: it.ram }).collect();
        let datastore_version = config.datastore_version.or(version_name);
        Ok(Model { region, datastore_version, flavors: Some(items), ..config })
    }
}
