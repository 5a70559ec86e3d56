//! What the API tells of an instance, for the resource and both data sources.
//!
//! A list tells less than a question for one instance, and each of the three has attributes of its
//! own. So a model is declared with [`model!`]: it adds the fields that all models of its kind have,
//! and a method that fills them in. It is a macro because a struct that serde flattens tells nobody
//! its fields, and the proof that model and schema agree needs them. What stands here as a field
//! stands below as an attribute.

use tfplug::schema::{Attribute, list, list_of, string};

use crate::datastore::{self, Datastore};

/// Declares a model of an instance: `listed`, of what a list tells, or `single`, of what the API
/// tells when it is asked for one.
macro_rules! model {
    ($(#[$about:meta])* listed $name:ident { $($own:tt)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
        pub(crate) struct $name {
            pub(crate) id: Option<String>,
            pub(crate) status: Option<String>,
            pub(crate) flavor_id: Option<String>,
            pub(crate) hostname: Option<String>,
            $($own)*
        }

        impl $name {
            /// Takes over what a list tells of every instance.
            fn listed(self, found: &clouddb::Instance) -> Self {
                Self {
                    id: Some(found.id.clone()),
                    status: Some(found.status.to_string()),
                    flavor_id: Some(found.flavor.id.clone()),
                    hostname: found.hostname.clone(),
                    ..self
                }
            }
        }
    };
    ($(#[$about:meta])* single $name:ident { $($own:tt)* }) => {
        $crate::instance::model! {
            $(#[$about])*
            listed $name {
                pub(crate) addresses: Option<Vec<String>>,
                pub(crate) created: Option<String>,
                pub(crate) updated: Option<String>,
                pub(crate) replicas: Option<Vec<String>>,
                pub(crate) available_upgrades: Option<Vec<$crate::datastore::Datastore>>,
                $($own)*
            }
        }

        impl $name {
            /// Takes over what the API tells when it is asked for one instance.
            fn told(self, found: &clouddb::Instance) -> Self {
                Self {
                    addresses: Some(found.addresses.clone()),
                    created: found.created.clone(),
                    updated: found.updated.clone(),
                    replicas: Some($crate::instance::replicas(found)),
                    available_upgrades: $crate::instance::upgrades(found),
                    ..self.listed(found)
                }
            }
        }
    };
}
pub(crate) use model;

/// The replicas of the instance, in an order that does not change by itself.
pub(crate) fn replicas(found: &clouddb::Instance) -> Vec<String> {
    let mut replicas = found.replicas.clone();
    replicas.sort_unstable();
    replicas
}

/// What the service offers to upgrade the instance to, if it tells.
pub(crate) fn upgrades(found: &clouddb::Instance) -> Option<Vec<Datastore>> {
    let offered = found.available_upgrades.clone()?;
    Some(offered.into_iter().map(Datastore::from).collect())
}

/// What a list tells of every instance, beside its ID. Where the state's value is used for an
/// unknown one, no change of an instance changes it.
pub(crate) fn listed() -> Vec<(&'static str, Attribute)> {
    let hostname =
        "Host name by which servers of the same region reach the database, on port 3306.";
    vec![
        ("status", string().computed().describe("Status, such as `ACTIVE` or `RESTART_REQUIRED`.")),
        ("flavor_id", string().computed().describe("ID of the flavor.")),
        ("hostname", string().computed().use_state_for_unknown().describe(hostname)),
    ]
}

/// What the API tells when it is asked for one instance, beside its ID.
pub(crate) fn told() -> Vec<(&'static str, Attribute)> {
    let mut told = listed();
    told.extend([
        (
            "addresses",
            list(string())
                .computed()
                .use_state_for_unknown()
                .describe("IP addresses of the instance, where it has no host name."),
        ),
        ("created", string().computed().use_state_for_unknown().describe("Time of creation, UTC.")),
        ("updated", string().computed().describe("Time of the last change, UTC.")),
        (
            "replicas",
            list(string()).computed().describe(
                "IDs of the instances that replicate this one, in the order of their IDs. A replica that an apply makes or deletes beside its source appears at the next refresh.",
            ),
        ),
        (
            "available_upgrades",
            list_of(datastore::nested()).computed().describe(
                "What the service offers to upgrade the instance to, see `upgrade_of` of the resource; null where it does not tell.",
            ),
        ),
    ]);
    told
}
