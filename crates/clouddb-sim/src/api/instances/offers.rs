//! `available_upgrades`: what an instance can be upgraded to.

use serde_json::{Value, json};

use crate::state::instances::Instance;

/// What the service offers an instance to be upgraded to, which it does not know while that is being made.
pub(crate) fn upgrades(instance: &Instance, status: &str) -> Value {
    if status == "BUILD" {
        return json!({ "current_version": "UNKNOWN", "upgrades": [] });
    }
    let upgrade = |(kind, version)| json!({ "datastore_type": kind, "datastore_version": version });
    let offered: Vec<Value> = instance.datastore.upgrades().map(upgrade).collect();
    json!({ "current_version": instance.datastore.version, "upgrades": offered })
}
