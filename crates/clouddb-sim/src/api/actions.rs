//! `POST /instances/{id}/action`: restart, resize to another flavor, resize the volume, save the logs. The
//! upgrade is in `upgrades.rs`.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Database instance actions".

use serde_json::Value;

use crate::api::ha::conversion;
use crate::api::instances::{availability, volume};
use crate::api::{flavors, quotas, upgrades};
use crate::message::call::Call;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::state::cloud::Cloud;
use crate::state::tasks::TaskKind;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("POST", ["instances", id, "action"]) => act(cloud, call, id),
        _ => return None,
    })
}

fn act(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let body = call.request.json()?;
    // Of two actions in one body the server takes one; an unknown one breaks it.
    let kind = if body.get("restart").is_some() {
        validation::parse(&only(&body, "restart"), "restart", &Schema::object(&[], vec![]))?;
        restart(cloud, call, id)?
    } else if body.get("convert_to_ha").is_some() {
        return conversion::convert(cloud, call, id, &only(&body, "convert_to_ha"));
    } else if let Some(resize) = body.get("resize") {
        if resize.is_null() || resize.is_string() {
            return Err(Reply::internal_error());
        }
        let resize = validation::parse(&body, "resize", &resize_shape())?;
        match (resize.get("volume"), resize.get("flavorRef")) {
            // With both, the flavor is silently left as it is.
            (Some(volume), _) => resize_volume(cloud, call, id, volume)?,
            (None, Some(flavor)) => resize_flavor(cloud, call, id, flavor)?,
            (None, None) => return Err(Reply::internal_error()),
        }
    } else if body.get("save_logs").is_some() {
        let shape = Schema::object(&[], vec![("allow_ha", Schema::Boolean)]);
        validation::parse(&only(&body, "save_logs"), "save_logs", &shape)?;
        let allow_ha = body.pointer("/save_logs/allow_ha").and_then(Value::as_bool);
        let region = cloud.region(&call.place);
        if allow_ha != Some(true) {
            availability::refuse_member(availability::find(region, id)?)?;
        }
        // Nothing of it shows here: the files go to Cloud Files.
        availability::free(region, id)?;
        return Ok(Reply::accepted());
    } else if body.get("upgrade").is_some() {
        return upgrades::upgrade(cloud, call, id, &only(&body, "upgrade"));
    } else {
        availability::find(cloud.region(&call.place), id)?;
        return Err(Reply::internal_error());
    };
    let task = cloud.task(kind);
    if let Some(instance) = cloud.region(&call.place).instances.get_mut(id) {
        instance.task = Some(task);
    }
    Ok(Reply::accepted())
}

fn resize_shape() -> Schema {
    Schema::object(&[], vec![("flavorRef", Schema::flavor_ref()), ("volume", Schema::volume())])
}

fn only(body: &Value, key: &str) -> Value {
    serde_json::json!({ key: body.get(key) })
}

fn restart(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Result<TaskKind, Reply> {
    availability::available(cloud.region(&call.place), id)?;
    Ok(TaskKind::Reboot)
}

fn resize_flavor(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    reference: &Value,
) -> Result<TaskKind, Reply> {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::available(region, id)?;
    let flavor = flavors::by_reference(&options, reference)?;
    let present = availability::find(region, id)?.flavor;
    if flavor.id == present {
        return Err(Reply::bad_request(format!(
            "The new flavor id must be different than the current flavor id of '{present}'."
        )));
    }
    Ok(TaskKind::ResizeFlavor(flavor.id))
}

fn resize_volume(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    given: &Value,
) -> Result<TaskKind, Reply> {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::available(region, id)?;
    let present = availability::find(region, id)?.volume;
    let wanted = volume::gigabytes(given.get("size").unwrap_or(&Value::Null));
    if wanted <= present {
        return Err(Reply::bad_request(format!(
            "The new volume 'size' must be larger than the current volume size of '{present}'."
        )));
    }
    volume::check_size(wanted, options.volume_max)?;
    quotas::check_volumes(region, &options, wanted - present)?;
    Ok(TaskKind::ResizeVolume(wanted))
}
