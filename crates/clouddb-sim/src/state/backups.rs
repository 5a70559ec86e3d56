//! Backups: what each keeps of its instance, and how it moves from status to status.

use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::engine::by_name;
use crate::engine::saved::{Progress, Saved};
use crate::options::clock::Clock;
use crate::state::databases::DatabaseSnapshot;
use crate::state::datastores::Datastore;
use crate::state::guest::Guest;
use crate::state::instances::{FRESH_GB, Instance};
use crate::state::place::Place;
use crate::state::tasks::{End, Phase, Remaining};
use crate::state::users::UserSnapshot;

/// GB, below which no size is told.
const SMALLEST_GB: f64 = 0.01;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Backup {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) instance: String,
    /// The HA group that it was made of; the instance is the member that it was taken from.
    pub(crate) group: Option<String>,
    /// A schedule made it.
    pub(crate) is_automated: bool,
    pub(crate) parent: Option<String>,
    /// The backup of another region that it is a copy of.
    pub(crate) copy_of: Option<String>,
    /// The regions to copy it to when it is complete.
    pub(crate) copy_to: Vec<String>,
    pub(crate) status: String,
    /// Reported instead of the status, for as long as it is set.
    pub(crate) held: Option<String>,
    pub(crate) created: String,
    pub(crate) updated: String,
    pub(crate) order: u64,
    pub(crate) datastore: Datastore,
    /// GB, known when the backup is completed.
    pub(crate) size: f64,
    pub(crate) flavor_ram: u64,
    pub(crate) volume: u64,
    pub(crate) guest: Guest,
    /// Its data, if a server carries the instance.
    #[serde(with = "by_name::perhaps")]
    pub(crate) saved: Option<Arc<Saved>>,
    pub(crate) remaining: Option<Remaining>,
    pub(crate) end: End,
    /// The backup is on its way out: it is shown until its task ends.
    pub(crate) leaving: bool,
}

/// A backup, with what it would bring back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackupSnapshot {
    /// ID.
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Region.
    pub region: String,
    /// Account (tenant) ID.
    pub account_id: String,
    /// The instance it was taken from, which may be gone.
    pub instance_id: String,
    /// The HA group that it is a backup of, which may be gone.
    pub ha_id: Option<String>,
    /// The backup that an incremental one builds on.
    pub parent_id: Option<String>,
    /// True if a schedule made it.
    pub is_automated: bool,
    /// The backup of another region that it is a copy of.
    pub copy_of: Option<String>,
    /// Status as the API reports it.
    pub status: String,
    /// GB.
    pub size: f64,
    /// Why its data could not be written, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Datastore, such as `mysql`.
    pub datastore: String,
    /// Version of the datastore, such as `8.0`.
    pub datastore_version: String,
    /// Databases that a restore brings back.
    pub databases: Vec<DatabaseSnapshot>,
    /// Users that a restore brings back.
    pub users: Vec<UserSnapshot>,
}

impl Backup {
    /// A completed backup of an instance as it is now; the guest is that of its source if it is a
    /// replica.
    pub(crate) fn of(
        source: &Instance,
        guest: &Guest,
        name: &str,
        flavor_ram: u64,
        order: u64,
        stamp: String,
    ) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            name: name.into(),
            description: None,
            instance: source.id.clone(),
            group: None,
            is_automated: false,
            parent: None,
            copy_of: None,
            copy_to: Vec::new(),
            status: "COMPLETED".into(),
            held: None,
            created: stamp.clone(),
            updated: stamp,
            order,
            datastore: source.datastore.clone(),
            size: source.used(),
            flavor_ram,
            volume: source.volume,
            guest: guest.settled(),
            saved: None,
            remaining: None,
            end: End::AsAsked,
            leaving: false,
        }
    }

    /// A copy of this one for another region, which is made from now on: a backup of its own, with that data.
    pub(crate) fn copy(
        &self,
        order: u64,
        stamp: String,
        clock: &Clock,
        saved: Option<Arc<Saved>>,
    ) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            parent: None,
            copy_of: Some(self.id.clone()),
            saved,
            copy_to: Vec::new(),
            status: "NEW".into(),
            held: None,
            created: stamp.clone(),
            updated: stamp,
            order,
            remaining: Some(Remaining::of(Phase::Backup, clock)),
            end: End::AsAsked,
            leaving: false,
            ..self.clone()
        }
    }

    /// ID of what it is a backup of: an HA group, or an instance.
    pub(crate) fn source(&self) -> &str {
        self.group.as_deref().unwrap_or(&self.instance)
    }

    pub(crate) fn reported(&self) -> &str {
        self.held.as_deref().unwrap_or(&self.status)
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self.reported(), "NEW" | "BUILDING" | "SAVING")
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.reported() == "COMPLETED"
    }

    /// True once a deletion has ended.
    pub(crate) fn is_gone(&self) -> bool {
        self.status == GONE
    }

    pub(crate) fn poll(&mut self) {
        if self.held.is_none()
            && let Some(remaining) = &mut self.remaining
        {
            remaining.poll();
        }
    }

    /// NEW, then BUILDING, then COMPLETED: one phase at a time.
    pub(crate) fn tick(&mut self, now: Instant, clock: &Clock, order: &mut u64, stamp: &str) {
        let over = self.remaining.filter(|remaining| remaining.is_over(now));
        let Some(over) = over.filter(|_| self.held.is_none() && self.end != End::Never) else {
            return;
        };
        if self.waits_for_data() {
            return;
        }
        self.remaining = None;
        stamp.clone_into(&mut self.updated);
        if !self.leaving && self.status == "NEW" {
            "BUILDING".clone_into(&mut self.status);
            self.remaining = Some(over.followed_by(Phase::Backup, clock));
            // It may be over as well: with a clock that takes no polls, or when nobody looked.
            self.tick(now, clock, order, stamp);
            return;
        }
        *order += 1;
        self.order = *order;
        match &self.end {
            End::In(status) => status.clone_into(&mut self.status),
            End::Undone if self.leaving => {}
            _ if self.leaving => GONE.clone_into(&mut self.status),
            _ => self.complete(),
        }
        self.leaving = false;
    }

    /// True if nothing is left to do but to write its data.
    fn waits_for_data(&self) -> bool {
        let is_last = self.status == "BUILDING" && !self.leaving && self.end == End::AsAsked;
        is_last && self.saved.as_ref().is_some_and(|saved| saved.is_writing())
    }

    /// It is complete, if its data could be written, for which this waits.
    pub(crate) fn complete(&mut self) {
        "COMPLETED".clone_into(&mut self.status);
        let Some(saved) = &self.saved else { return };
        saved.wait();
        if matches!(saved.progress(), Progress::Failed(_)) {
            "FAILED".clone_into(&mut self.status);
            return;
        }
        let fresh = if saved.is_increment() { 0.0 } else { FRESH_GB };
        self.size = (((fresh + saved.used()) * 100.0).round() / 100.0).max(SMALLEST_GB);
    }

    /// Why its data could not be written, if so.
    fn failure(&self) -> Option<String> {
        match self.saved.as_ref()?.progress() {
            Progress::Failed(why) => Some(why),
            Progress::Writing | Progress::Written(_) => None,
        }
    }

    pub(crate) fn snapshot(&self, place: &Place) -> BackupSnapshot {
        BackupSnapshot {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            region: place.region.clone(),
            account_id: place.account.clone(),
            instance_id: self.instance.clone(),
            ha_id: self.group.clone(),
            parent_id: self.parent.clone(),
            is_automated: self.is_automated,
            copy_of: self.copy_of.clone(),
            status: self.reported().to_owned(),
            size: self.size,
            failure: self.failure(),
            datastore: self.datastore.kind.clone(),
            datastore_version: self.datastore.version.clone(),
            databases: self.guest.database_snapshots(),
            users: self.guest.user_snapshots(),
        }
    }
}

/// No status of the API: the region forgets a backup that has it.
const GONE: &str = "GONE";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::options::clock::Durations;

    #[test]
    fn a_phase_begins_when_the_one_before_it_was_due_to_end() {
        let source = Instance::new(1, 1, Datastore::default(), String::new());
        let clock =
            Clock::Timed(Durations { backup: Duration::from_secs(2), ..Durations::default() });
        let begun = Remaining::of(Phase::Backup, &clock);
        for (seconds, status) in [(1, "NEW"), (3, "BUILDING"), (6, "COMPLETED"), (600, "COMPLETED")]
        {
            let mut backup = Backup::of(&source, &Guest::default(), "x", 512, 0, String::new());
            backup.status = "NEW".into();
            backup.remaining = Some(begun);

            let now = Instant::now() + Duration::from_secs(seconds);
            backup.tick(now, &clock, &mut 0, "");

            assert_eq!(backup.status, status, "after {seconds} s in which nobody asked");
        }
    }
}
