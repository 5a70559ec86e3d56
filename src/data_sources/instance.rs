//! One instance, by its ID or by a name that only it has.

use clouddb::{Client, Error};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, boolean, integer, number, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Diagnostic, Diagnostics, Result};

use crate::datastore::{self, Datastore};
use crate::ways::{Way, not_one_of, only_one};
use crate::{failure, instance, place};

/// The data source `rackspace_db_instance`.
pub(crate) struct Instance;

instance::model! {
    /// What the API tells of one instance.
    single Model {
        region: Option<String>,
        name: Option<String>,
        volume_size: Option<u64>,
        volume_used: Option<f64>,
        datastore: Option<Datastore>,
        configuration_id: Option<String>,
        replica_of: Option<String>,
        ha_id: Option<String>,
        root_enabled: Option<bool>,
    }
}

/// The two ways to ask.
#[derive(Deserialize)]
pub(crate) struct Config {
    id: Attr<String>,
    name: Attr<String>,
}

impl DataSource for Instance {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_instance";

    fn schema(&self) -> Schema {
        let schema = Schema::new("Reads one instance, by its ID or by its name.")
            .attribute(
                "id",
                string()
                    .optional()
                    .computed()
                    .validator(Validator::length(1..=255))
                    .describe("ID of the instance. Exactly one of `id` and `name` must be set."),
            )
            .attribute(
                "name",
                string()
                    .optional()
                    .computed()
                    .validator(Validator::length(1..=255))
                    .describe("Name of the instance. It is an error if several instances have it."),
            )
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute("volume_size", integer().computed().describe("Size of the volume in GB."))
            .attribute(
                "volume_used",
                number()
                    .computed()
                    .describe("How much of the volume is used, in GB, if the instance says so."),
            )
            .attribute("datastore", datastore::attribute("The database software."))
            .attribute(
                "configuration_id",
                string().computed().describe("ID of the attached configuration group."),
            )
            .attribute(
                "replica_of",
                string().computed().describe("ID of the instance that this one replicates."),
            )
            .attribute(
                "ha_id",
                string().computed().describe("ID of the HA group that the instance is a member of."),
            )
            .attribute(
                "root_enabled",
                boolean().computed().describe("Whether the root user was ever enabled on the instance; null while the instance cannot tell, because it is being made, is busy or broken."),
            );
        instance::told().into_iter().fold(schema, |schema, (name, it)| schema.attribute(name, it))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        if not_one_of(&[Way::from(&config.id), Way::from(&config.name)]).is_some() {
            diagnostics.push(
                Diagnostic::error("Exactly one way to find an instance")
                    .detail("Set either `id` or `name`."),
            );
        }
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = match (&config.id, &config.name) {
            (Some(id), _) => format!("Unable to read instance {id}"),
            (None, name) => {
                format!("Unable to look for instance \"{}\"", name.as_deref().unwrap_or_default())
            }
        };
        let (api, region) = place::asked(cx, &doing, config.region.as_deref()).await?;
        let unreadable = |error: &Error| failure::report(&doing, error);
        let id = match (config.id, config.name) {
            (Some(id), _) => id,
            (None, name) => {
                let instances = api.instances().list().await.map_err(|error| unreadable(&error))?;
                failure::warn_of_unreadable(cx, "instances", &instances.unreadable);
                let name = name.unwrap_or_default();
                let only = only_one(instances, |it| (&it.id, &it.name), &name);
                only.map_err(|ids| not_one(&ids, &name))?.id
            }
        };
        let found = api.instances().get(&id).await.map_err(|error| unreadable(&error))?;
        let found = found.ok_or_else(|| none(&format!("the ID \"{id}\"")))?;
        let root_enabled = match api.root(&id).is_enabled_now().await {
            Ok(enabled) => enabled,
            // Not now, or not to this user.
            Err(Error::Busy(_) | Error::Forbidden(_)) => None,
            Err(error) => return Err(unreadable(&error)),
        };
        Ok(Model { region, root_enabled, ..Model::from(found) })
    }
}

/// Why no ID can be told for a name that so many instances have.
fn not_one(ids: &[String], name: &str) -> Diagnostics {
    if ids.is_empty() {
        return none(&format!("the name \"{name}\""));
    }
    Diagnostic::error("Several instances have this name")
        .detail(format!(
            "Names are not unique: \"{name}\" is the name of {}. Use `id`.",
            ids.join(", ")
        ))
        .attribute("name")
        .into()
}

fn none(asked: &str) -> Diagnostics {
    Diagnostic::error("No such instance")
        .detail(format!(
            "There is no instance with {asked} in this account and region. The data source rackspace_db_instances lists those that exist."
        ))
        .into()
}

impl From<clouddb::Instance> for Model {
    fn from(found: clouddb::Instance) -> Self {
        let told = Self::default().told(&found);
        Self {
            name: Some(found.name),
            volume_size: Some(found.volume.size),
            volume_used: found.volume.used,
            datastore: found.datastore.map(Datastore::from),
            configuration_id: found.configuration_id,
            replica_of: found.replica_of,
            ha_id: found.ha_id,
            ..told
        }
    }
}
