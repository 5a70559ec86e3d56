//! The documents about schedules.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::http::pages::Item;
use crate::value::lenient;
use crate::value::source::Source;

/// A schedule of automated backups.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Schedule {
    /// Its ID.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// What is backed up; documents of 2014 do not tell it in this way.
    #[serde(default)]
    pub source: Option<ScheduleSource>,
    #[serde(default, rename = "instance_id")]
    instance: Option<String>,
    /// Day of the full backup, from Sunday, which is 0; 7 is every day.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_size")]
    pub day_of_week: Option<u64>,
    /// Hour of the day, UTC.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_size")]
    pub hour: Option<u64>,
    /// Minute of the hour.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_size")]
    pub minute: Option<u64>,
    /// How many full backups are kept, if the API tells.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_size")]
    pub full_backup_retention: Option<u64>,
    /// The regions that each backup is copied to, in no order, if the API tells.
    #[serde(default)]
    pub copy_to: Option<Vec<String>>,
    /// When it runs next, in UTC, as the API wrote it.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub next_run: Option<String>,
    /// When it ran last, in UTC, as the API wrote it; `None` before its first run.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub last_scheduled: Option<String>,
    /// When it was created, in UTC, as the API wrote it.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub created: Option<String>,
    /// When it last changed, in UTC, as the API wrote it.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub updated: Option<String>,
}

/// What a schedule backs up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ScheduleSource {
    /// `instance`, or `ha` for a high-availability group.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its ID.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
}

/// A schedule to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchedule {
    /// What is to be backed up.
    pub source: Source,
    /// Day of the full backup, from Sunday, which is 0; 7 is every day.
    pub day_of_week: u8,
    /// Hour of the day, UTC.
    pub hour: u8,
    /// Minute of the hour.
    pub minute: u8,
    /// How many full backups are kept; without one, the default of the service.
    pub full_backup_retention: Option<u64>,
    /// The regions that each backup is copied to, as the service catalog writes them.
    pub copy_to: BTreeSet<String>,
}

/// What of a schedule is to be changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScheduleChange {
    /// Another day of the full backup.
    pub day_of_week: Option<u8>,
    /// Another hour.
    pub hour: Option<u8>,
    /// Another minute.
    pub minute: Option<u8>,
    /// Another number of full backups that are kept.
    pub full_backup_retention: Option<u64>,
}

impl Schedule {
    /// The instance that is backed up; `None` for one of a high-availability group.
    pub fn instance_id(&self) -> Option<&str> {
        match &self.source {
            Some(source) if source.kind == "instance" => Some(&source.id),
            Some(_) => None,
            None => self.instance.as_deref(),
        }
    }

    /// The high-availability group that is backed up; `None` for one of an instance.
    pub fn group_id(&self) -> Option<&str> {
        self.source.as_ref().filter(|it| it.kind == "ha").map(|it| it.id.as_str())
    }

    /// Whether it backs that up.
    pub fn is_of(&self, source: &Source) -> bool {
        match source {
            Source::Instance(id) => self.instance_id() == Some(id.as_str()),
            Source::HaGroup(id) => self.group_id() == Some(id.as_str()),
        }
    }

    /// Whether it is what a creation asked for. What the API does not tell may be so.
    pub(crate) fn is_as_wanted(&self, wish: &NewSchedule) -> bool {
        let is = |told: Option<u64>, wanted: u8| told == Some(u64::from(wanted));
        let retention = (self.full_backup_retention, wish.full_backup_retention);
        self.is_of(&wish.source)
            && is(self.day_of_week, wish.day_of_week)
            && is(self.hour, wish.hour)
            && is(self.minute, wish.minute)
            && !matches!(retention, (Some(told), Some(wanted)) if told != wanted)
            && self.copy_to.as_ref().is_none_or(|told| same_regions(told, &wish.copy_to))
    }
}

/// Whether these are the same regions, in any order and any case.
fn same_regions(told: &[String], wanted: &BTreeSet<String>) -> bool {
    let upper = |region: &String| region.to_uppercase();
    let told: BTreeSet<String> = told.iter().map(upper).collect();
    told == wanted.iter().map(upper).collect()
}

impl Item for Schedule {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id")
    }
}
