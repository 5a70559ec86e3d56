//! The requests about schedules.

use serde_json::{Map, Value, json};

use crate::api::schedules::model::{NewSchedule, ScheduleChange};
use crate::http::request::{Path, Repeat, Request};
use crate::value::source::Source;

fn path(id: &str) -> Path {
    Path::of("schedules").name(id)
}

pub(crate) fn list() -> Request {
    Request::get(Path::of("schedules"))
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(path(id))
}

pub(crate) fn create(new: &NewSchedule) -> Request {
    let mut schedule = Map::from_iter([
        ("action".to_owned(), json!("backup")),
        ("day_of_week".to_owned(), json!(new.day_of_week)),
        ("hour".to_owned(), json!(new.hour)),
        ("minute".to_owned(), json!(new.minute)),
    ]);
    match &new.source {
        Source::Instance(id) => {
            schedule.insert("instance_id".to_owned(), json!(id));
        }
        Source::HaGroup(id) => {
            schedule.insert("source_id".to_owned(), json!(id));
            schedule.insert("source_type".to_owned(), json!("ha"));
        }
    }
    if let Some(retention) = new.full_backup_retention {
        schedule.insert("full_backup_retention".to_owned(), json!(retention));
    }
    if !new.copy_to.is_empty() {
        schedule.insert("copy_to".to_owned(), json!(new.copy_to));
    }
    Request::post(Path::of("schedules"), json!({ "schedule": schedule }))
}

/// Changes what is given, and leaves the rest as it is.
pub(crate) fn change(id: &str, change: &ScheduleChange) -> Request {
    let fields: [(&str, Option<Value>); 4] = [
        ("day_of_week", change.day_of_week.map(Value::from)),
        ("hour", change.hour.map(Value::from)),
        ("minute", change.minute.map(Value::from)),
        ("full_backup_retention", change.full_backup_retention.map(Value::from)),
    ];
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let schedule: Map<String, Value> = given.collect();
    Request::put(path(id), json!({ "schedule": schedule }))
}

/// Makes the next backup of the schedule now. The second time it would make another one, so it is not sent
/// again. The documentation has a text where one expects a truth value.
pub(crate) fn run_now(id: &str) -> Request {
    Request::put(path(id), json!({ "schedule": { "run_now": "true" } })).repeat(Repeat::Never)
}

pub(crate) fn delete(id: &str) -> Request {
    Request::delete(path(id))
}
