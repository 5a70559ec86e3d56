//! Configuration groups, as far as instances need them: they come from seeds, can be read, attached
//! and detached. They cannot be made or changed over HTTP.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Configuration groups".

use serde_json::{Value, json};

use crate::api::instances::availability;
use crate::message::call::Call;
use crate::message::fields;
use crate::message::path::without_format;
use crate::message::python::repr;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::Release;
use crate::state::cloud::Cloud;
use crate::state::configurations::Configuration;
use crate::state::datastores::Datastore;
use crate::state::region::Region;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["configurations"]) => Ok(list(cloud, call)),
        ("GET", ["configurations", id]) => get(cloud, call, without_format(id)),
        ("GET", ["configurations", id, "instances"]) => instances(cloud, call, id),
        _ => return None,
    })
}

fn list(cloud: &mut Cloud, call: &Call<'_>) -> Reply {
    let region = cloud.region(&call.place);
    let all: Vec<Value> = region.configurations.values().map(view).collect();
    Reply::ok(&json!({ "configurations": all }))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    let mut body = view(find(region, id)?);
    fields::set(&mut body, "values", json!({}));
    fields::set(&mut body, "instance_count", users(region, id).len());
    Ok(Reply::ok(&json!({ "configuration": body })))
}

fn instances(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    find(region, id)?;
    Ok(Reply::ok(&json!({ "instances": users(region, id) })))
}

fn users(region: &Region, id: &str) -> Vec<Value> {
    region
        .instances
        .values()
        .filter(|instance| instance.configuration.as_deref() == Some(id))
        .map(|instance| json!({ "id": instance.id, "name": instance.name }))
        .collect()
}

fn view(configuration: &Configuration) -> Value {
    json!({
        "id": configuration.id,
        "name": configuration.name,
        "description": null,
        "created": configuration.created,
        "updated": configuration.created,
        "datastore_name": configuration.datastore.kind,
        "datastore_version_name": configuration.datastore.version,
        "datastore_version_id": configuration.datastore.version_id,
    })
}

fn find<'a>(region: &'a Region, id: &str) -> Result<&'a Configuration, Reply> {
    region.configurations.get(id).ok_or_else(|| {
        Reply::not_found(format!("Configuration group with ID {id} could not be found."))
    })
}

/// The ID of a group that an instance of this datastore version can have, given by ID or URL.
pub(crate) fn attachable(
    region: &Region,
    reference: &str,
    datastore: &Datastore,
    instance: &str,
) -> Result<String, Reply> {
    let configuration = find(region, reference.rsplit('/').next().unwrap_or_default())?;
    if configuration.datastore.version_id != datastore.version_id {
        return Err(Reply::bad_request(format!(
            "Datastore Version on Configuration {} does not match the Datastore Version on the \
             instance {instance}.",
            configuration.datastore.version_id
        )));
    }
    Ok(configuration.id.clone())
}

/// `PUT /instances/{id}`: attaches the group that is named, or detaches when none is.
pub(crate) fn attach(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    // Renaming and detaching a replica are done with PATCH: here they are known and not looked at.
    let shape = Schema::object(
        &[],
        vec![
            ("configuration", Schema::Any),
            ("name", Schema::Any),
            ("replica_of", Schema::Any),
            ("slave_of", Schema::Any),
        ],
    );
    let body = validation::parse(&call.request.json()?, "instance", &shape)?;
    let reference = match body.get("configuration") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(repr(other)),
    };
    if cloud.options.release == Release::Newer && reference.as_deref() == Some("") {
        return Err(Reply::bad_request(
            "Validation error: instance['configuration'] '' is not valid under any of the given \
             schemas",
        ));
    }
    change(cloud, call, id, reference.as_deref())?;
    Ok(Reply::accepted())
}

/// Attaches a group, or detaches the present one when the reference is empty.
pub(crate) fn change(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    reference: Option<&str>,
) -> Result<(), Reply> {
    let region = cloud.region(&call.place);
    let instance = availability::find(region, id)?;
    let status = region.status(instance);
    if matches!(status.as_str(), "BUILD" | "ERROR" | "FAILED") {
        return Err(Reply::not_ready(id));
    }
    let reference = reference.filter(|reference| !reference.is_empty());
    // Detaching nothing changes nothing, whatever the status.
    if reference.is_none() && instance.configuration.is_none() {
        return Ok(());
    }
    if status != "ACTIVE" {
        return Err(Reply::bad_request(format!(
            "The operation you have requested cannot be executed because the instance status is \
             currently: {status}."
        )));
    }
    let (attached, restart) = match (reference, &instance.configuration) {
        (Some(_), Some(present)) => {
            return Err(Reply::bad_request(format!(
                "Instance {id} already has a Configuration Group attached: {present}."
            )));
        }
        (Some(reference), None) => {
            let group = reference.rsplit('/').next().unwrap_or_default();
            if !region.configurations.contains_key(group) {
                return Err(Reply::not_found(format!(
                    "Configuration group id: {group} could not be found."
                )));
            }
            let group = attachable(region, reference, &instance.datastore, id)?;
            let restart = find(region, &group)?.needs_restart;
            (Some(group), restart)
        }
        (None, present) => {
            let group = present.as_ref().and_then(|present| region.configurations.get(present));
            (None, group.is_some_and(|group| group.needs_restart))
        }
    };
    if let Some(instance) = region.instances.get_mut(id) {
        instance.configuration = attached;
        if restart {
            "RESTART_REQUIRED".clone_into(&mut instance.status);
        }
    }
    Ok(())
}
