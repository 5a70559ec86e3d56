//! `/instances/{id}/replicas`, detaching a replica, and what a new one needs.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Replication". Creating one is in
//! `instances/creation.rs`.

use serde_json::Value;

use crate::api::instances::availability;
use crate::api::instances::view::view;
use crate::message::call::Call;
use crate::message::pages;
use crate::message::reply::{Answer, Reply};
use crate::options::{Flavor, Options, Release};
use crate::state::cloud::Cloud;
use crate::state::datastores::Datastore;
use crate::state::region::Region;
use crate::state::tasks::TaskKind;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["instances", id, "replicas"]) => list(cloud, call, id),
        _ => return None,
    })
}

/// A source has at most this many.
pub(crate) const MAX_REPLICAS: usize = 2;
/// RAM in MB that both a source and a replica need.
pub(crate) const MIN_RAM: u64 = 1024;

fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let items: Vec<Value> = region
        .replicas(id)
        .into_iter()
        .map(|replica| view(call, &options, region, replica, false))
        .collect();
    Ok(Reply::ok(&pages::body(call, "instances", &items, None)))
}

/// Makes a replica independent. The value sent along does not matter.
pub(crate) fn detach(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Result<(), Reply> {
    let region = cloud.region(&call.place);
    let instance = availability::find(region, id)?;
    if instance.replica_of.is_none() {
        return Err(Reply::bad_request(format!("Instance {id} is not a replica.")));
    }
    // Its detachment is what an upgrade waits for.
    if !(instance.is_upgrade && region.status(instance) == "VERIFY_UPGRADE") {
        availability::available(region, id)?;
    }
    let task = cloud.task(TaskKind::DetachReplica);
    if let Some(instance) = cloud.region(&call.place).instances.get_mut(id) {
        instance.task = Some(task);
    }
    Ok(())
}

/// What a source must be to get one more replica of this flavor and, if one is asked for, this
/// datastore.
pub(crate) fn check_source(
    region: &Region,
    options: &Options,
    source: &str,
    flavor: &Flavor,
    datastore: Option<&Datastore>,
) -> Result<(), Reply> {
    let instance = availability::find(region, source)?;
    availability::refuse_member(instance)?;
    if instance.replica_of.is_some() {
        return Err(Reply::fault(401, format!("Cannot create a replica of a replica {source}.")));
    }
    availability::available(region, source)?;
    if options.release == Release::Newer {
        return Ok(());
    }
    if let Some(other) = datastore.filter(|it| **it != instance.datastore) {
        return Err(Reply::bad_request(format!(
            "A replica of {source} has its datastore, {} {}, and not {} {}.",
            instance.datastore.kind, instance.datastore.version, other.kind, other.version
        )));
    }
    if flavor.ram < MIN_RAM || options.ram(instance.flavor) < MIN_RAM {
        return Err(Reply::bad_request(format!(
            "A replica and its source need a flavor of at least {MIN_RAM} MB."
        )));
    }
    if region.replicas(source).len() >= MAX_REPLICAS {
        return Err(Reply::bad_request(format!(
            "Instance {source} has {MAX_REPLICAS} replicas already, and cannot have more."
        )));
    }
    Ok(())
}
