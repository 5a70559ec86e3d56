//! What the API tells of a high-availability group: the same for the resource and for the data sources.

use std::collections::BTreeSet;

use clouddb::HaNetwork;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Attribute, integer, list_of, object, set, string};

/// The network of the region, by which groups are reached where nothing else is asked for.
pub(crate) const SERVICENET: &str = "servicenet";

/// A way to reach a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) network: String,
    pub(crate) access: String,
    pub(crate) address: String,
    pub(crate) port: u64,
}

/// What nobody can configure. What the API does not tell, because the group is being made, is `None`.
pub(crate) struct Told {
    pub(crate) source_instance_id: Option<String>,
    pub(crate) member_ids: Option<BTreeSet<String>>,
    pub(crate) replica_count: Option<u64>,
    pub(crate) networks: Option<BTreeSet<String>>,
    pub(crate) read_endpoint: Option<String>,
    pub(crate) write_endpoint: Option<String>,
    pub(crate) endpoints: Option<Vec<Endpoint>>,
}

impl From<&clouddb::HaGroup> for Told {
    fn from(found: &clouddb::HaGroup) -> Self {
        let has_members = found.source.is_some();
        let endpoints = endpoints(&found.networks);
        let reached = |access: &str| {
            let it = endpoints.iter().find(|it| it.access.eq_ignore_ascii_case(access))?;
            Some(format!("{}:{}", it.address, it.port))
        };
        let networks = endpoints.iter().map(|it| it.network.clone()).collect();
        Self {
            source_instance_id: found.source.as_ref().map(|it| it.id.clone()),
            member_ids: has_members.then(|| found.member_ids().map(str::to_owned).collect()),
            replica_count: has_members.then(|| u64::try_from(found.replicas.len()).ok()).flatten(),
            read_endpoint: reached("read"),
            write_endpoint: reached("write"),
            networks: Some(networks).filter(|it: &BTreeSet<String>| !it.is_empty()),
            endpoints: Some(endpoints).filter(|it| !it.is_empty()),
        }
    }
}

/// The network of the region comes first, and else they are in the order of their names.
fn endpoints(networks: &[HaNetwork]) -> Vec<Endpoint> {
    let endpoint = |it: &HaNetwork| Endpoint {
        network: it.network.clone(),
        access: it.access.clone(),
        address: it.address.clone(),
        port: it.port,
    };
    let mut endpoints: Vec<Endpoint> = networks.iter().map(endpoint).collect();
    endpoints.sort_by(|a, b| (a.network != SERVICENET, a).cmp(&(b.network != SERVICENET, b)));
    endpoints
}

/// The attributes for that, beside the ID. Where the state's value is used for an unknown one, no change
/// of a group changes it.
pub(crate) fn told() -> Vec<(&'static str, Attribute)> {
    let endpoint = |what: &str, port: &str| {
        string().computed().use_state_for_unknown().describe(format!(
            "Where clients {what}, `ADDRESS:PORT`, on the first of its networks, which is `servicenet` where it has that. The port is usually {port}. It stays the same when another member becomes the source."
        ))
    };
    let each = object()
        .attribute("network", string().computed().describe("The network, such as `servicenet`."))
        .attribute("access", string().computed().describe("`read` or `write`."))
        .attribute("address", string().computed().describe("Host name or address."))
        .attribute("port", integer().computed().describe("Port."));
    vec![
        ("state", string().computed().describe("State, such as `ACTIVE` or `RESTART_REQUIRED`.")),
        ("flavor_id", string().computed().describe("ID of the flavor of each member.")),
        (
            "source_instance_id",
            string().computed().describe(
                "ID of the instance that takes writes now. Databases and users are made on it: `rackspace_db_database` and `rackspace_db_user` take it as their `instance_id`, and follow when a failover makes another member the source.",
            ),
        ),
        (
            "member_ids",
            set(string()).computed().describe("IDs of all members: the source and its replicas."),
        ),
        ("read_endpoint", endpoint("read, from any member", "3307")),
        ("write_endpoint", endpoint("write", "3306")),
        (
            "endpoints",
            list_of(each).computed().use_state_for_unknown().describe(
                "All the ways to reach the group, by network and access, `servicenet` first.",
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_of_the_region_comes_first() {
        let network = |network: &str, access: &str, port: u64| HaNetwork {
            access: access.to_owned(),
            network: network.to_owned(),
            address: "db".to_owned(),
            port,
        };

        let sorted = endpoints(&[
            network("public", "write", 3306),
            network("servicenet", "write", 3306),
            network("servicenet", "read", 3307),
        ]);

        let order: Vec<(&str, &str)> =
            sorted.iter().map(|it| (it.network.as_str(), it.access.as_str())).collect();
        assert_eq!(order, [("servicenet", "read"), ("servicenet", "write"), ("public", "write")]);
    }
}
