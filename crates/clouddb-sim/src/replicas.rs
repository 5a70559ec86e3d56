//! Replicas: listing them, detaching one, and what may not be done to them.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Replication". Creating one is in
//! `new_instance.rs`.

use serde_json::Value;

use crate::call::Call;
use crate::cloud::Cloud;
use crate::instances;
use crate::objects::{Instance, TaskKind};
use crate::options::Flavor;
use crate::pages;
use crate::reply::{Answer, Reply};
use crate::site::Site;

/// A source has at most this many.
const MOST: usize = 2;
/// RAM in MB that both a source and a replica need.
const LEAST_RAM: u64 = 1024;

pub(crate) fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let items: Vec<Value> = site
        .replicas(id)
        .into_iter()
        .map(|replica| instances::view(call, &options, site, replica, false))
        .collect();
    Ok(Reply::ok(&pages::body(call, "instances", &items, None)))
}

/// Makes a replica independent. The value sent along does not matter.
pub(crate) fn detach(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Result<(), Reply> {
    let site = cloud.site(&call.place);
    if instances::find(site, id)?.replica_of.is_none() {
        return Err(Reply::bad_request(format!("Instance {id} is not a replica.")));
    }
    instances::available(site, id)?;
    let task = cloud.task(TaskKind::DetachReplica);
    if let Some(instance) = cloud.site(&call.place).instances.get_mut(id) {
        instance.task = Some(task);
    }
    Ok(())
}

/// A replica has the databases and users of its source, and they are changed there.
pub(crate) fn refuse_writes(site: &Site, id: &str) -> Result<(), Reply> {
    match instances::find(site, id)?.replica_of {
        Some(_) => Err(Reply::busy(format!(
            "Instance {id} is a replica: its databases and users are changed on its source."
        ))),
        None => Ok(()),
    }
}

/// What a source must be to get one more replica of this flavor.
pub(crate) fn check_source<'a>(
    site: &'a Site,
    options: &[Flavor],
    source: &str,
    flavor: &Flavor,
) -> Result<&'a Instance, Reply> {
    let instance = instances::find(site, source)?;
    if instance.replica_of.is_some() {
        return Err(Reply::fault(401, format!("Cannot create a replica of a replica {source}.")));
    }
    instances::available(site, source)?;
    let ram = options.iter().find(|flavor| flavor.id == instance.flavor).map_or(0, |f| f.ram);
    if flavor.ram < LEAST_RAM || ram < LEAST_RAM {
        return Err(Reply::bad_request(format!(
            "A replica and its source need a flavor of at least {LEAST_RAM} MB."
        )));
    }
    if site.replicas(source).len() >= MOST {
        return Err(Reply::bad_request(format!(
            "Instance {source} has {MOST} replicas already, and cannot have more."
        )));
    }
    Ok(instance)
}
