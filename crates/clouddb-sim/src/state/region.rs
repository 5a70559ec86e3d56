//! A region of an account: its collections, and what an object of one means for another.

mod ha_groups;
mod servers;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::options::Options;
use crate::options::clock::Clock;
use crate::state::backups::{Backup, BackupSnapshot};
use crate::state::carrier::Carrier;
use crate::state::configurations::{Configuration, ConfigurationSnapshot};
use crate::state::guest::Guest;
use crate::state::ha_groups::{HaGroup, HaGroupSnapshot};
use crate::state::instances::{Instance, InstanceSnapshot};
use crate::state::place::Place;
use crate::state::schedules::{Schedule, ScheduleSnapshot};
use crate::state::tasks::{End, Phase, Task, TaskKind};
use crate::state::users::user_key;

/// The register of collections: the objects of one place, one line for each kind.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Region {
    pub(crate) instances: BTreeMap<String, Instance>,
    pub(crate) ha_groups: BTreeMap<String, HaGroup>,
    pub(crate) backups: BTreeMap<String, Backup>,
    pub(crate) configurations: BTreeMap<String, Configuration>,
    pub(crate) schedules: BTreeMap<String, Schedule>,
    /// What carries what is inside the instances.
    #[serde(skip)]
    pub(crate) carrier: Carrier,
}

/// Copies of the objects of some regions, for tests and for `GET /sim/state`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Snapshot {
    pub(crate) instances: Vec<InstanceSnapshot>,
    pub(crate) ha_groups: Vec<HaGroupSnapshot>,
    pub(crate) backups: Vec<BackupSnapshot>,
    pub(crate) configurations: Vec<ConfigurationSnapshot>,
    pub(crate) schedules: Vec<ScheduleSnapshot>,
}

impl Snapshot {
    /// The path of every object; that of a member of an HA group begins with the path of the group.
    pub(crate) fn paths(&self) -> BTreeSet<String> {
        let mut paths: BTreeSet<String> =
            self.backups.iter().map(|backup| format!("/backups/{}", backup.id)).collect();
        paths.extend(self.configurations.iter().map(|it| format!("/configurations/{}", it.id)));
        paths.extend(self.schedules.iter().map(|it| format!("/schedules/{}", it.id)));
        paths.extend(self.ha_groups.iter().map(|it| format!("/ha/{}", it.id)));
        for instance in &self.instances {
            let group = instance.ha_id.as_ref().map(|group| format!("/ha/{group}"));
            let path = format!("{}/instances/{}", group.unwrap_or_default(), instance.id);
            let databases =
                instance.databases.iter().map(|it| format!("{path}/databases/{}", it.name));
            let users = instance.users.iter();
            let users = users.map(|it| format!("{path}/users/{}", user_key(&it.name, &it.host)));
            paths.extend(databases.chain(users));
            paths.insert(path);
        }
        paths
    }
}

impl Region {
    /// The status that an instance reports. A running backup hides ACTIVE and SHUTDOWN, nothing else, and
    /// an upgrade that waits to be verified whatever is at rest and in order.
    pub(crate) fn status(&self, instance: &Instance) -> String {
        let own = match self.status_in_group(instance) {
            Some(status) if instance.held.is_none() => status,
            _ => instance.own_status(),
        };
        let at_rest = instance.held.is_none();
        if at_rest && matches!(own, "ACTIVE" | "SHUTDOWN") && self.is_backed_up(&instance.id) {
            return "BACKUP".into();
        }
        if at_rest && matches!(own, "ACTIVE" | "RESTART_REQUIRED") && self.is_upgraded(instance) {
            return "VERIFY_UPGRADE".into();
        }
        own.into()
    }

    /// True while a backup of the instance runs. An upgrade begins with one, which no list has.
    pub(crate) fn is_backed_up(&self, id: &str) -> bool {
        self.backups.values().any(|backup| backup.instance == id && backup.is_running())
            || self.upgrade_of(id).is_some_and(|it| it.own_status() == "BUILD")
    }

    /// True for an upgrade, and for the source of one that works.
    fn is_upgraded(&self, instance: &Instance) -> bool {
        let works = |it: &Instance| !matches!(it.own_status(), "ERROR" | "FAILED");
        instance.is_upgrade || self.upgrade_of(&instance.id).is_some_and(works)
    }

    /// The instance that an upgrade of this one has made.
    fn upgrade_of(&self, id: &str) -> Option<&Instance> {
        self.replicas(id).into_iter().find(|it| it.is_upgrade)
    }

    /// The replicas of an instance.
    pub(crate) fn replicas(&self, id: &str) -> Vec<&Instance> {
        self.instances.values().filter(|other| other.replica_of.as_deref() == Some(id)).collect()
    }

    /// The instance that has what is in this one: the source of a replica, and else itself.
    pub(crate) fn holder(&self, id: &str) -> Option<&Instance> {
        let instance = self.instances.get(id)?;
        let source = instance.replica_of.as_ref().and_then(|source| self.instances.get(source));
        Some(source.unwrap_or(instance))
    }

    /// The guest of an instance; a replica has that of its source.
    pub(crate) fn guest(&self, id: &str) -> Option<&Guest> {
        self.holder(id).map(|holder| &holder.guest)
    }

    /// Asks the server of an instance what is in it; that of its source has what a replica has.
    pub(crate) fn look_inside(&mut self, id: &str) {
        let source = self.instances.get(id).and_then(|it| it.replica_of.clone());
        if let Some(holder) = self.instances.get_mut(source.as_deref().unwrap_or(id)) {
            holder.look_inside();
        }
    }

    /// The copy of a backup of another region.
    pub(crate) fn copy_of(&self, id: &str) -> Option<&Backup> {
        self.backups.values().find(|it| it.copy_of.as_deref() == Some(id))
    }

    /// These instances were shown at once: the task of each, and a running backup of it, come one poll
    /// nearer their end; and so does the task of a group that they are in.
    pub(crate) fn poll_instances(&mut self, ids: &[String]) {
        let mut groups = BTreeSet::new();
        for id in ids {
            if let Some(instance) = self.instances.get_mut(id) {
                instance.poll();
                groups.extend(instance.ha_group.clone());
            }
            for backup in self.backups.values_mut() {
                if backup.instance == *id && backup.is_running() {
                    backup.poll();
                }
            }
        }
        let polled = self.ha_groups.values_mut().filter(|group| groups.contains(&group.id));
        polled.for_each(HaGroup::poll);
    }

    pub(crate) fn poll_backup(&mut self, id: &str) {
        if let Some(backup) = self.backups.get_mut(id) {
            backup.poll();
        }
    }

    pub(crate) fn tick(&mut self, now: Instant, options: &Options, order: &mut u64, stamp: &str) {
        let over: Vec<String> = self
            .instances
            .values()
            .filter(|instance| instance.held.is_none())
            .filter(|instance| instance.task.as_ref().is_some_and(|task| task.is_over(now)))
            .map(|instance| instance.id.clone())
            .collect();
        for id in over {
            if self.is_carried(&id, options) {
                self.end_task(&id, stamp);
            }
        }
        self.tick_groups(now, options, stamp);
        for backup in self.backups.values_mut() {
            backup.tick(now, &options.clock, order, stamp);
        }
        self.backups.retain(|_, backup| !backup.is_gone());
    }

    fn end_task(&mut self, id: &str, stamp: &str) {
        let is_detached = |task: &Task| task.kind == TaskKind::DetachReplica;
        if self.instances.get(id).and_then(|it| it.task.as_ref()).is_some_and(is_detached) {
            self.catch_up(id);
        }
        let source_guest = self.guest(id).cloned();
        let Some(instance) = self.instances.get_mut(id) else { return };
        let Some(task) = instance.task.take() else { return };
        stamp.clone_into(&mut instance.updated);
        match task.end {
            End::Undone | End::Never => return,
            End::In(status) => {
                instance.status = status;
                return;
            }
            End::AsAsked => {}
        }
        match task.kind {
            TaskKind::Shutdown => {
                self.instances.remove(id);
                self.schedules.retain(|_, schedule| schedule.source != id);
                return;
            }
            TaskKind::ResizeFlavor(flavor) => instance.flavor = flavor,
            TaskKind::ResizeVolume(volume) => instance.volume = volume,
            TaskKind::DetachReplica => {
                instance.replica_of = None;
                instance.is_upgrade = false;
                instance.guest = source_guest.unwrap_or_default();
            }
            // What cannot be started was not built.
            TaskKind::Build if instance.is_down() => {
                "FAILED".clone_into(&mut instance.status);
                return;
            }
            TaskKind::Build | TaskKind::Reboot | TaskKind::Restart => {}
        }
        "ACTIVE".clone_into(&mut instance.status);
    }

    /// The schedule of an instance or an HA group.
    pub(crate) fn schedule_of(&self, source: &str) -> Option<&Schedule> {
        self.schedules.values().find(|schedule| schedule.source == source)
    }

    /// Lets go of the oldest full automated backups of an instance or an HA group beyond that many, with all
    /// that build on them.
    pub(crate) fn keep_full_backups(&mut self, source: &str, count: u64) {
        let full = self.backups.values().filter(|it| {
            it.source() == source && it.is_automated && it.parent.is_none() && it.is_completed()
        });
        let mut full: Vec<(u64, String)> = full.map(|it| (it.order, it.id.clone())).collect();
        full.sort_unstable();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut going: Vec<String> =
            full.iter().rev().skip(count).map(|(_, id)| id.clone()).collect();
        while let Some(id) = going.pop() {
            self.backups.remove(&id);
            let children = self.backups.values().filter(|it| it.parent.as_ref() == Some(&id));
            going.extend(children.map(|it| it.id.clone()));
        }
    }

    /// Adds copies of the objects that exist to a snapshot.
    pub(crate) fn copy_to(&self, snapshot: &mut Snapshot, place: &Place) {
        let shown = self.instances.values().filter(|instance| !instance.hidden);
        snapshot.instances.extend(shown.map(|instance| {
            let guest = self.guest(&instance.id).unwrap_or(&instance.guest);
            instance.snapshot(place, self.status(instance), guest)
        }));
        snapshot.ha_groups.extend(
            self.ha_groups
                .values()
                .map(|it| it.snapshot(place, self.group_state(it), &self.members(&it.id))),
        );
        snapshot.backups.extend(self.backups.values().map(|backup| backup.snapshot(place)));
        snapshot
            .configurations
            .extend(self.configurations.values().map(|it| it.snapshot(&place.region)));
        snapshot.schedules.extend(self.schedules.values().map(|it| it.snapshot(place)));
    }

    /// The tasks of a run before go on under this clock.
    pub(crate) fn resume_tasks(&mut self, clock: &Clock) {
        for task in self.instances.values_mut().filter_map(|it| it.task.as_mut()) {
            task.remaining = task.remaining.under(task.kind.phase(), clock);
        }
        for task in self.ha_groups.values_mut().filter_map(|it| it.task.as_mut()) {
            task.remaining = task.remaining.under(task.kind.phase(), clock);
        }
        for backup in self.backups.values_mut() {
            let phase = if backup.leaving { Phase::Shutdown } else { Phase::Backup };
            backup.remaining = backup.remaining.map(|it| it.under(phase, clock));
        }
    }

    /// Ends the present phase of everything that has one.
    pub(crate) fn end_phases(&mut self) {
        for task in self.instances.values_mut().filter_map(|instance| instance.task.as_mut()) {
            task.remaining.end();
        }
        for task in self.ha_groups.values_mut().filter_map(|group| group.task.as_mut()) {
            task.remaining.end();
        }
        for remaining in self.backups.values_mut().filter_map(|backup| backup.remaining.as_mut()) {
            remaining.end();
        }
    }
}
