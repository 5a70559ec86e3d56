//! `/ha`: create, list, get, delete HA groups, and PATCH (attach or detach the configuration group).
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "High availability operations". Nothing of it was
//! recorded: what no document tells is in `DIFFERENCES.md`.

pub(crate) mod availability;
pub(crate) mod conversion;

mod acls;
mod actions;
mod creation;
mod view;

use serde_json::{Value, json};

use crate::api::configurations;
use crate::message::call::Call;
use crate::message::fields;
use crate::message::pages::{self, LimitRule, Page};
use crate::message::path::without_format;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::state::cloud::Cloud;
use crate::state::ha_groups::{GroupTask, HaGroup};

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["ha"]) => list(cloud, call),
        ("POST", ["ha"]) => creation::create(cloud, call),
        ("GET", ["ha", id]) => get(cloud, call, without_format(id)),
        ("DELETE", ["ha", id]) => delete(cloud, call, without_format(id)),
        ("PATCH", ["ha", id]) => patch(cloud, call, without_format(id)),
        ("GET", ["ha", id, "acls"]) => acls::list(cloud, call, id),
        ("POST", ["ha", id, "acls"]) => acls::add(cloud, call, id),
        ("DELETE", ["ha", id, "acls", address]) => acls::delete(cloud, call, id, address),
        ("POST", ["ha", id, "action"]) => actions::act(cloud, call, id),
        _ => return None,
    })
}

fn list(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let page = Page::of(call, cloud.options.page_sizes.ha_groups, LimitRule::Positive)?;
    let region = cloud.region(&call.place);
    let rows = region.ha_groups.values().map(|group| (group.id.as_str(), group));
    let (rows, next) = page.cut(rows);
    let items: Vec<Value> = rows.iter().map(|group| view::item(region, group)).collect();
    let body = pages::body(call, "ha_instances", &items, next);
    let ids: Vec<String> = rows.iter().map(|group| group.id.clone()).collect();
    for id in ids {
        region.poll_group(&id);
    }
    Ok(Reply::ok(&body))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    let body = view::view(call, &options, region, availability::find(region, id)?);
    region.poll_group(id);
    Ok(Reply::ok(&json!({ "ha_instance": body })))
}

/// Takes all members along. What is on its way out already is left to that.
fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    let group = availability::find(region, id)?;
    if group.task.as_ref().is_some_and(|task| task.kind == GroupTask::Delete) {
        return Ok(Reply::accepted());
    }
    availability::deletable(region, id)?;
    availability::begin(cloud, call, id, GroupTask::Delete);
    Ok(Reply::accepted())
}

/// Attaches a configuration group to every member, or detaches the present one when the reference is
/// empty.
fn patch(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let shape =
        Schema::object(&["configuration"], vec![("configuration", Schema::text().nullable())]);
    let change = validation::parse(&call.request.json()?, "ha_instance", &shape)?;
    let reference = fields::text(&change, "configuration").filter(|it| !it.is_empty());
    let region = cloud.region(&call.place);
    let HaGroup { configuration: present, datastore, .. } = availability::find(region, id)?;
    // Detaching nothing changes nothing, whatever the state.
    if reference.is_none() && present.is_none() {
        return Ok(Reply::accepted());
    }
    let state = region.group_state(availability::find(region, id)?);
    if state != "ACTIVE" {
        return Err(Reply::bad_request(format!(
            "The operation you have requested cannot be executed because the HA instance state is \
             currently: {state}."
        )));
    }
    let (attached, restart) = match (reference, present) {
        (Some(_), Some(present)) => {
            return Err(Reply::bad_request(format!(
                "HA instance {id} already has a Configuration Group attached: {present}."
            )));
        }
        (Some(reference), None) => {
            let group = configurations::attachable(region, reference, datastore, id)?;
            (Some(group.clone()), configurations::needs_restart(region, &group))
        }
        (None, Some(present)) => (None, configurations::needs_restart(region, present)),
        (None, None) => (None, false),
    };
    region.each_member(id, |member| {
        member.configuration.clone_from(&attached);
        if restart {
            "RESTART_REQUIRED".clone_into(&mut member.status);
        }
    });
    if let Some(group) = region.ha_groups.get_mut(id) {
        group.configuration = attached;
        if restart {
            "RESTART_REQUIRED".clone_into(&mut group.state);
        }
    }
    Ok(Reply::accepted())
}
