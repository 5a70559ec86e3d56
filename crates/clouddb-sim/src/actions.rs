//! `POST /instances/{id}/action`: restart, resize to another flavor, resize the volume.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Database instance actions".

use serde_json::Value;

use crate::call::Call;
use crate::cloud::Cloud;
use crate::objects::TaskKind;
use crate::reply::{Answer, Reply};
use crate::schema::{self, Schema};
use crate::{flavors, instances, new_instance};

pub(crate) fn act(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let body = call.request.json()?;
    // Of two actions in one body the server takes one; an unknown one breaks it.
    let kind = if body.get("restart").is_some() {
        schema::parse(&only(&body, "restart"), "restart", &Schema::object(&[], vec![]))?;
        restart(cloud, call, id)?
    } else if body.get("resize").is_some() {
        let resize = schema::parse(&body, "resize", &resize_shape())?;
        match (resize.get("volume"), resize.get("flavorRef")) {
            // With both, the flavor is silently left as it is.
            (Some(volume), _) => resize_volume(cloud, call, id, volume)?,
            (None, Some(flavor)) => resize_flavor(cloud, call, id, flavor)?,
            (None, None) => return Err(Reply::broken()),
        }
    } else {
        instances::find(cloud.site(&call.place), id)?;
        return Err(Reply::broken());
    };
    let task = cloud.task(kind);
    if let Some(instance) = cloud.site(&call.place).instances.get_mut(id) {
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
    instances::available(cloud.site(&call.place), id)?;
    Ok(TaskKind::Reboot)
}

fn resize_flavor(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    reference: &Value,
) -> Result<TaskKind, Reply> {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::available(site, id)?;
    let flavor = flavors::refer(&options, reference)?;
    let present = instances::find(site, id)?.flavor;
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
    volume: &Value,
) -> Result<TaskKind, Reply> {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::available(site, id)?;
    let present = instances::find(site, id)?.volume;
    let wanted = new_instance::gigabytes(volume.get("size").unwrap_or(&Value::Null));
    if wanted <= present {
        return Err(Reply::bad_request(format!(
            "The new volume 'size' must be larger than the current volume size of '{present}'."
        )));
    }
    new_instance::check_size(wanted, options.volume_max)?;
    new_instance::check_volume_quota(site, &options, wanted - present)?;
    Ok(TaskKind::ResizeVolume(wanted))
}
