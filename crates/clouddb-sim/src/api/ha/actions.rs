//! `POST /ha/{id}/action`: add or remove a replica, resize all volumes or the flavor of all, restart, upgrade
//! to another version. Only the last of them answers with the group.

use serde_json::{Value, json};

use crate::api::ha::availability::{available, begin, find};
use crate::api::ha::creation::{check_ram, member_shape, size_of};
use crate::api::ha::view::item;
use crate::api::instances::volume;
use crate::api::replicas::MAX_REPLICAS;
use crate::api::{flavors, quotas, upgrades};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::state::cloud::Cloud;
use crate::state::ha_groups::GroupTask;

type Action = fn(&mut Cloud, &Call<'_>, &str, &Value) -> Result<GroupTask, Reply>;

/// By the key of the body, with the shape of what it has.
fn action(key: &str) -> Option<(&'static str, Schema, Action)> {
    let (key, shape, action): (_, _, Action) = match key {
        "add_replica" => {
            let details = vec![("replica_details", member_shape())];
            ("add_replica", Schema::object(&["replica_details"], details), add_replica)
        }
        "remove_replica" => ("remove_replica", Schema::uuid(), remove_replica),
        "resize_volumes" => ("resize_volumes", Schema::volume(), resize_volumes),
        "resize_flavor" => ("resize_flavor", Schema::flavor_ref(), resize_flavor),
        "restart" => ("restart", Schema::object(&[], vec![]), restart),
        "upgrade" => ("upgrade", upgrade_shape(), upgrade),
        _ => return None,
    };
    Some((key, shape, action))
}

pub(super) fn act(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let body = call.request.json()?;
    let mut keys = body.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    // An unknown action breaks the server.
    let Some((key, shape, action)) = keys.find_map(action) else {
        find(cloud.region(&call.place), id)?;
        return Err(Reply::internal_error());
    };
    let asked = validation::parse(&body, key, &shape)?;
    let task = action(cloud, call, id, &asked)?;
    let shows = matches!(task, GroupTask::Upgrade(_));
    begin(cloud, call, id, task);
    let region = cloud.region(&call.place);
    if !shows {
        return Ok(Reply::accepted());
    }
    let mut view = item(region, find(region, id)?);
    fields::set(&mut view, "tenant_id", call.place.account.as_str());
    Ok(Reply::json(202, &json!({ "ha_instance": view })))
}

/// The new one is of the flavor and the size of the others, and counts from now on.
fn add_replica(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    asked: &Value,
) -> Result<GroupTask, Reply> {
    let (options, stamp) = (cloud.options.clone(), cloud.stamp());
    let details = asked.get("replica_details").unwrap_or(&Value::Null);
    let region = cloud.region(&call.place);
    let group = available(region, id)?;
    let (flavor, volume) = size_of(&options, details)?;
    if flavor.id != group.flavor || volume != group.volume {
        return Err(Reply::bad_request(format!(
            "A new replica of HA instance {id} needs its flavor, {}, and its volume size, {} GB.",
            group.flavor, group.volume
        )));
    }
    let source = region.source_of(id).map(|source| source.id.clone());
    let source = source.ok_or_else(Reply::internal_error)?;
    if region.replicas(&source).len() >= MAX_REPLICAS {
        return Err(Reply::bad_request(format!(
            "HA instance {id} has {MAX_REPLICAS} replicas already, and cannot have more."
        )));
    }
    quotas::check_instances(region, &options, volume)?;
    let name = fields::text(details, "name").unwrap_or_default();
    let new = group.member(name, Some(&source), stamp);
    let task = GroupTask::AddReplica(new.id.clone());
    region.instances.insert(new.id.clone(), new);
    Ok(task)
}

/// It leaves the group, and is an instance of its own then.
fn remove_replica(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    asked: &Value,
) -> Result<GroupTask, Reply> {
    let region = cloud.region(&call.place);
    available(region, id)?;
    let replica = asked.as_str().unwrap_or_default();
    let members = region.members(id);
    let Some(member) = members.iter().find(|member| member.id == replica) else {
        return Err(Reply::no_resource(replica));
    };
    if member.replica_of.is_none() {
        return Err(Reply::bad_request(format!("Instance {replica} is not a replica.")));
    }
    if members.len() <= 2 {
        return Err(Reply::bad_request(format!(
            "Instance {replica} is the only replica of HA instance {id}, which cannot be without \
             one."
        )));
    }
    Ok(GroupTask::RemoveReplica(replica.to_owned()))
}

fn resize_volumes(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    asked: &Value,
) -> Result<GroupTask, Reply> {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    let present = available(region, id)?.volume;
    let wanted = volume::gigabytes(asked.get("size").unwrap_or(&Value::Null));
    if wanted <= present {
        return Err(Reply::bad_request(format!(
            "The new volume 'size' must be larger than the current volume size of '{present}'."
        )));
    }
    volume::check_size(wanted, options.volume_max)?;
    let more = (wanted - present) * region.members(id).len() as u64;
    quotas::check_volumes(region, &options, more)?;
    Ok(GroupTask::ResizeVolume(wanted))
}

fn resize_flavor(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    asked: &Value,
) -> Result<GroupTask, Reply> {
    let options = cloud.options.clone();
    let present = available(cloud.region(&call.place), id)?.flavor;
    let flavor = flavors::by_reference(&options, asked)?;
    check_ram(flavor)?;
    if flavor.id == present {
        return Err(Reply::bad_request(format!(
            "The new flavor id must be different than the current flavor id of '{present}'."
        )));
    }
    Ok(GroupTask::ResizeFlavor(flavor.id))
}

fn restart(cloud: &mut Cloud, call: &Call<'_>, id: &str, _: &Value) -> Result<GroupTask, Reply> {
    available(cloud.region(&call.place), id)?;
    Ok(GroupTask::Restart)
}

fn upgrade_shape() -> Schema {
    Schema::object(
        &["datastore_type", "datastore_version"],
        vec![("datastore_type", Schema::name()), ("datastore_version", Schema::name())],
    )
}

/// The members stay, and run another version when it is over.
fn upgrade(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    asked: &Value,
) -> Result<GroupTask, Reply> {
    let has = &available(cloud.region(&call.place), id)?.datastore;
    upgrades::target(has, asked).map(GroupTask::Upgrade)
}
