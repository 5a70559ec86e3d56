//! `/configurations`: groups of settings, which instances can have; and the parameters that there are.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Configuration groups".

use serde_json::{Map, Value, json};

use crate::api::datastores;
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
use crate::state::datastores::{Datastore, Kind};
use crate::state::parameters::{Parameter, need_a_restart};
use crate::state::region::Region;
use crate::state::template;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["configurations"]) => Ok(list(cloud, call)),
        ("POST", ["configurations"]) => create(cloud, call),
        ("PUT", ["configurations", id]) => replace(cloud, call, without_format(id)),
        ("PATCH", ["configurations", id]) => merge(cloud, call, without_format(id)),
        ("DELETE", ["configurations", id]) => delete(cloud, call, without_format(id)),
        ("GET", ["configurations", id]) => get(cloud, call, without_format(id)),
        ("GET", ["configurations", id, "instances"]) => instances(cloud, call, id),
        ("GET", ["instances", id, "configuration"]) => of_instance(cloud, call, id),
        ("GET", ["datastore", "version", version, "configuration", flavor]) => {
            of_version(cloud, version, without_format(flavor))
        }
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
    fields::set(&mut body, "values", find(region, id)?.values.clone());
    fields::set(&mut body, "instance_count", users(region, id).len());
    Ok(Reply::ok(&json!({ "configuration": body })))
}

/// What an instance runs with, but for what its group sets.
fn of_instance(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let instance = availability::find(cloud.region(&call.place), id)?;
    // Each server has an ID of its own.
    let server_id =
        instance.id.bytes().fold(1, |sum: u64, byte| sum * 31 % 4_294_967_291 + u64::from(byte));
    let settings = template::settings(options.ram(instance.flavor), server_id);
    Ok(Reply::ok(&json!({ "instance": { "configuration": settings } })))
}

/// The same for a version and a flavor, with what a group can set it to.
fn of_version(cloud: &Cloud, version_id: &str, flavor: &str) -> Answer {
    let kind = Kind::of_version(version_id).ok_or_else(|| {
        Reply::not_found(format!("Datastore version '{version_id}' cannot be found."))
    })?;
    let version = kind.version(version_id).map_or(version_id, |it| it.name);
    let flavor = flavor.parse().ok().and_then(|id| cloud.options.flavor(id));
    let flavor = flavor.ok_or_else(|| Reply::not_found("Unable to find flavor."))?;
    let settings = template::settings(flavor.ram, 1).into_iter().map(|(name, default)| {
        let mut told = Map::from_iter([("default".to_owned(), json!(text(&default)))]);
        if let Some(parameter) = Parameter::find(&name) {
            let view = parameter.view(version_id);
            for field in ["min", "max", "restart_required", "type"] {
                told.extend(view.get(field).map(|value| (field.to_owned(), value.clone())));
            }
        }
        (name, Value::Object(told))
    });
    Ok(Reply::ok(&json!({
        "datastore": kind.name,
        "datastore_version": version,
        "flavor": flavor.id,
        "configuration": settings.collect::<Map<_, _>>(),
    })))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shape(required: &'static [&'static str]) -> Schema {
    let datastore =
        Schema::object(&[], vec![("type", Schema::text()), ("version", Schema::text())]);
    Schema::object(
        required,
        vec![
            ("name", Schema::name()),
            ("description", Schema::name().nullable()),
            ("datastore", datastore),
            // Its keys are looked at afterwards.
            ("values", Schema::Any),
        ],
    )
}

fn create(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let shape = shape(&["name", "values"]);
    let body = validation::parse(&call.request.json()?, "configuration", &shape)?;
    let datastore = datastores::choose(body.get("datastore"))?;
    let values = checked(&body, &datastore)?;
    let configuration = Configuration {
        id: uuid::Uuid::new_v4().to_string(),
        name: fields::text(&body, "name").unwrap_or_default().to_owned(),
        description: fields::text(&body, "description").map(str::to_owned),
        datastore,
        values: values.clone(),
        created: cloud.stamp(),
        updated: cloud.stamp(),
    };
    let mut body = view(&configuration);
    fields::set(&mut body, "values", values);
    fields::set(&mut body, "instance_count", 0);
    let region = cloud.region(&call.place);
    region.configurations.insert(configuration.id.clone(), configuration);
    Ok(Reply::ok(&json!({ "configuration": body })))
}

/// The values of the body, of which each is one that the parameter can have.
fn checked(body: &Value, datastore: &Datastore) -> Result<Map<String, Value>, Reply> {
    let values = body.get("values").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, value) in &values {
        let Some(parameter) = Parameter::find(name) else {
            let Datastore { kind, version, .. } = datastore;
            return Err(Reply::busy(format!(
                "The configuration parameter {name} is not supported for this datastore: {kind} \
                 {version}."
            )));
        };
        if let Some(refusal) = parameter.refuses(value) {
            return Err(Reply::busy(refusal));
        }
    }
    Ok(values)
}

/// All values anew: what is left out is gone.
fn replace(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let body = validation::parse(&call.request.json()?, "configuration", &shape(&[]))?;
    let values = checked(&body, &find(cloud.region(&call.place), id)?.datastore.clone())?;
    change(cloud, call, id, |group| {
        if let Some(name) = fields::text(&body, "name") {
            name.clone_into(&mut group.name);
        }
        if body.get("description").is_some() {
            group.description = fields::text(&body, "description").map(str::to_owned);
        }
        group.values = values;
    });
    Ok(Reply::accepted())
}

/// Some values: the others stay, and nothing else is looked at.
fn merge(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let body = validation::parse(&call.request.json()?, "configuration", &shape(&["values"]))?;
    let values = checked(&body, &find(cloud.region(&call.place), id)?.datastore.clone())?;
    change(cloud, call, id, |group| group.values.extend(values));
    Ok(Reply::empty(200))
}

/// What is changed reaches each instance that has the group: what is set, and what is set no more.
fn change(cloud: &mut Cloud, call: &Call<'_>, id: &str, change: impl FnOnce(&mut Configuration)) {
    let stamp = cloud.stamp();
    let region = cloud.region(&call.place);
    let Some(group) = region.configurations.get_mut(id) else { return };
    let before = group.values.clone();
    change(group);
    group.updated = stamp;
    let changed = before.keys().chain(group.values.keys());
    let changed = changed.filter(|name| before.get(*name) != group.values.get(*name));
    if !need_a_restart(changed) {
        return;
    }
    for instance in region.instances.values_mut() {
        if instance.configuration.as_deref() == Some(id) && instance.status == "ACTIVE" {
            "RESTART_REQUIRED".clone_into(&mut instance.status);
        }
    }
    for group in region.ha_groups.values_mut() {
        if group.configuration.as_deref() == Some(id) && group.state == "ACTIVE" {
            "RESTART_REQUIRED".clone_into(&mut group.state);
        }
    }
}

fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    find(region, id)?;
    if !users(region, id).is_empty() {
        return Err(Reply::bad_request(
            "A configuration group cannot be deleted if it is associated with one or more \
             non-terminated instances. Detach the configuration group from all non-terminated \
             instances and please try again.",
        ));
    }
    region.configurations.remove(id);
    Ok(Reply::accepted())
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
        "description": configuration.description,
        "created": configuration.created,
        "updated": configuration.updated,
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

/// Whether attaching or detaching this group asks for a restart.
pub(crate) fn needs_restart(region: &Region, id: &str) -> bool {
    region.configurations.get(id).is_some_and(Configuration::needs_restart)
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
    set(cloud, call, id, reference.as_deref())?;
    Ok(Reply::accepted())
}

/// Attaches a group, or detaches the present one when the reference is empty.
pub(crate) fn set(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    reference: Option<&str>,
) -> Result<(), Reply> {
    let region = cloud.region(&call.place);
    let instance = availability::find(region, id)?;
    availability::refuse_member(instance)?;
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
            let restart = needs_restart(region, &group);
            (Some(group), restart)
        }
        (None, present) => {
            (None, present.as_ref().is_some_and(|present| needs_restart(region, present)))
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
