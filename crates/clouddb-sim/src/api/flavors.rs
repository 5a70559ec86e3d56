//! `/flavors`: read only, not paged. The ID is a number here and a string inside an instance.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Flavors".

use serde_json::{Value, json};

use crate::message::call::Call;
use crate::message::path::without_format;
use crate::message::reply::{Answer, Reply};
use crate::options::{Flavor, Options};
use crate::state::cloud::Cloud;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["flavors"]) => Ok(list(cloud, call)),
        ("GET", ["flavors", id]) => get(cloud, call, without_format(id)),
        _ => return None,
    })
}

fn list(cloud: &mut Cloud, call: &Call<'_>) -> Reply {
    let flavors: Vec<Value> =
        cloud.options.flavors.iter().map(|flavor| view(call, flavor)).collect();
    Reply::ok(&json!({ "flavors": flavors }))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let flavor = find(&cloud.options, id).ok_or_else(|| Reply::no_resource(id))?;
    Ok(Reply::ok(&json!({ "flavor": view(call, flavor) })))
}

pub(crate) fn view(call: &Call<'_>, flavor: &Flavor) -> Value {
    json!({
        "id": flavor.id,
        "name": flavor.name,
        "ram": flavor.ram,
        "links": call.links(&format!("flavors/{}", flavor.id)),
    })
}

fn find<'a>(options: &'a Options, id: &str) -> Option<&'a Flavor> {
    options.flavor(id.parse().ok()?)
}

/// The flavor that a body refers to by number, ID or URL; an unknown one is 400 and not 404.
pub(crate) fn by_reference<'a>(
    options: &'a Options,
    reference: &Value,
) -> Result<&'a Flavor, Reply> {
    let id = match reference {
        Value::String(text) => text.rsplit('/').next().unwrap_or_default().to_owned(),
        other => other.to_string(),
    };
    find(options, &id).ok_or_else(|| Reply::bad_request(format!("Resource {id} cannot be found.")))
}
