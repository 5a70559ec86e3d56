//! The runs of schedules: what each begins, and what follows when its backup is complete.
//!
//! Time brings them about where time counts, under [`Clock::Timed`]; else they wait until somebody lets
//! time pass, so that no test depends on the hour at which it runs.

use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::options::clock::{Clock, shifted};
use crate::state::backups::Backup;
use crate::state::cloud::Cloud;
use crate::state::place::Place;
use crate::state::region::Region;
use crate::state::schedules::Schedule;
use crate::state::tasks::{Occasion, Phase, Remaining};

impl Cloud {
    /// The time of the service, UTC.
    pub(crate) fn now(&self) -> DateTime {
        let now = shifted(SystemTime::now(), self.skew.objects);
        let now = jiff::Timestamp::try_from(now).unwrap_or_default();
        TimeZone::UTC.to_datetime(now)
    }

    /// Lets time pass on the clocks of the service, and every schedule run that is due then. Whatever else
    /// takes time is not hurried on by it.
    pub(crate) fn pass(&mut self, time: Duration) {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        self.skew.date = self.skew.date.saturating_add(seconds);
        self.skew.objects = self.skew.objects.saturating_add(seconds);
        self.run_due();
    }

    /// What is due runs, where time alone brings that about; and what has run is completed.
    pub(super) fn tick_schedules(&mut self) {
        if matches!(self.options.clock, Clock::Timed(_)) {
            self.run_due();
        }
        let ended = self.regions.iter().flat_map(|(place, region)| {
            let ended = region.schedules.values().filter(|it| has_ended(it, region));
            ended.map(|it| (place.clone(), it.id.clone()))
        });
        for (place, id) in ended.collect::<Vec<_>>() {
            self.complete(&place, &id);
        }
    }

    /// A schedule that is due runs once, however many of its times have gone by unseen.
    fn run_due(&mut self) {
        let now = self.now();
        let due = self.regions.iter().flat_map(|(place, region)| {
            let due = region.schedules.values().filter(|it| it.next_run <= now);
            due.map(|it| (place.clone(), it.id.clone(), it.next_run))
        });
        for (place, id, time) in due.collect::<Vec<_>>() {
            // What cannot be backed up now is backed up the next day.
            self.run_schedule(&place, &id, time);
            if let Some(it) = self.region(&place).schedules.get_mut(&id) {
                it.next_run = it.timing.next_after(now);
            }
        }
    }

    /// Begins the backup that the schedule makes at that time, if its source can be backed up.
    pub(crate) fn run_schedule(&mut self, place: &Place, id: &str, time: DateTime) {
        let Some((region, schedule)) = self.schedule(place, id) else { return };
        let source = schedule.source.clone();
        let is_of_group = schedule.is_of_group;
        if !is_free(region, &source) {
            return;
        }
        let parent = newest(region, &source).map(|it| it.id.clone());
        let parent = parent.filter(|_| !schedule.timing.is_full_on(time.date()));
        let name = format!("automated-{}", time.strftime("%Y%m%d-%H%M"));
        let copy_to = self.regions_for(place, id, parent.as_deref());
        let taken = if is_of_group {
            self.backup_of_group(place, &source, &name, parent.as_deref())
        } else {
            self.backup_of(place, &source, &name, parent.as_deref())
        };
        let Some(mut backup) = taken else { return };
        backup.is_automated = true;
        backup.copy_to = copy_to;
        "NEW".clone_into(&mut backup.status);
        backup.remaining = Some(Remaining::of(Phase::Backup, &self.options.clock));
        backup.end = self.ending(Occasion::Backup);
        let region = self.region(place);
        if let Some(it) = region.schedules.get_mut(id) {
            it.last_run = Some(time);
            it.running = Some(backup.id.clone());
        }
        region.backups.insert(backup.id.clone(), backup);
    }

    /// Lets go of the oldest full backups.
    fn complete(&mut self, place: &Place, id: &str) {
        let Some(schedule) = self.region(place).schedules.get_mut(id) else { return };
        let Some(made) = schedule.running.take() else { return };
        let retention = schedule.retention;
        let Some(made) = self.region(place).backups.get(&made).cloned() else { return };
        if made.is_completed() && made.parent.is_none() {
            self.region(place).keep_full_backups(made.source(), retention);
        }
    }

    /// The regions that a new backup of the schedule is copied to: what builds on a backup that is not there
    /// cannot be copied there either.
    fn regions_for(&self, place: &Place, id: &str, parent: Option<&str>) -> Vec<String> {
        let Some((here, schedule)) = self.schedule(place, id) else { return Vec::new() };
        let has = |region: &String, parent: &str| {
            let there = Place { region: region.clone(), account: place.account.clone() };
            let is_there = |it: &Region| it.copy_of(parent).is_some();
            let is_due = |it: &Backup| it.copy_to.contains(region);
            self.regions.get(&there).is_some_and(is_there)
                || here.backups.get(parent).is_some_and(is_due)
        };
        let has_parent = |region: &&String| parent.is_none_or(|parent| has(region, parent));
        schedule.copy_to.iter().filter(has_parent).cloned().collect()
    }

    fn schedule(&self, place: &Place, id: &str) -> Option<(&Region, &Schedule)> {
        let region = self.regions.get(place)?;
        Some((region, region.schedules.get(id)?))
    }
}

/// Whether the backup that it makes is not being made any more.
fn has_ended(schedule: &Schedule, region: &Region) -> bool {
    let running = schedule.running.as_ref();
    running.is_some_and(|id| !region.backups.get(id).is_some_and(Backup::is_running))
}

/// Whether an instance or an HA group has nothing else to do.
fn is_free(region: &Region, source: &str) -> bool {
    let instance = region.instances.get(source).map(|it| region.status(it));
    let group = region.ha_groups.get(source).map(|it| region.group_state(it));
    let is_backed_up = region.is_backed_up(source) || region.is_group_backed_up(source);
    let status = instance.or(group).unwrap_or_default();
    matches!(status.as_str(), "ACTIVE" | "RESTART_REQUIRED") && !is_backed_up
}

/// The newest automated backup of an instance or an HA group that another one can build on.
fn newest<'a>(region: &'a Region, source: &str) -> Option<&'a Backup> {
    let complete = region
        .backups
        .values()
        .filter(|it| it.source() == source && it.is_automated && it.is_completed() && !it.leaving);
    complete.max_by_key(|it| it.order)
}
