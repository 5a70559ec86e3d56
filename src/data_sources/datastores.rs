//! The database software that an instance can run, with its versions.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, list_of, object, string};
use tfplug::{Context, DataSource, Diagnostic, Result};

use crate::{failure, place};

/// The data source `rackspace_db_datastores`.
pub(crate) struct Datastores;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    datastores: Option<Vec<Item>>,
}

/// One datastore.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    id: String,
    r#type: String,
    default_version: Option<String>,
    versions: Vec<Version>,
}

/// One version of a datastore.
#[derive(Serialize, Deserialize)]
pub(crate) struct Version {
    id: String,
    name: String,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for Datastores {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_datastores";

    fn schema(&self) -> Schema {
        let version =
            object().attribute("id", string().computed().describe("ID of the version.")).attribute(
                "name",
                string()
                    .computed()
                    .describe("Name of the version, such as `8.0`, for `datastore.version`."),
            );
        let item = object()
            .attribute("id", string().computed().describe("ID of the datastore."))
            .attribute("type", string().computed().describe("Its name, for `datastore.type`."))
            .attribute(
                "default_version",
                string()
                    .computed()
                    .describe("Name of the version that is used when none is given."),
            )
            .attribute("versions", list_of(version).computed().describe("The versions, by name."));
        Schema::new("Lists the database software that the region offers, with its versions.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute("datastores", list_of(item).computed().describe("The datastores, by type."))
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the datastores";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let mut found =
            api.datastores().list().await.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, "datastores", &found.unreadable);
        for warning in found.iter().filter_map(unreadable_versions) {
            cx.warn(warning);
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Model { region, datastores: Some(found.into_iter().map(Item::from).collect()) })
    }
}

/// Warns of versions that are left out because they cannot be read.
fn unreadable_versions(datastore: &clouddb::Datastore) -> Option<Diagnostic> {
    let ids = datastore.unreadable_versions.iter();
    let ids: Vec<&str> = ids.map(|id| id.as_deref().unwrap_or("one without an ID")).collect();
    (!ids.is_empty()).then(|| {
        Diagnostic::warning(format!("Versions of datastore {} cannot be read", datastore.name))
            .detail(format!(
                "They are not as the API documents them, and are left out here: {}. Rackspace support may know what is wrong with them.",
                ids.join(", ")
            ))
    })
}

impl From<clouddb::Datastore> for Item {
    fn from(mut found: clouddb::Datastore) -> Self {
        found.versions.sort_by(|a, b| a.name.cmp(&b.name));
        // The API gives the default version by its ID; a configuration wants the name.
        let default = found.default_version.map(|default| {
            let named = found.versions.iter().find(|version| version.id == default);
            named.map_or(default, |version| version.name.clone())
        });
        Self {
            id: found.id,
            r#type: found.name,
            default_version: default,
            versions: found
                .versions
                .into_iter()
                .map(|it| Version { id: it.id, name: it.name })
                .collect(),
        }
    }
}
