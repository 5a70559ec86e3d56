//! What Terraform holds of a schedule.

use std::collections::BTreeSet;

use clouddb::{NewSchedule, Source};
use serde::{Deserialize, Serialize};
use tfplug::schema::{Attribute, string};
use tfplug::{Diagnostic, Result};

use super::day;
use crate::place::Object;
use crate::resources::copy_to::regions;
use crate::source;

/// What is made of a source, for messages.
pub(super) const SCHEDULE: &str = "schedule";
/// The argument that names a group.
pub(super) const GROUP: &str = "ha_group_id";
/// How many full backups are kept where nobody says it, and how few there can be.
pub(super) const RETENTION: u64 = 2;

/// A schedule as Terraform holds it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(super) id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) instance_id: Option<String>,
    pub(super) ha_group_id: Option<String>,
    pub(super) day_of_week: Option<String>,
    pub(super) hour: Option<u64>,
    pub(super) minute: Option<u64>,
    pub(super) full_backup_retention: Option<u64>,
    pub(super) copy_to: Option<BTreeSet<String>>,
    pub(super) next_run: Option<String>,
    pub(super) last_scheduled: Option<String>,
    pub(super) created: Option<String>,
    pub(super) updated: Option<String>,
}

/// What nobody can configure: the API alone tells it.
pub(super) fn computed() -> Vec<(&'static str, Attribute)> {
    let text = |description: &str| string().computed().describe(description);
    vec![
        ("next_run", text("When it runs next, UTC, as of the last refresh.")),
        (
            "last_scheduled",
            text("When it ran last, UTC, as of the last refresh; null before its first run."),
        ),
        ("created", text("Time of creation, UTC.").use_state_for_unknown()),
        ("updated", text("Time of the last change, UTC.")),
    ]
}

impl Schedule {
    pub(super) fn id(&self) -> Result<&str> {
        self.id
            .as_deref()
            .ok_or_else(|| Diagnostic::bug("A backup schedule in the state has no ID.").into())
    }

    /// What is backed up; nothing if the arguments do not say it after all.
    pub(super) fn source(&self) -> Option<Source> {
        source::only(self.instance_id.as_ref(), self.ha_group_id.as_ref())
    }

    /// `backup schedule ID of instance ID`, for messages.
    pub(super) fn shown(&self) -> String {
        let id = self.id.as_deref().unwrap_or("without an ID");
        let of = self.source().map(|it| format!(" of {}", source::shown(&it)));
        format!("backup schedule {id}{}", of.unwrap_or_default())
    }

    /// Where it lives, also when its instance is gone.
    pub(super) fn place(&self) -> Object<'_> {
        Object { shown: self.shown(), region: self.region.as_deref(), instance_id: None }
    }

    /// What the API is asked for.
    pub(super) fn wanted(&self) -> Result<NewSchedule> {
        let day = self.day_of_week.as_deref().and_then(day::number);
        let [hour, minute] = [self.hour, self.minute].map(|it| u8::try_from(it?).ok());
        let (Some(day_of_week), Some(hour), Some(minute)) = (day, hour, minute) else {
            return Err(Diagnostic::bug("The plan of a backup schedule has no time.").into());
        };
        let Some(source) = self.source() else {
            // They were not known when the configuration was validated.
            return Err(source::not_one(SCHEDULE, GROUP, self.ha_group_id.is_some()).into());
        };
        let copy_to = self.copy_to.iter().flatten().map(|region| region.to_uppercase());
        Ok(NewSchedule {
            source,
            day_of_week,
            hour,
            minute,
            full_backup_retention: self.full_backup_retention,
            copy_to: copy_to.collect(),
        })
    }

    /// What the API tells of a schedule in that region, spelled as before where that means the same. What
    /// it does not tell is as it was.
    pub(crate) fn told(self, found: clouddb::Schedule, region: Option<String>) -> Self {
        let (instance_id, ha_group_id) = match (found.instance_id(), found.group_id()) {
            (None, None) => (self.instance_id, self.ha_group_id),
            (instance, group) => (instance.map(str::to_owned), group.map(str::to_owned)),
        };
        let day_of_week = match (found.day_of_week.map(day::name), self.day_of_week) {
            (Some(told), Some(before)) if day::is_same(&told, &before) => Some(before),
            (told, before) => told.or(before),
        };
        let copy_to = match (found.copy_to, self.copy_to) {
            (Some(told), before) if regions(&told) == regions(before.iter().flatten()) => before,
            (Some(told), _) => Some(told.into_iter().collect()),
            (None, before) => before,
        };
        let retention = found.full_backup_retention.or(self.full_backup_retention);
        Self {
            id: Some(found.id),
            region,
            instance_id,
            ha_group_id,
            day_of_week,
            hour: found.hour.or(self.hour),
            minute: found.minute.or(self.minute),
            // The documents of 2014 show null for the default.
            full_backup_retention: retention.or(Some(RETENTION)),
            copy_to,
            next_run: found.next_run,
            last_scheduled: found.last_scheduled,
            created: found.created,
            updated: found.updated,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn found(more: &Value) -> clouddb::Schedule {
        let mut it =
            json!({ "id": "s1", "instance_id": "i1", "day_of_week": 0, "hour": 3, "minute": 30 });
        it.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        serde_json::from_value(it).unwrap()
    }

    fn state(day: &str, copy_to: Option<&[&str]>) -> Schedule {
        Schedule {
            day_of_week: Some(day.to_owned()),
            copy_to: copy_to.map(|it| it.iter().map(|it| (*it).to_owned()).collect()),
            full_backup_retention: Some(5),
            ..Schedule::default()
        }
    }

    #[test]
    fn what_means_the_same_is_spelled_as_before() {
        let told = state("Sunday", Some(&["ord", "IAD"]))
            .told(found(&json!({ "copy_to": ["IAD", "ORD"] })), None);
        assert_eq!(told.day_of_week.as_deref(), Some("Sunday"));
        assert_eq!(told.copy_to, state("", Some(&["ord", "IAD"])).copy_to);

        let told =
            state("monday", Some(&["ORD"])).told(found(&json!({ "copy_to": ["IAD"] })), None);
        assert_eq!(told.day_of_week.as_deref(), Some("sunday"));
        assert_eq!(told.copy_to, state("", Some(&["IAD"])).copy_to);
    }

    #[test]
    fn a_schedule_is_of_what_the_api_tells_and_else_of_what_it_was() {
        let of = |it: Schedule| (it.instance_id, it.ha_group_id);
        let group = found(&json!({ "source": { "type": "ha", "id": "h1" } }));
        let silent = found(&json!({ "instance_id": null }));
        let grouped = Schedule { ha_group_id: Some("h1".to_owned()), ..Schedule::default() };

        assert_eq!(of(Schedule::default().told(group, None)), (None, Some("h1".to_owned())));
        assert_eq!(of(grouped.clone().told(silent, None)), (None, Some("h1".to_owned())));
        assert_eq!(of(grouped.told(found(&json!({})), None)), (Some("i1".to_owned()), None));
    }

    #[test]
    fn what_is_not_told_is_as_it_was_and_the_default_of_an_import() {
        let bare = found(&json!({ "full_backup_retention": null }));

        let told = state("0", Some(&[])).told(bare.clone(), None);
        assert_eq!((told.full_backup_retention, told.copy_to), (Some(5), Some(BTreeSet::new())));
        let imported = Schedule::default().told(bare, None);
        assert_eq!((imported.full_backup_retention, imported.copy_to), (Some(2), None));
        let empty = Schedule::default().told(found(&json!({ "copy_to": [] })), None);
        assert_eq!(empty.copy_to, None);
    }
}
