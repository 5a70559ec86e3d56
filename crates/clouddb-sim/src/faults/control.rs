//! `/sim`: the simulator's own interface, for people and for tests in other languages.
//!
//! `INTERFACE.md` documents each call, and `schemas/` what is told.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::faults::fault::Fault;
use crate::faults::queue::FaultQueue;
use crate::http::request_log::RecordedRequest;
use crate::message::fields;
use crate::message::reply::{Answer, Reply};
use crate::message::request::Request;
use crate::options::REGIONS;
use crate::state::cloud::Cloud;
use crate::state::tasks::{End, Occasion};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Next {
    occasion: Occasion,
    end: End,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pass {
    seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Regions {
    default: Option<String>,
    listed: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stick {
    id: String,
    status: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failover {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    id: String,
}

pub(crate) fn answer(
    cloud: &mut Cloud,
    faults: &mut FaultQueue,
    log: &mut Vec<RecordedRequest>,
    request: &Request,
) -> Reply {
    cloud.tick();
    route(cloud, faults, log, request).unwrap_or_else(|refusal| refusal)
}

fn route(
    cloud: &mut Cloud,
    faults: &mut FaultQueue,
    log: &mut Vec<RecordedRequest>,
    request: &Request,
) -> Answer {
    let segments = request.raw_segments();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["sim", "requests"]) => requests(log, request),
        ("DELETE", ["sim", "requests"]) => {
            log.clear();
            Ok(done())
        }
        ("GET", ["sim", "state"]) => state(cloud, faults, log),
        ("GET", ["sim", "faults"]) => Ok(Reply::ok(&to_json(&faults.waiting())?)),
        ("POST", ["sim", "faults"]) => {
            faults.add(body::<Fault>(request)?).map_err(Reply::bad_request)?;
            Ok(done())
        }
        ("DELETE", ["sim", "faults"]) => {
            faults.clear();
            Ok(done())
        }
        ("POST", ["sim", "advance"]) => {
            cloud.advance();
            Ok(done())
        }
        ("POST", ["sim", "expire-tokens"]) => {
            cloud.tokens.expire();
            Ok(done())
        }
        ("POST", ["sim", "clocks"]) => {
            cloud.skew = body(request)?;
            Ok(done())
        }
        ("POST", ["sim", "pass"]) => {
            let Pass { seconds } = body(request)?;
            cloud.pass(Duration::from_secs(seconds));
            Ok(done())
        }
        ("GET", ["sim", "health"]) => Ok(Reply::ok(&json!({ "status": "ok" }))),
        ("POST", ["sim", "regions"]) => tell_regions(cloud, body(request)?),
        ("POST", ["sim", "next"]) => {
            let Next { occasion, end } = body(request)?;
            cloud.endings.push((occasion, end));
            Ok(done())
        }
        ("POST", ["sim", "stick"]) => {
            let Stick { id, status } = body(request)?;
            hold(cloud, &id, Some(status))
        }
        ("POST", ["sim", "release"]) => {
            let Release { id } = body(request)?;
            hold(cloud, &id, None)
        }
        ("POST", ["sim", "failover"]) => {
            let Failover { id } = body(request)?;
            if cloud.fail_over(&id) { Ok(done()) } else { Err(Reply::no_resource(&id)) }
        }
        ("DELETE", ["sim", "ha", id]) => {
            let lost = cloud.regions.values_mut().find(|it| it.ha_groups.contains_key(*id));
            lost.ok_or_else(|| Reply::no_resource(id))?.remove_group(id);
            Ok(done())
        }
        ("DELETE", ["sim", "instances", id]) => {
            let lost = cloud.regions.values_mut().find_map(|region| region.instances.remove(*id));
            if lost.is_some() { Ok(done()) } else { Err(Reply::no_resource(id)) }
        }
        ("DELETE", ["sim", "backups", id]) => {
            let lost = cloud.regions.values_mut().find_map(|region| region.backups.remove(*id));
            if lost.is_some() { Ok(done()) } else { Err(Reply::no_resource(id)) }
        }
        _ => Err(Reply::no_route()),
    }
}

fn tell_regions(cloud: &mut Cloud, told: Regions) -> Answer {
    let known = |region: &String| REGIONS.iter().any(|it| it == region);
    if let Some(unknown) = told.listed.iter().flatten().chain(&told.default).find(|it| !known(it)) {
        return Err(Reply::bad_request(format!("There is no region {unknown}.")));
    }
    cloud.default_region = told.default.unwrap_or_else(|| cloud.default_region.clone());
    cloud.listed = told.listed.unwrap_or_else(|| cloud.listed.clone());
    Ok(done())
}

fn hold(cloud: &mut Cloud, id: &str, status: Option<String>) -> Answer {
    if let Some(instance) = cloud.instance_mut(id) {
        instance.held = status;
    } else if let Some(backup) = cloud.backup_mut(id) {
        backup.held = status;
    } else if let Some(group) = cloud.group_mut(id) {
        group.held = status;
    } else {
        return Err(Reply::no_resource(id));
    }
    Ok(done())
}

fn requests(log: &[RecordedRequest], request: &Request) -> Answer {
    let after = match request.query("after") {
        Some(after) => after
            .parse()
            .map_err(|_| Reply::bad_request(format!("`after` is \"{after}\", and no number.")))?,
        None => 0,
    };
    let those: Vec<&RecordedRequest> = log.iter().filter(|it| it.number > after).collect();
    Ok(Reply::ok(&to_json(&those)?))
}

fn state(cloud: &mut Cloud, faults: &FaultQueue, log: &[RecordedRequest]) -> Answer {
    cloud.look_inside();
    let mut state = to_json(&cloud.snapshot())?;
    let clock = json!({ "kind": cloud.options.clock.name(), "time": cloud.stamp() });
    fields::set(&mut state, "clock", clock);
    fields::set(&mut state, "waiting_faults", faults.len());
    let last = log.last().map_or(0, |it| it.number);
    fields::set(&mut state, "requests", json!({ "kept": log.len(), "last": last }));
    Ok(Reply::ok(&state))
}

fn to_json(value: &impl Serialize) -> Result<Value, Reply> {
    serde_json::to_value(value).map_err(|error| Reply::fault(500, error.to_string()))
}

fn done() -> Reply {
    Reply::ok(&json!({ "done": true }))
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Reply> {
    serde_json::from_slice(&request.body).map_err(|error| Reply::bad_request(error.to_string()))
}
