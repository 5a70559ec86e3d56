//! `GET /limits`: the quotas of the account and the rates of calls, which Rackspace does not tell.
//!
//! <https://docs.openstack.org/api-ref/database/#limits>

use serde_json::{Value, json};

use crate::message::call::Call;
use crate::message::reply::{Answer, Reply};
use crate::options::Release;
use crate::state::cloud::Cloud;

/// What stands for no quota.
const UNLIMITED: i64 = -1;

/// Calls a minute that are told for each method where none are counted.
const USUAL_RATE: u32 = 200;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    match (call.method(), path, cloud.options.release) {
        ("GET", ["limits"], Release::Newer) => Some(Ok(get(cloud))),
        _ => None,
    }
}

fn get(cloud: &Cloud) -> Reply {
    let quotas = &cloud.options.quotas;
    let mut limits = vec![json!({
        "verb": "ABSOLUTE",
        "max_instances": quotas.instances.map_or(json!(UNLIMITED), |it| json!(it)),
        "max_volumes": quotas.volumes.map_or(json!(UNLIMITED), |it| json!(it)),
        "max_backups": quotas.backups.map_or(json!(UNLIMITED), |it| json!(it)),
    })];
    limits.extend(["POST", "PUT", "DELETE", "GET"].map(|verb| rate(cloud, verb)));
    Reply::ok(&json!({ "limits": limits }))
}

fn rate(cloud: &Cloud, verb: &str) -> Value {
    let gets = cloud.options.rate_limits.as_ref().map(|it| it.gets).filter(|_| verb == "GET");
    let value = gets.unwrap_or(USUAL_RATE);
    json!({
        "verb": verb,
        "uri": "*",
        "regex": ".*",
        "value": value,
        "remaining": value,
        "unit": "MINUTE",
        "nextAvailable": cloud.stamp(),
    })
}
