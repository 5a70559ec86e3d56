//! The HA groups of a region: who is in each, what they report, and what becomes of them when a task ends.

use std::time::Instant;

use crate::options::Options;
use crate::options::clock::Clock;
use crate::state::ha_groups::{GroupTask, HaGroup};
use crate::state::instances::Instance;
use crate::state::region::Region;
use crate::state::tasks::{End, Phase, Remaining, Task};

impl Region {
    /// The members of a group: its source, and then its replicas.
    pub(crate) fn members(&self, group: &str) -> Vec<&Instance> {
        let of_group = |it: &&Instance| it.ha_group.as_deref() == Some(group);
        let mut members: Vec<&Instance> = self.instances.values().filter(of_group).collect();
        members.sort_by_key(|member| member.replica_of.is_some());
        members
    }

    /// The member of a group that is written to.
    pub(crate) fn source_of(&self, group: &str) -> Option<&Instance> {
        self.members(group).into_iter().find(|member| member.replica_of.is_none())
    }

    /// The state that a group reports. A running backup hides ACTIVE, and nothing else.
    pub(crate) fn group_state(&self, group: &HaGroup) -> String {
        if let Some(held) = &group.held {
            return held.clone();
        }
        match &group.task {
            Some(task) => task.kind.state().into(),
            None if group.state == "ACTIVE" && self.is_group_backed_up(&group.id) => {
                "BACKUP".into()
            }
            None if self.is_group_starting(group) => "REBOOT".into(),
            None => group.state.clone(),
        }
    }

    /// True while a server of a group that has nothing to do begins a run where the last one has ended.
    fn is_group_starting(&self, group: &HaGroup) -> bool {
        matches!(group.state.as_str(), "ACTIVE" | "RESTART_REQUIRED")
            && self.members(&group.id).iter().any(|member| member.is_starting())
    }

    /// True while a backup of the group runs.
    pub(crate) fn is_group_backed_up(&self, id: &str) -> bool {
        let mut backups = self.backups.values();
        backups.any(|backup| backup.group.as_deref() == Some(id) && backup.is_running())
    }

    /// The member that a backup of the group is taken from: the replica that is nearest to the source.
    pub(crate) fn backed_up_member(&self, group: &str) -> Option<&Instance> {
        let members = self.members(group);
        let replica = members.iter().find(|member| member.replica_of.is_some());
        replica.or(members.first()).copied()
    }

    /// What a member of a group that has a task reports, if the task is about it.
    pub(super) fn status_in_group(&self, member: &Instance) -> Option<&'static str> {
        let group = self.ha_groups.get(member.ha_group.as_ref()?)?;
        group.task.as_ref()?.kind.status_of(member)
    }

    /// The flavor that a member of a group is on its way to.
    pub(super) fn flavor_in_group(&self, member: &Instance) -> Option<u64> {
        match self.ha_groups.get(member.ha_group.as_ref()?)?.task.as_ref()?.kind {
            GroupTask::ResizeFlavor(flavor) => Some(flavor),
            _ => None,
        }
    }

    /// The version that the servers of a group are restarted with, from when they are.
    pub(super) fn version_in_group(&self, member: &Instance) -> Option<&String> {
        let task = self.ha_groups.get(member.ha_group.as_ref()?)?.task.as_ref()?;
        match &task.kind {
            GroupTask::Upgrade(datastore) if task.begun && task.end == End::AsAsked => {
                Some(&datastore.version)
            }
            _ => None,
        }
    }

    /// A group was shown: its task, and a running backup of it, come one poll nearer their end.
    pub(crate) fn poll_group(&mut self, id: &str) {
        if let Some(group) = self.ha_groups.get_mut(id) {
            group.poll();
        }
        for backup in self.backups.values_mut() {
            if backup.group.as_deref() == Some(id) && backup.is_running() {
                backup.poll();
            }
        }
    }

    pub(super) fn tick_groups(&mut self, now: Instant, options: &Options, stamp: &str) {
        let is_over = |group: &&HaGroup| {
            group.held.is_none() && group.task.as_ref().is_some_and(|task| task.is_over(now))
        };
        // One task may begin another, which may be over as well.
        loop {
            let over = self.ha_groups.values().filter(is_over).map(|group| group.id.clone());
            let mut over = over.collect::<Vec<_>>().into_iter();
            let Some(id) = over.find(|id| self.is_group_carried(id, options)) else { break };
            self.end_group_task(&id, &options.clock, stamp);
        }
    }

    fn end_group_task(&mut self, id: &str, clock: &Clock, stamp: &str) {
        let Some(group) = self.ha_groups.get_mut(id) else { return };
        let Some(task) = group.task.take() else { return };
        match task.end {
            End::Undone | End::Never => return,
            End::In(state) => {
                group.state = state;
                self.fail_members(id, &task.kind);
                return;
            }
            End::AsAsked => {}
        }
        if task.kind.restarts() {
            "ACTIVE".clone_into(&mut group.state);
            self.each_member(id, |member| "ACTIVE".clone_into(&mut member.status));
        }
        self.each_member(id, |member| stamp.clone_into(&mut member.updated));
        match task.kind {
            GroupTask::ResizeFlavor(flavor) => {
                self.each_group(id, |group| group.flavor = flavor);
                self.each_member(id, |member| member.flavor = flavor);
            }
            GroupTask::ResizeVolume(volume) => {
                self.each_group(id, |group| group.volume = volume);
                self.each_member(id, |member| member.volume = volume);
            }
            GroupTask::Upgrade(datastore) => {
                // What a configuration group sets is for the version from before.
                self.each_group(id, |group| {
                    group.configuration = None;
                    group.datastore.clone_from(&datastore);
                });
                self.each_member(id, |member| {
                    member.configuration = None;
                    member.datastore.clone_from(&datastore);
                });
            }
            GroupTask::RemoveReplica(replica) => self.leave_group(&replica),
            GroupTask::Failover => self.promote(id, task.remaining, clock, stamp),
            GroupTask::Delete => self.remove_group(id),
            GroupTask::Build
            | GroupTask::Convert
            | GroupTask::AddReplica(_)
            | GroupTask::Restart => {}
        }
    }

    /// What was to be built is there, and of no use.
    fn fail_members(&mut self, id: &str, task: &GroupTask) {
        self.each_member(id, |member| {
            if task.status_of(member) == Some("BUILD") {
                "ERROR".clone_into(&mut member.status);
            }
        });
    }

    fn each_group(&mut self, id: &str, change: impl FnOnce(&mut HaGroup)) {
        self.ha_groups.get_mut(id).map(change);
    }

    pub(crate) fn each_member(&mut self, group: &str, change: impl FnMut(&mut Instance)) {
        let members = self.instances.values_mut();
        members.filter(|member| member.ha_group.as_deref() == Some(group)).for_each(change);
    }

    /// The replica goes on as an instance of its own, with what it has.
    fn leave_group(&mut self, id: &str) {
        self.catch_up(id);
        let guest = self.guest(id).cloned();
        if let Some(instance) = self.instances.get_mut(id) {
            instance.ha_group = None;
            instance.replica_of = None;
            instance.guest = guest.unwrap_or_default();
            "ACTIVE".clone_into(&mut instance.status);
        }
    }

    /// The first replica takes the place of the source, which is removed; then a new one is built in its
    /// own. Without a replica nothing can be done.
    fn promote(&mut self, id: &str, over: Remaining, clock: &Clock, stamp: &str) {
        let next = self.members(id).into_iter().find(|member| member.replica_of.is_some());
        let next = next.map(|next| next.id.clone());
        let failed = self.source_of(id).map(|failed| failed.id.clone());
        let (Some(next), Some(failed)) = (next, failed) else { return };
        self.catch_up(&next);
        let Some(failed) = self.instances.remove(&failed) else { return };
        self.each_member(id, |member| {
            if member.id == next {
                member.replica_of = None;
                member.guest = failed.guest.clone();
                member.used = failed.used;
                member.root_enabled = failed.root_enabled;
                member.root_password.clone_from(&failed.root_password);
            } else {
                member.replica_of = Some(next.clone());
            }
        });
        let Some(group) = self.ha_groups.get_mut(id) else { return };
        let new = group.member(&failed.name, Some(&next), stamp.to_owned());
        group.task = Some(Task {
            kind: GroupTask::AddReplica(new.id.clone()),
            remaining: over.followed_by(Phase::Build, clock),
            end: End::AsAsked,
            begun: false,
        });
        self.instances.insert(new.id.clone(), new);
    }

    /// Takes a group away with all its members and its schedule; the backups stay.
    pub(crate) fn remove_group(&mut self, id: &str) {
        self.ha_groups.remove(id);
        self.instances.retain(|_, member| member.ha_group.as_deref() != Some(id));
        self.schedules.retain(|_, schedule| schedule.source != id);
    }
}
