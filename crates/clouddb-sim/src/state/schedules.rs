//! Schedules of automated backups: when each runs, and what it is about.
//!
//! A schedule runs every day at its time. On its day, or every day where it has none, the run makes a full
//! backup, and on the others an incremental one of what changed since the run before.

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::state::place::Place;

/// The `day_of_week` that stands for all of them.
pub(crate) const EVERY_DAY: i8 = 7;

/// How many full backups are kept where nobody says it.
pub(crate) const RETENTION: u64 = 2;

/// When a schedule runs, in UTC.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Timing {
    /// The day of the full backup, from Sunday, which is 0; or [`EVERY_DAY`].
    pub(crate) day_of_week: i8,
    pub(crate) hour: i8,
    pub(crate) minute: i8,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) id: String,
    /// ID of what is backed up: an instance, or an HA group.
    pub(crate) source: String,
    pub(crate) is_of_group: bool,
    pub(crate) timing: Timing,
    /// How many full backups are kept, with those that build on them.
    pub(crate) retention: u64,
    /// Where each backup is copied to.
    pub(crate) copy_to: Vec<String>,
    pub(crate) created: DateTime,
    pub(crate) updated: DateTime,
    pub(crate) next_run: DateTime,
    pub(crate) last_run: Option<DateTime>,
    /// The backup that is being made.
    pub(crate) running: Option<String>,
}

/// A schedule of automated backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScheduleSnapshot {
    /// ID.
    pub id: String,
    /// Region.
    pub region: String,
    /// Account (tenant) ID.
    pub account_id: String,
    /// What is backed up: an instance, or an HA group.
    pub source_id: String,
    /// `instance`, or `ha` for an HA group.
    pub source_type: String,
    /// The day of the full backup, from Sunday, which is 0; 7 is every day.
    pub day_of_week: i8,
    /// Hour of the day, UTC.
    pub hour: i8,
    /// Minute of the hour.
    pub minute: i8,
    /// How many full backups are kept.
    pub full_backup_retention: u64,
    /// The regions that each backup is copied to.
    pub copy_to: Vec<String>,
    /// When it runs next, UTC.
    pub next_run: String,
}

impl Timing {
    /// The first time that comes after this one.
    pub(crate) fn next_after(self, now: DateTime) -> DateTime {
        let today = now.date().at(self.hour, self.minute, 0, 0);
        if today > now { today } else { later(today, 1.day()) }
    }

    /// Whether the backup of that day is a full one.
    pub(crate) fn is_full_on(self, day: Date) -> bool {
        let weekday = day.weekday().to_sunday_zero_offset();
        self.day_of_week == EVERY_DAY || self.day_of_week == weekday
    }
}

/// A time so much later, as far as there is one.
pub(crate) fn later(time: DateTime, span: Span) -> DateTime {
    time.checked_add(span).unwrap_or(time)
}

/// As the service writes the times of schedules: without a zone.
pub(crate) fn stamp(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

impl Schedule {
    /// A schedule of an instance that runs at the next time that comes.
    pub(crate) fn new(instance: &str, timing: Timing, now: DateTime) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            source: instance.to_owned(),
            is_of_group: false,
            timing,
            retention: RETENTION,
            copy_to: Vec::new(),
            created: now,
            updated: now,
            next_run: timing.next_after(now),
            last_run: None,
            running: None,
        }
    }

    /// What the API calls the kind of its source.
    pub(crate) fn source_type(&self) -> &'static str {
        if self.is_of_group { "ha" } else { "instance" }
    }

    pub(crate) fn snapshot(&self, place: &Place) -> ScheduleSnapshot {
        ScheduleSnapshot {
            id: self.id.clone(),
            region: place.region.clone(),
            account_id: place.account.clone(),
            source_id: self.source.clone(),
            source_type: self.source_type().to_owned(),
            day_of_week: self.timing.day_of_week,
            hour: self.timing.hour,
            minute: self.timing.minute,
            full_backup_retention: self.retention,
            copy_to: self.copy_to.clone(),
            next_run: stamp(self.next_run),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn the_next_run_is_later_today_or_tomorrow() {
        let timing = Timing { day_of_week: 0, hour: 14, minute: 30 };
        let today = datetime(2020, 11, 14, 14, 30, 0, 0);

        for (now, next) in [
            (datetime(2020, 11, 14, 7, 28, 17, 0), today),
            (today, datetime(2020, 11, 15, 14, 30, 0, 0)),
            (datetime(2020, 12, 31, 23, 0, 0, 0), datetime(2021, 1, 1, 14, 30, 0, 0)),
        ] {
            assert_eq!(timing.next_after(now), next, "{now}");
        }
    }

    #[test]
    fn the_week_begins_on_sunday_and_seven_is_every_day() {
        let (sunday, saturday) = (date(2020, 11, 15), date(2020, 11, 14));
        let of = |day_of_week: i8| Timing { day_of_week, hour: 0, minute: 0 };

        assert!(of(0).is_full_on(sunday) && !of(0).is_full_on(saturday));
        assert!(of(6).is_full_on(saturday) && !of(6).is_full_on(sunday));
        assert!(of(EVERY_DAY).is_full_on(saturday) && of(EVERY_DAY).is_full_on(sunday));
    }
}
