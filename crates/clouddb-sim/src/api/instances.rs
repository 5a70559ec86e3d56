//! `/instances`: create, list, get, delete, and PATCH (rename, detach a replica, change the
//! configuration group).
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Database instances".

pub(crate) mod availability;
pub(crate) mod creation;
mod offers;
pub(crate) mod view;
pub(crate) mod volume;

use serde_json::{Value, json};

use crate::api::instances::availability::{find, refuse_member, unavailable};
use crate::api::instances::creation::create;
use crate::api::instances::view::view;
use crate::api::{configurations, replicas};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::pages::{self, LimitRule, Page};
use crate::message::path::without_format;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::state::cloud::Cloud;
use crate::state::instances::Instance;
use crate::state::tasks::TaskKind;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["instances"]) => list(cloud, call),
        ("POST", ["instances"]) => create(cloud, call),
        ("GET", ["instances", id]) => get(cloud, call, without_format(id)),
        ("DELETE", ["instances", id]) => delete(cloud, call, without_format(id)),
        ("PATCH", ["instances", id]) => patch(cloud, call, without_format(id)),
        ("PUT", ["instances", id]) => configurations::attach(cloud, call, without_format(id)),
        _ => return None,
    })
}

fn list(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let options = cloud.options.clone();
    let page = Page::of(call, options.page_sizes.instances, LimitRule::Positive)?;
    let without_replicas = call
        .request
        .query("include_replicas")
        .is_some_and(|text| text.eq_ignore_ascii_case("false"));
    let without_ha =
        call.request.query("include_ha").is_some_and(|text| text.eq_ignore_ascii_case("false"));
    let region = cloud.region(&call.place);
    let rows = region
        .instances
        .values()
        .filter(|instance| !(without_replicas && instance.replica_of.is_some()))
        .filter(|instance| !(without_ha && instance.ha_group.is_some()))
        .map(|instance| (instance.id.as_str(), instance));
    let (rows, next) = page.cut(rows);
    let shown: Vec<&Instance> = rows.into_iter().filter(|instance| !instance.hidden).collect();
    let items: Vec<Value> =
        shown.iter().map(|instance| view(call, &options, region, instance, false)).collect();
    let body = pages::body(call, "instances", &items, next);
    let ids: Vec<String> = shown.iter().map(|instance| instance.id.clone()).collect();
    region.poll_instances(&ids);
    Ok(Reply::ok(&body))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    let body = view(call, &options, region, find(region, id)?, true);
    region.poll_instances(&[id.to_owned()]);
    Ok(Reply::ok(&json!({ "instance": body })))
}

fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let lenient = cloud.options.legacy.writes_during_backup;
    let region = cloud.region(&call.place);
    let instance = find(region, id)?;
    refuse_member(instance)?;
    let status = region.status(instance);
    if status == "BUILD" {
        return Err(Reply::busy(format!("Instance {id} is not ready. (Status is BUILD).")));
    }
    if !region.replicas(id).is_empty() {
        return Err(Reply::fault(403, "Detach replicas before deleting replica source."));
    }
    if status == "BACKUP" && !lenient {
        return Err(unavailable(id, "BACKUP"));
    }
    if !instance.is_deleting() {
        let task = cloud.task(TaskKind::Shutdown);
        if let Some(instance) = cloud.region(&call.place).instances.get_mut(id) {
            instance.task = Some(task);
        }
    }
    Ok(Reply::accepted())
}

fn patch(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let schema = Schema::object(
        &[],
        vec![
            ("name", Schema::name()),
            ("replica_of", Schema::text().nullable()),
            ("slave_of", Schema::text().nullable()),
            ("configuration", Schema::uuid().nullable()),
        ],
    );
    let change = validation::parse(&call.request.json()?, "instance", &schema)?;
    let stamp = cloud.stamp();
    let region = cloud.region(&call.place);
    refuse_member(find(region, id)?)?;
    if matches!(region.status(find(region, id)?).as_str(), "BUILD" | "ERROR" | "FAILED") {
        return Err(Reply::not_ready(id));
    }
    if change.get("replica_of").is_some() || change.get("slave_of").is_some() {
        replicas::detach(cloud, call, id)?;
    }
    if let Some(configuration) = change.get("configuration") {
        configurations::set(cloud, call, id, configuration.as_str())?;
    }
    if let Some(instance) = cloud.region(&call.place).instances.get_mut(id)
        && let Some(name) = fields::text(&change, "name")
    {
        name.clone_into(&mut instance.name);
        instance.updated = stamp;
    }
    Ok(Reply::accepted())
}
