//! `/schedules`: create, list, get, change and delete schedules of automated backups.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Scheduled backups".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api::backups::copy_region;
use crate::api::ha;
use crate::api::instances::availability;
use crate::message::call::Call;
use crate::message::fields;
use crate::message::path::without_format;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::state::cloud::Cloud;
use crate::state::place::Place;
use crate::state::region::Region;
use crate::state::schedules::{Schedule, Timing, stamp};

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["schedules"]) => Ok(list(cloud, call)),
        ("POST", ["schedules"]) => create(cloud, call),
        ("GET", ["schedules", id]) => get(cloud, call, without_format(id)),
        ("PUT", ["schedules", id]) => change(cloud, call, without_format(id)),
        ("DELETE", ["schedules", id]) => delete(cloud, call, without_format(id)),
        _ => return None,
    })
}

/// The fewest full backups that can be kept.
const LEAST_RETENTION: i64 = 2;

/// What both a creation and a change may say.
fn timing_fields() -> Vec<(&'static str, Schema)> {
    vec![
        ("day_of_week", Schema::Between { minimum: 0, maximum: 7 }),
        ("hour", Schema::Between { minimum: 0, maximum: 23 }),
        ("minute", Schema::Between { minimum: 0, maximum: 59 }),
        ("full_backup_retention", Schema::Integer { minimum: LEAST_RETENTION }),
    ]
}

fn create(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let mut known = timing_fields();
    known.extend([
        ("action", Schema::OneOf(&["backup"])),
        ("instance_id", Schema::uuid().nullable()),
        ("source_id", Schema::uuid()),
        ("source_type", Schema::OneOf(&["instance", "ha"])),
        ("copy_to", Schema::set(Schema::name())),
    ]);
    let shape = Schema::object(&["action", "day_of_week", "hour", "minute"], known);
    let body = validation::parse(&call.request.json()?, "schedule", &shape)?;
    let (source, is_of_group) = source(&body)?;
    let copy_to = copy_to(&body, &call.place)?;
    let now = cloud.now();
    let region = cloud.region(&call.place);
    if is_of_group {
        ha::availability::find(region, &source)?;
    } else {
        availability::refuse_member(availability::find(region, &source)?)?;
    }
    if region.schedule_of(&source).is_some() {
        return Err(Reply::bad_request(format!("{source} already has an active schedule")));
    }
    let none = Timing { day_of_week: 0, hour: 0, minute: 0 };
    let mut schedule = Schedule::new(&source, timing(&body, none), now);
    schedule.is_of_group = is_of_group;
    schedule.copy_to = copy_to;
    schedule.retention = retention(&body).unwrap_or(schedule.retention);
    let mut view = view(&schedule);
    // A word of the language in the reply to the creation, and a number from then on.
    fields::set(&mut view, "running", false);
    region.schedules.insert(schedule.id.clone(), schedule);
    Ok(Reply::json(202, &json!({ "schedule": view })))
}

/// ID of what is backed up, and whether that is an HA group. `instance_id` is the old name, for instances
/// alone.
fn source(body: &Value) -> Result<(String, bool), Reply> {
    let (instance, source) = (fields::text(body, "instance_id"), fields::text(body, "source_id"));
    match (instance, source, fields::text(body, "source_type")) {
        (None, Some(group), Some("ha")) => Ok((group.to_owned(), true)),
        (Some(_), _, Some("ha")) => Err(Reply::bad_request(
            "instance_id is for single instances, and not for HA instances.",
        )),
        (Some(instance), None, _) => Ok((instance.to_owned(), false)),
        (None, Some(source), _) => Ok((source.to_owned(), false)),
        (Some(instance), Some(source), _) if instance == source => Ok((instance.to_owned(), false)),
        (Some(_), Some(_), _) => {
            Err(Reply::bad_request("instance_id and source_id are not the same instance."))
        }
        (None, None, _) => Err(Reply::bad_request(
            "Validation error: schedule 'instance_id' is a required property",
        )),
    }
}

/// The regions that each backup is copied to, in the order in which the service keeps them: not as they
/// came.
fn copy_to(body: &Value, here: &Place) -> Result<Vec<String>, Reply> {
    let given = body.get("copy_to").and_then(Value::as_array).into_iter().flatten();
    let regions = given.filter_map(Value::as_str).map(|region| copy_region(here, region));
    let regions: BTreeSet<String> = regions.collect::<Result<_, _>>()?;
    Ok(regions.into_iter().rev().collect())
}

/// The timing of the body, and where it says nothing the one before.
fn timing(body: &Value, before: Timing) -> Timing {
    let number = |field: &str| i8::try_from(body.get(field)?.as_i64()?).ok();
    Timing {
        day_of_week: number("day_of_week").unwrap_or(before.day_of_week),
        hour: number("hour").unwrap_or(before.hour),
        minute: number("minute").unwrap_or(before.minute),
    }
}

fn retention(body: &Value) -> Option<u64> {
    body.get("full_backup_retention")?.as_u64()
}

fn list(cloud: &mut Cloud, call: &Call<'_>) -> Reply {
    let all: Vec<Value> = cloud.region(&call.place).schedules.values().map(view).collect();
    Reply::ok(&json!({ "schedules": all }))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let schedule = find(cloud.region(&call.place), id)?;
    Ok(Reply::ok(&json!({ "schedule": view(schedule) })))
}

fn change(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let mut known = timing_fields();
    // The example of the documentation has it as a text.
    known.push(("run_now", Schema::AnyOf(vec![Schema::text(), Schema::Boolean])));
    let shape = Schema::object(&[], known);
    let body = validation::parse(&call.request.json()?, "schedule", &shape)?;
    let now = cloud.now();
    let region = cloud.region(&call.place);
    let schedule = find(region, id)?;
    let (source, is_of_group) = (schedule.source.clone(), schedule.is_of_group);
    let run_now = match body.get("run_now") {
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        Some(other) => other == &json!(true),
        None => false,
    };
    if run_now && is_of_group {
        ha::availability::available(region, &source)?;
    } else if run_now {
        availability::available(region, &source)?;
    }
    if let Some(schedule) = region.schedules.get_mut(id) {
        schedule.timing = timing(&body, schedule.timing);
        schedule.retention = retention(&body).unwrap_or(schedule.retention);
        schedule.next_run = schedule.timing.next_after(now);
        schedule.updated = now;
    }
    if run_now {
        cloud.run_schedule(&call.place, id, now);
    }
    Ok(Reply::accepted())
}

/// The backups that it has made stay.
fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    find(region, id)?;
    region.schedules.remove(id);
    Ok(Reply::accepted())
}

fn find<'a>(region: &'a Region, id: &str) -> Result<&'a Schedule, Reply> {
    region.schedules.get(id).ok_or_else(|| Reply::no_resource(id))
}

fn view(schedule: &Schedule) -> Value {
    let Timing { day_of_week, hour, minute } = schedule.timing;
    let mut view = json!({
        "id": schedule.id,
        "action": "backup",
        "instance_id": (!schedule.is_of_group).then_some(&schedule.source),
        "source": { "type": schedule.source_type(), "id": schedule.source },
        "day_of_month": null,
        "day_of_week": day_of_week,
        "month": null,
        "hour": hour,
        "minute": minute,
        "full_backup_retention": schedule.retention,
        "running": u8::from(schedule.running.is_some()),
        "next_run": stamp(schedule.next_run),
        "last_scheduled": schedule.last_run.map(stamp),
        "created": stamp(schedule.created),
        "updated": stamp(schedule.updated),
    });
    if !schedule.copy_to.is_empty() {
        fields::set(&mut view, "copy_to", schedule.copy_to.clone());
    }
    view
}
