//! What the service sets by itself: for an instance, or for a version of a datastore and a flavor.

use std::collections::BTreeMap;

use clouddb::{Client, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tfplug::schema::{Attribute, Schema, Validator, map, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Diagnostic, Diagnostics, Result};

use crate::parameter::text;
use crate::ways::Way;
use crate::{datastore, failure, flavor, place, rules};

/// The data source `rackspace_db_default_configuration`.
pub(crate) struct DefaultConfiguration;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    instance_id: Option<String>,
    datastore_type: Option<String>,
    datastore_version: Option<String>,
    flavor: Option<String>,
    values: Option<BTreeMap<String, String>>,
}

/// The two ways to ask.
#[derive(Deserialize)]
pub(crate) struct Config {
    instance_id: Attr<String>,
    datastore_type: Attr<String>,
    datastore_version: Attr<String>,
    flavor: Attr<String>,
}

impl DataSource for DefaultConfiguration {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_default_configuration";

    fn schema(&self) -> Schema {
        Schema::new("Reads what the service sets by itself, where no configuration group says otherwise: for an instance, or for any instance of a datastore version and a flavor.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute("instance_id", string().optional().validator(rules::id_of("an instance")).describe("ID of the instance. Set either this, or `datastore_type`, `datastore_version` and `flavor`."))
            .attribute("datastore_type", asked("Kind of database software, such as `mysql`, by name or ID."))
            .attribute("datastore_version", asked("Its version, such as `8.0`, by name or ID."))
            .attribute("flavor", asked("Memory of the instance: a flavor's ID, its name or its RAM in MB."))
            .attribute("values", map(string()).computed().describe("The settings, by the name of the parameter, as the service writes them, such as `600M`; a configuration group wants sizes in bytes."))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        let one = Way::from(&config.instance_id);
        let other =
            [&config.datastore_type, &config.datastore_version, &config.flavor].map(Way::from);
        let first = one != Way::Left && other.iter().all(|it| *it != Way::Given);
        let second = one != Way::Given && other.iter().all(|it| *it != Way::Left);
        if !first && !second {
            diagnostics.push(
                Diagnostic::error("Exactly one way to ask for default settings")
                    .detail("Set either `instance_id`, or all of `datastore_type`, `datastore_version` and `flavor`."),
            );
        }
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to read the default settings";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let failed = |error: Error| failure::report(doing, &error);
        let found = match &config.instance_id {
            Some(id) => api
                .configurations()
                .of_instance(id)
                .await
                .map_err(failed)?
                .ok_or_else(|| no_instance(id))?,
            None => of_version(&api, doing, &config).await?,
        };
        let values = found.iter().map(|(name, value)| (name.clone(), text(value)));
        Ok(Model { region, values: Some(values.collect()), ..config })
    }
}

fn asked(description: &str) -> Attribute {
    string().optional().validator(Validator::length(1..=255)).describe(description)
}

async fn of_version(api: &Client, doing: &str, config: &Model) -> Result<Map<String, Value>> {
    let failed = |error: Error| failure::report(doing, &error);
    let given = |it: &Option<String>| it.clone().unwrap_or_default();
    let (kind, version) = (given(&config.datastore_type), given(&config.datastore_version));
    let listed = api.datastores().list().await.map_err(failed)?;
    let version_id = datastore::on_offer(&listed, &kind, Some(&version))?.id.clone();
    let flavors = api.flavors().list().await.map_err(failed)?;
    let spelling = given(&config.flavor);
    let Some(meant) = flavor::find(&flavors, &spelling, None) else {
        return Err(Diagnostic::error("Unknown flavor")
            .detail(format!(
                "No flavor has the ID, the name or the RAM \"{spelling}\". The data source rackspace_db_flavors lists those that exist."
            ))
            .attribute("flavor")
            .into());
    };
    api.configurations().of_version(&version_id, &meant.flavor.id).await.map_err(failed)
}

fn no_instance(id: &str) -> Diagnostics {
    Diagnostic::error("No such instance")
        .detail(format!(
            "There is no instance with the ID \"{id}\" in this account and region. The data source rackspace_db_instances lists those that exist."
        ))
        .attribute("instance_id")
        .into()
}
