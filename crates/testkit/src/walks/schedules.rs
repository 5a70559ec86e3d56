//! Schedules of automated backups: what a block says of one, and what the server has.

use clouddb_sim::{ScheduleSnapshot, Simulator};
use serde_json::{Map, Value as Json, json};

use crate::scenario::Block;

/// The days of the full backup; the last is another spelling of the second.
const DAYS: [&str; 4] = ["sunday", "wednesday", "daily", "3"];

/// The days as the server numbers them.
const NAMES: [&str; 8] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "daily"];

/// The hours of the day.
const HOURS: [i8; 3] = [3, 0, 23];

/// Each schedule runs then.
const MINUTE: i8 = 30;

/// How many full backups are kept where a block does not say it.
const DEFAULT_RETENTION: u64 = 2;

/// How many full backups are kept.
const RETENTIONS: [u64; 3] = [DEFAULT_RETENTION, 3, 7];

/// The regions that backups are copied to; no instance lives in one of them.
const COPIES: [&[&str]; 3] = [&[], &["HKG"], &["SYD", "HKG"]];

/// What stands in the block of a schedule, by number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wish {
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) retention: u8,
    pub(super) copies: u8,
}

impl Wish {
    /// The arguments but for the instance.
    pub(super) fn arguments(self) -> Map<String, Json> {
        let hour = HOURS.get(usize::from(self.hour)).copied().unwrap_or_default();
        let day = DAYS.get(usize::from(self.day)).copied().unwrap_or_default();
        let mut arguments = Map::new();
        let mut set = |name: &str, value: Json| drop(arguments.insert(name.to_owned(), value));
        set("day_of_week", json!(day));
        set("hour", json!(hour));
        set("minute", json!(MINUTE));
        let retention = RETENTIONS.get(usize::from(self.retention)).copied();
        if let Some(retention) = retention.filter(|it| *it != DEFAULT_RETENTION) {
            set("full_backup_retention", json!(retention));
        }
        if let Some(regions) = COPIES.get(usize::from(self.copies)).filter(|it| !it.is_empty()) {
            set("copy_to", json!(regions));
        }
        arguments
    }
}

/// Whether a day in a state or a configuration is that of the server.
pub(super) fn is_day(said: &Json, number: &Json) -> bool {
    let number = number.as_str().unwrap_or_default();
    let name = number.parse().ok().and_then(|number: usize| NAMES.get(number));
    said.as_str().is_some_and(|said| said == number || Some(&said) == name)
}

/// The argument that says what is backed up.
pub(super) fn place(it: &ScheduleSnapshot) -> &'static str {
    if it.source_type == "ha" { "ha_group_id" } else { "instance_id" }
}

/// Whether another actor can make one for this instance or HA group.
pub(super) fn is_free(cloud: &Simulator, source: &str) -> bool {
    !cloud.schedules().iter().any(|it| it.source_id == source)
}

/// Another hour of the day, as another actor sets it.
pub(super) fn move_on(cloud: &Simulator, id: &str) {
    for it in cloud.schedules().iter().filter(|it| it.id == id) {
        cloud.reschedule(id, it.day_of_week, (it.hour + 1) % 24, it.minute);
    }
}

/// Whether the server has what the block says.
pub(super) fn is_as_configured(cloud: &Simulator, block: &Block, id: &str) -> bool {
    let said = |argument: &str| block.body.get(argument).unwrap_or(&Json::Null);
    cloud.schedules().iter().filter(|it| it.id == id).any(|it| {
        let regions = said("copy_to").as_array().map_or(0, Vec::len);
        let copies = |region: &String| {
            said("copy_to").as_array().is_some_and(|it| it.contains(&json!(region)))
        };
        is_day(said("day_of_week"), &json!(it.day_of_week.to_string()))
            && *said("hour") == json!(it.hour)
            && *said("minute") == json!(it.minute)
            && said("full_backup_retention").as_u64().unwrap_or(DEFAULT_RETENTION)
                == it.full_backup_retention
            && regions == it.copy_to.len()
            && it.copy_to.iter().all(copies)
    })
}
