//! From a path to a handler.
//!
//! One port serves every region: `/DFW/v1.0/{account}` is DFW, and `/v1.0/{account}` the default
//! region. Segments are decoded once here, as the web server in front of the service does; user names
//! are decoded once more by their handlers.

use crate::api::instances::creation;
use crate::api::{
    actions, backups, configurations, databases, datastores, flavors, identity, instances,
    replicas, root, user_access, users,
};
use crate::http::rate_limits::Counters;
use crate::message::call::Call;
use crate::message::path::{decode, split_region, without_format};
use crate::message::reply::{Answer, Reply};
use crate::message::request::Request;
use crate::state::cloud::Cloud;
use crate::state::place::Place;

/// Answers any request but those of the control interface.
pub(crate) fn answer(cloud: &mut Cloud, counters: &mut Counters, request: &Request) -> Reply {
    cloud.tick();
    route(cloud, counters, request).unwrap_or_else(|refusal| refusal)
}

fn route(cloud: &mut Cloud, counters: &mut Counters, request: &Request) -> Answer {
    let raw = request.raw_segments();
    let (region, rest) = split_region(&raw);
    match rest {
        [] => Ok(versions(request, region)),
        ["v2.0", below @ ..] if region.is_none() => identity::answer(cloud, request, below),
        ["v1.0"] | ["v1.0", ""] => {
            identity::authenticate(cloud, request)?;
            Ok(version(request, region))
        }
        ["v1.0", account, below @ ..] => {
            let place = Place {
                region: region.map_or_else(|| cloud.options.default_region.clone(), str::to_owned),
                account: decode(account),
            };
            if identity::authenticate(cloud, request)? != place.account {
                return Err(Reply::other_account());
            }
            if let Some(limits) = &cloud.options.rate_limits {
                counters.count(limits, &request.method, below, &place)?;
            }
            let call = Call {
                segments: below.iter().map(|segment| decode(segment)).collect(),
                origin: origin(request, region),
                place,
                request,
            };
            service(cloud, &call)
        }
        _ => {
            identity::authenticate(cloud, request)?;
            Err(Reply::no_route())
        }
    }
}

fn service(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (call.request.method.as_str(), segments.as_slice()) {
        ("GET", ["flavors"]) => Ok(flavors::list(cloud, call)),
        ("GET", ["flavors", id]) => flavors::get(cloud, call, without_format(id)),

        ("GET", ["datastores"]) => Ok(datastores::list(cloud, call)),
        ("GET", ["datastores", "versions", version]) => {
            datastores::version_by_id(cloud, call, without_format(version))
        }
        ("GET", ["datastores", id]) => datastores::get(cloud, call, without_format(id)),
        ("GET", ["datastores", id, "versions"]) => datastores::versions(cloud, call, id),
        ("GET", ["datastores", id, "versions", version]) => {
            datastores::version(cloud, call, id, without_format(version))
        }
        ("GET", ["datastores", id, "versions", version, "flavors"]) => {
            datastores::flavors(cloud, call, id, version)
        }

        ("GET", ["configurations"]) => Ok(configurations::list(cloud, call)),
        ("GET", ["configurations", id]) => configurations::get(cloud, call, without_format(id)),
        ("GET", ["configurations", id, "instances"]) => configurations::instances(cloud, call, id),

        ("GET", ["backups"]) => backups::list(cloud, call),
        ("POST", ["backups"]) => backups::create(cloud, call),
        ("GET", ["backups", id]) => backups::get(cloud, call, without_format(id)),
        ("DELETE", ["backups", id]) => backups::delete(cloud, call, without_format(id)),

        ("GET", ["instances"]) => instances::list(cloud, call),
        ("POST", ["instances"]) => creation::create(cloud, call),
        (method, ["instances", id]) => instance(cloud, call, method, without_format(id)),
        (method, ["instances", id, below @ ..]) => below_instance(cloud, call, method, id, below),
        _ => Err(Reply::no_route()),
    }
}

fn instance(cloud: &mut Cloud, call: &Call<'_>, method: &str, id: &str) -> Answer {
    match method {
        "GET" => instances::get(cloud, call, id),
        "DELETE" => instances::delete(cloud, call, id),
        "PATCH" => instances::patch(cloud, call, id),
        "PUT" => configurations::attach(cloud, call, id),
        _ => Err(Reply::no_route()),
    }
}

fn below_instance(
    cloud: &mut Cloud,
    call: &Call<'_>,
    method: &str,
    id: &str,
    below: &[&str],
) -> Answer {
    match (method, below) {
        ("POST", ["action"]) => actions::act(cloud, call, id),
        ("GET", ["root"]) => root::status(cloud, call, id),
        ("POST", ["root"]) => root::enable(cloud, call, id),
        ("GET", ["backups"]) => backups::of_instance(cloud, call, id),
        ("GET", ["replicas"]) => replicas::list(cloud, call, id),

        ("GET", ["databases"]) => databases::list(cloud, call, id),
        ("POST", ["databases"]) => databases::create(cloud, call, id),
        ("GET", ["databases", _]) => databases::get(cloud, call, id),
        ("DELETE", ["databases", name]) => databases::delete(cloud, call, id, name),

        ("GET", ["users"]) => users::list(cloud, call, id),
        ("POST", ["users"]) => users::create(cloud, call, id),
        ("PUT", ["users"]) => users::change_passwords(cloud, call, id),
        ("GET", ["users", user]) => users::get(cloud, call, id, user),
        ("PUT", ["users", user]) => users::update(cloud, call, id, user),
        ("DELETE", ["users", user]) => users::delete(cloud, call, id, user),
        ("GET", ["users", user, "databases"]) => user_access::list(cloud, call, id, user),
        ("PUT", ["users", user, "databases"]) => user_access::grant(cloud, call, id, user),
        ("DELETE", ["users", user, "databases", name]) => {
            user_access::revoke(cloud, call, id, user, name)
        }
        _ => Err(Reply::no_route()),
    }
}

/// What links begin with. The service writes https into them even when it was called over http.
fn origin(request: &Request, region: Option<&str>) -> String {
    let region = region.map_or(String::new(), |region| format!("/{region}"));
    format!("https://{}{region}", request.host)
}

fn versions(request: &Request, region: Option<&str>) -> Reply {
    Reply::ok(&serde_json::json!({ "versions": [version_body(request, region)] }))
}

fn version(request: &Request, region: Option<&str>) -> Reply {
    Reply::ok(&serde_json::json!({ "version": version_body(request, region) }))
}

fn version_body(request: &Request, region: Option<&str>) -> serde_json::Value {
    let origin = origin(request, region);
    serde_json::json!({
        "id": "v1.0",
        "status": "CURRENT",
        "updated": "2012-01-01T00:00:00Z",
        "links": [{ "rel": "self", "href": format!("{origin}/v1.0/") }],
    })
}
