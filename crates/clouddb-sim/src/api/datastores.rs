//! `/datastores`: read only, not paged; by ID or by name.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Datastores".

use serde_json::{Value, json};

use crate::api::flavors;
use crate::message::call::Call;
use crate::message::fields;
use crate::message::path::without_format;
use crate::message::reply::{Answer, Reply};
use crate::options::Flavor;
use crate::state::cloud::Cloud;
use crate::state::datastores::{Datastore, KINDS, Kind, Version};
use crate::state::parameters::{PARAMETERS, Parameter};

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["datastores"]) => Ok(list(cloud, call)),
        ("GET", ["datastores", "versions", version]) => {
            version_by_id(cloud, call, without_format(version))
        }
        ("GET", ["datastores", id]) => get(cloud, call, without_format(id)),
        ("GET", ["datastores", id, "versions"]) => versions(cloud, call, id),
        ("GET", ["datastores", id, "versions", name]) => {
            version(cloud, call, id, without_format(name))
        }
        ("GET", ["datastores", "versions", version, "parameters"]) => {
            let kind = Kind::of_version(version).ok_or_else(|| no_version(version));
            kind.and_then(|kind| parameters(kind, version))
        }
        ("GET", ["datastores", "versions", version, "parameters", name]) => {
            let kind = Kind::of_version(version).ok_or_else(|| no_version(version));
            kind.and_then(|kind| parameter(kind, version, name))
        }
        ("GET", ["datastores", id, "versions", version, "parameters"]) => {
            find(id).and_then(|kind| parameters(kind, version))
        }
        ("GET", ["datastores", id, "versions", version, "parameters", name]) => {
            find(id).and_then(|kind| parameter(kind, version, name))
        }
        ("GET", ["datastores", id, "versions", name, "flavors"]) => flavors(cloud, call, id, name),
        _ => return None,
    })
}

fn list(cloud: &mut Cloud, call: &Call<'_>) -> Reply {
    let all: Vec<Value> = KINDS.iter().map(|kind| view(cloud, call, kind)).collect();
    Reply::ok(&json!({ "datastores": all }))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    Ok(Reply::ok(&json!({ "datastore": view(cloud, call, find(id)?) })))
}

fn versions(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let kind = find(id)?;
    let versions: Vec<Value> =
        kind.active().map(|version| version_view(cloud, call, version, Some(kind))).collect();
    Ok(Reply::ok(&json!({ "versions": versions })))
}

fn version(cloud: &mut Cloud, call: &Call<'_>, id: &str, version: &str) -> Answer {
    one_version(cloud, call, find(id)?, version)
}

fn version_by_id(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    one_version(cloud, call, Kind::of_version(id).ok_or_else(|| no_version(id))?, id)
}

fn one_version(cloud: &Cloud, call: &Call<'_>, kind: &Kind, id: &str) -> Answer {
    let view = version_view(cloud, call, find_version(kind, id)?, Some(kind));
    Ok(Reply::ok(&json!({ "version": view })))
}

fn flavors(cloud: &mut Cloud, call: &Call<'_>, id: &str, version: &str) -> Answer {
    find_version(find(id)?, version)?;
    Ok(Reply::ok(&json!({ "flavors": offered(cloud, call) })))
}

/// The same for every version.
fn parameters(kind: &Kind, version: &str) -> Answer {
    let id = find_version(kind, version)?.id;
    let all: Vec<Value> = PARAMETERS.iter().map(|it| it.view(id)).collect();
    Ok(Reply::ok(&json!({ "configuration-parameters": all })))
}

fn parameter(kind: &Kind, version: &str, name: &str) -> Answer {
    let id = find_version(kind, version)?.id;
    let found = Parameter::find(name).ok_or_else(|| Reply::no_resource(name))?;
    Ok(Reply::ok(&found.view(id)))
}

fn view(cloud: &Cloud, call: &Call<'_>, kind: &Kind) -> Value {
    let versions: Vec<Value> =
        kind.active().map(|version| version_view(cloud, call, version, None)).collect();
    json!({
        "id": kind.id,
        "name": kind.name,
        "default_version": kind.default.id,
        "links": call.links(&format!("datastores/{}", kind.id)),
        "versions": versions,
    })
}

/// `datastore` is there in listings of versions and not inside a datastore.
fn version_view(cloud: &Cloud, call: &Call<'_>, version: &Version, kind: Option<&Kind>) -> Value {
    let mut view = json!({
        "id": version.id,
        "name": version.name,
        "links": call.links(&format!("datastores/versions/{}", version.id)),
        "deprecated": false,
        "flavors": offered(cloud, call),
        "databases_supported": true,
        "users_supported": true,
        "backup_supported": true,
        "scheduled_backup_supported": true,
        "configurations_supported": true,
        "replication_supported": true,
        "ha_supported": true,
        "volumes_supported": true,
        "monitoring_supported": true,
        "at_rest_encryption_supported": version.encrypted,
    });
    if let Some(kind) = kind {
        fields::set(&mut view, "datastore", kind.id);
    }
    view
}

/// The smallest flavor is not advertised for the versions on offer today.
fn offered(cloud: &Cloud, call: &Call<'_>) -> Vec<Value> {
    let enough = |flavor: &&Flavor| flavor.ram >= 1024;
    cloud.options.flavors.iter().filter(enough).map(|flavor| flavors::view(call, flavor)).collect()
}

fn find(id: &str) -> Result<&'static Kind, Reply> {
    Kind::find(id).ok_or_else(|| Reply::not_found(format!("Datastore '{id}' cannot be found.")))
}

fn find_version<'a>(kind: &'a Kind, id: &str) -> Result<&'a Version, Reply> {
    kind.version(id).ok_or_else(|| no_version(id))
}

fn no_version(id: &str) -> Reply {
    Reply::bad_request(format!("Datastore version '{id}' cannot be found."))
}

/// True if the text names this kind of datastore, by name or by ID.
pub(crate) fn is_kind(text: &str, kind: &str) -> bool {
    find(text).is_ok_and(|found| found.name == kind)
}

/// The datastore that a body asks for; what it leaves out is the default.
pub(crate) fn choose(datastore: Option<&Value>) -> Result<Datastore, Reply> {
    let field = |name: &str| datastore.and_then(|datastore| fields::text(datastore, name));
    let kind = match field("type") {
        Some(kind) => find(kind)?,
        None => Kind::default_kind(),
    };
    let Some(name) = field("version") else { return Ok(Datastore::new(kind, &kind.default)) };
    let version = find_version(kind, name)?;
    if !version.active {
        return Err(Reply::bad_request(format!("Datastore version '{name}' is not active.")));
    }
    Ok(Datastore::new(kind, version))
}
