//! `/instances/{id}/root`: enabling the root user, which cannot be undone, and whether it was.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Enable root user".

use serde_json::json;

use crate::api::instances::availability::{self, done};
use crate::message::call::Call;
use crate::message::reply::{Answer, Reply};
use crate::state::cloud::Cloud;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["instances", id, "root"]) => status(cloud, call, id),
        ("POST", ["instances", id, "root"]) => enable(cloud, call, id),
        _ => return None,
    })
}

fn status(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    availability::running(region, id)?;
    Ok(Reply::ok(&json!({ "rootEnabled": availability::find(region, id)?.root_enabled })))
}

/// Every call makes a new password, and shows it this once.
fn enable(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::refuse_member(availability::find(region, id)?)?;
    availability::writable(region, &options, id)?;
    let password: String = uuid::Uuid::new_v4().simple().to_string().chars().take(20).collect();
    if let Some(instance) = region.instances.get_mut(id) {
        done(instance.enable_root(&password))?;
    }
    Ok(Reply::ok(&json!({ "user": { "name": "root", "password": password } })))
}
