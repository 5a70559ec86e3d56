//! What the API tells of a configuration group: the same for the resource and for the data sources.

use std::collections::{BTreeMap, BTreeSet};

use clouddb::{Client, DatastoreRef, Error, Parameter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tfplug::schema::{Attribute, integer, set, string};

use crate::datastore::Datastore;
use crate::parameter::{means, text};

/// A configuration group as Terraform holds it, in the state of a resource and in the answer of a data
/// source.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) id: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) datastore: Option<Datastore>,
    pub(crate) values: Option<BTreeMap<String, String>>,
    pub(crate) restart_required: Option<BTreeSet<String>>,
    pub(crate) instance_count: Option<u64>,
    pub(crate) created: Option<String>,
    pub(crate) updated: Option<String>,
}

/// What nobody can configure: the API alone tells it.
pub(crate) fn computed() -> Vec<(&'static str, Attribute)> {
    vec![
        (
            "restart_required",
            set(string()).computed().describe(
                "Names of the parameters in `values` that take effect at the next restart of an instance only.",
            ),
        ),
        (
            "instance_count",
            integer().computed().describe("How many instances have the group."),
        ),
        (
            "created",
            string().computed().use_state_for_unknown().describe("Time of creation, UTC."),
        ),
        ("updated", string().computed().describe("Time of the last change, UTC.")),
    ]
}

impl Configuration {
    /// What the API tells of a group in that region, spelled as before where that means the same.
    pub(crate) fn told(self, found: clouddb::Configuration, region: Option<String>) -> Self {
        let datastore = found
            .datastore_name
            .map(|kind| DatastoreRef { kind, version: found.datastore_version_name });
        let datastore = match datastore {
            Some(found) => Some(Datastore::reconciled(self.datastore, found)),
            None => self.datastore,
        };
        let spelled = self.values.unwrap_or_default();
        let values = found.values.map(|values| {
            let value = |(name, value): (String, Value)| {
                let told = text(&value);
                let before = spelled.get(&name).filter(|before| means(before, &told));
                (name, before.cloned().unwrap_or(told))
            };
            values.into_iter().map(value).collect()
        });
        Self {
            id: Some(found.id),
            region,
            name: Some(found.name),
            description: found.description.filter(|text| !text.is_empty()),
            datastore,
            values: values.or(Some(spelled)),
            restart_required: self.restart_required,
            instance_count: found.instance_count,
            created: found.created,
            updated: found.updated,
        }
    }

    /// The same, with the parameters that need a restart, as far as the service tells which do. They are
    /// not looked up again as long as the same ones are set.
    pub(crate) async fn refreshed(
        self,
        api: &Client,
        found: clouddb::Configuration,
        region: Option<String>,
    ) -> Self {
        let version_id = found.datastore_version_id.clone();
        let (before, is_told) = (self.names(), self.restart_required.is_some());
        let now = self.told(found, region);
        let names = now.names();
        if is_told && names == before {
            return now;
        }
        let parameters = match &version_id {
            Some(version_id) => api.configurations().parameters(version_id).await.ok(),
            None => None,
        };
        let restart_required = parameters.map(|all| needing_restart(&all, &names));
        Self { restart_required, ..now }
    }

    /// The group with that ID; `None` if there is none.
    pub(crate) async fn read(
        api: &Client,
        id: &str,
        region: Option<String>,
    ) -> Result<Option<Self>, Error> {
        let Some(found) = api.configurations().get(id).await? else { return Ok(None) };
        Ok(Some(Self::default().refreshed(api, found, region).await))
    }

    /// The names of what it sets.
    fn names(&self) -> BTreeSet<String> {
        self.values.iter().flat_map(BTreeMap::keys).cloned().collect()
    }
}

/// Those of the names whose parameter takes effect at the next restart only.
pub(crate) fn needing_restart<'a>(
    parameters: &[Parameter],
    names: impl IntoIterator<Item = &'a String>,
) -> BTreeSet<String> {
    let needs = |name: &&String| {
        parameters.iter().any(|it| it.name == **name && it.restart_required == Some(true))
    };
    names.into_iter().filter(needs).cloned().collect()
}
