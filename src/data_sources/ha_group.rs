//! One high-availability group: by its ID, or by a name that no other has.

use std::collections::BTreeSet;

use clouddb::{Client, Error};
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Validator, integer, set, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Diagnostic, Diagnostics, Result};

use crate::datastore::{self, Datastore};
use crate::ha_group::{self, Endpoint, Told};
use crate::ways::{Way, not_one_of, only_one};
use crate::{failure, place};

/// The data source `rackspace_db_ha_group`.
pub(crate) struct HaGroup;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    region: Option<String>,
    volume_size: Option<u64>,
    replica_count: Option<u64>,
    datastore: Option<Datastore>,
    networks: Option<BTreeSet<String>>,
    acls: Option<BTreeSet<String>>,
    configuration_id: Option<String>,
    state: Option<String>,
    flavor_id: Option<String>,
    source_instance_id: Option<String>,
    member_ids: Option<BTreeSet<String>>,
    read_endpoint: Option<String>,
    write_endpoint: Option<String>,
    endpoints: Option<Vec<Endpoint>>,
}

/// The two ways to ask.
#[derive(Deserialize)]
pub(crate) struct Config {
    id: Attr<String>,
    name: Attr<String>,
}

impl DataSource for HaGroup {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_ha_group";

    fn schema(&self) -> Schema {
        let asked = |description: &str| {
            string()
                .optional()
                .computed()
                .validator(Validator::length(1..=255))
                .describe(description)
        };
        let schema = Schema::new("Reads one HA group, by its ID or its name.")
            .attribute("id", asked("ID of the group. Exactly one of `id` and `name` must be set."))
            .attribute("name", asked("Name of the group, if only one group of the region has it."))
            .attribute(
                "region",
                place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."),
            )
            .attribute(
                "volume_size",
                integer().computed().describe("Size of the volume of each member in GB."),
            )
            .attribute("replica_count", integer().computed().describe("How many replicas it has."))
            .attribute("datastore", datastore::attribute("The database software."))
            .attribute(
                "networks",
                set(string()).computed().describe("Networks by which the group is reached."),
            )
            .attribute(
                "acls",
                set(string()).computed().describe("Addresses of the clients that may connect, in CIDR notation."),
            )
            .attribute(
                "configuration_id",
                string().computed().describe("ID of the attached configuration group."),
            );
        ha_group::told().into_iter().fold(schema, |schema, (name, it)| schema.attribute(name, it))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        if not_one_of(&[Way::from(&config.id), Way::from(&config.name)]).is_some() {
            diagnostics.push(
                Diagnostic::error("Exactly one way to find an HA group")
                    .detail("Set either `id`, or `name` if no other group has it."),
            );
        }
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let (id, name) = (config.id.as_deref(), config.name.as_deref().unwrap_or_default());
        let doing = match id {
            Some(id) => format!("Unable to read HA group {id}"),
            None => format!("Unable to look for an HA group named \"{name}\""),
        };
        let (api, region) = place::asked(cx, &doing, config.region.as_deref()).await?;
        let failed = |error: Error| failure::report(&doing, &error);
        let groups = api.ha_groups();
        let id = if let Some(id) = id {
            id.to_owned()
        } else {
            let listed = groups.list().await.map_err(failed)?;
            failure::warn_of_unreadable(cx, "HA groups", &listed.unreadable);
            only_one(listed, |it| (&it.id, &it.name), name).map_err(|ids| not_one(&ids, name))?.id
        };
        let found = groups.get(&id).await.map_err(failed)?;
        let found = found.ok_or_else(|| none(&format!("with the ID \"{id}\"")))?;
        let acls = match groups.addresses(&id).await {
            // Not while it is being made.
            Err(Error::Busy(_)) => None,
            told => Some(told.map_err(failed)?),
        };
        Ok(Model { region, acls, ..Model::from(found) })
    }
}

/// Why no ID can be told for a name that so many groups have.
fn not_one(ids: &[String], name: &str) -> Diagnostics {
    if ids.is_empty() {
        return none(&format!("named \"{name}\""));
    }
    Diagnostic::error("Several HA groups of one name")
        .detail(format!(
            "These groups are named \"{name}\": {}. Set the `id` of the one that is meant.",
            ids.join(", ")
        ))
        .attribute("name")
        .into()
}

fn none(asked: &str) -> Diagnostics {
    Diagnostic::error("No such HA group")
        .detail(format!(
            "There is no HA group {asked} in this account and region. The data source rackspace_db_ha_groups lists those that exist."
        ))
        .into()
}

impl From<clouddb::HaGroup> for Model {
    fn from(found: clouddb::HaGroup) -> Self {
        let told = Told::from(&found);
        Self {
            id: Some(found.id),
            name: Some(found.name),
            region: None,
            volume_size: found.volume_size,
            replica_count: told.replica_count,
            datastore: found.datastore.map(Datastore::from),
            networks: told.networks,
            acls: None,
            configuration_id: found.configuration_id,
            state: Some(found.state.to_string()),
            flavor_id: found.flavor_id,
            source_instance_id: told.source_instance_id,
            member_ids: told.member_ids,
            read_endpoint: told.read_endpoint,
            write_endpoint: told.write_endpoint,
            endpoints: told.endpoints,
        }
    }
}
