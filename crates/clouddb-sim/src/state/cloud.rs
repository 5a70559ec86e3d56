//! The simulated cloud: every region of every account, and what they share.

mod resume;
mod schedules;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use serde::{Deserialize, Serialize};

use crate::options::clock::{ClockSkew, shifted};
use crate::options::{Options, REGIONS};
use crate::state::backups::Backup;
use crate::state::carrier::Carrier;
use crate::state::ha_groups::{GroupTask, HaGroup};
use crate::state::instances::Instance;
use crate::state::place::{self, Place};
use crate::state::region::{Region, Snapshot};
use crate::state::tasks::{End, Occasion, Remaining, Task, TaskKind};
use crate::state::tokens::Tokens;

/// Every region of every account, made when it is first asked for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cloud {
    #[serde(skip)]
    pub(crate) options: Arc<Options>,
    #[serde(with = "place::map")]
    pub(crate) regions: BTreeMap<Place, Region>,
    pub(crate) tokens: Tokens,
    /// The regions that the service catalog lists.
    pub(crate) listed: Vec<String>,
    /// The default region of every user.
    pub(crate) default_region: String,
    /// How the next tasks end, by the occasion that begins each: an order to this run.
    #[serde(skip)]
    pub(crate) endings: Vec<(Occasion, End)>,
    pub(crate) skew: ClockSkew,
    /// What carries what is inside the instances. It ends after all of them.
    #[serde(skip)]
    carrier: Carrier,
    /// Orders what was made within the same second.
    sequence: u64,
}

impl Cloud {
    pub(crate) fn new(options: Options, carrier: Carrier) -> Self {
        Self {
            carrier,
            skew: options.skew,
            listed: REGIONS.map(str::to_owned).to_vec(),
            default_region: options.default_region.clone(),
            options: Arc::new(options),
            regions: BTreeMap::new(),
            tokens: Tokens::default(),
            endings: Vec::new(),
            sequence: 0,
        }
    }

    pub(crate) fn region(&mut self, place: &Place) -> &mut Region {
        self.regions
            .entry(place.clone())
            .or_insert_with(|| Region { carrier: self.carrier.clone(), ..Region::default() })
    }

    /// Where seeds go unless they say otherwise.
    pub(crate) fn default_place(&self) -> Place {
        Place {
            region: self.options.default_region.clone(),
            account: self.options.account_id.clone(),
        }
    }

    /// Ends every task that is over.
    pub(crate) fn tick(&mut self) {
        let (now, stamp) = (Instant::now(), self.stamp());
        for region in self.regions.values_mut() {
            region.tick(now, &self.options, &mut self.sequence, &stamp);
        }
        self.tick_schedules();
        self.copy_backups();
    }

    /// Hands over to the servers what they have to do, if there are any.
    pub(crate) fn carry(&mut self) {
        for region in self.regions.values_mut() {
            region.carry(&self.options);
        }
    }

    /// The state on disk is that of now.
    pub(crate) fn remove_discarded(&self) {
        self.carrier.remove_discarded();
    }

    /// Asks every server what is in it.
    pub(crate) fn look_inside(&mut self) {
        let instances = self.regions.values_mut().flat_map(|region| region.instances.values_mut());
        instances.for_each(Instance::look_inside);
    }

    /// Begins the copies that were asked for with backups which are complete by now. That of an
    /// incremental backup builds on the copy of its parent.
    fn copy_backups(&mut self) {
        let mut due: Vec<(Place, Backup)> = Vec::new();
        for (place, region) in &mut self.regions {
            for backup in region.backups.values_mut().filter(|it| it.status == "COMPLETED") {
                for region in std::mem::take(&mut backup.copy_to) {
                    due.push((Place { region, account: place.account.clone() }, backup.clone()));
                }
            }
        }
        for (there, original) in due {
            let parent = original.parent.as_ref().and_then(|it| self.region(&there).copy_of(it));
            let parent = parent.map(|it| it.id.clone());
            let copy = Backup { parent, ..self.copy_of_backup(&original) };
            self.region(&there).backups.insert(copy.id.clone(), copy);
        }
    }

    /// Ends the present phase of everything that has one.
    pub(crate) fn advance(&mut self) {
        self.regions.values_mut().for_each(Region::end_phases);
        self.tick();
    }

    /// A task that begins now, and ends as the next one of its kind was told to.
    pub(crate) fn task(&mut self, kind: TaskKind) -> Task {
        let end = kind.occasion().map_or(End::AsAsked, |occasion| self.ending(occasion));
        Task {
            remaining: Remaining::of(kind.phase(), &self.options.clock),
            end,
            kind,
            begun: false,
        }
    }

    /// The same of an HA group.
    pub(crate) fn group_task(&mut self, kind: GroupTask) -> Task<GroupTask> {
        let end = self.ending(kind.occasion());
        Task {
            remaining: Remaining::of(kind.phase(), &self.options.clock),
            end,
            kind,
            begun: false,
        }
    }

    /// The source of a group that has no task fails from now on. Says whether there is one.
    pub(crate) fn fail_over(&mut self, id: &str) -> bool {
        if self.group_mut(id).is_none_or(|group| group.task.is_some()) {
            return false;
        }
        let task = self.group_task(GroupTask::Failover);
        if let Some(group) = self.group_mut(id) {
            group.task = Some(task);
        }
        true
    }

    pub(crate) fn ending(&mut self, occasion: Occasion) -> End {
        let told = self.endings.iter().position(|(kind, _)| *kind == occasion);
        told.map_or(End::AsAsked, |index| self.endings.remove(index).1)
    }

    pub(crate) fn next_order(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// The time as the service writes it.
    pub(crate) fn stamp(&self) -> String {
        let zone = if self.options.legacy.bare_times { "" } else { "Z" };
        let now = shifted(SystemTime::now(), self.skew.objects);
        let now = jiff::Timestamp::try_from(now).unwrap_or_default();
        format!("{}{zone}", now.strftime("%Y-%m-%dT%H:%M:%S"))
    }

    /// A copy of a backup, which is made from now on and is nowhere yet.
    pub(crate) fn copy_of_backup(&mut self, original: &Backup) -> Backup {
        let (order, stamp) = (self.next_order(), self.stamp());
        let saved = self.carrier.copy(original.saved.as_ref());
        original.copy(order, stamp, &self.options.clock, saved)
    }

    /// A completed backup of an instance as it is now, which is nowhere yet, and may build on another; its data
    /// may have to be written still.
    pub(crate) fn backup_of(
        &mut self,
        place: &Place,
        instance: &str,
        name: &str,
        parent: Option<&str>,
    ) -> Option<Backup> {
        let (order, stamp) = (self.next_order(), self.stamp());
        let region = self.regions.get_mut(place)?;
        region.look_inside(instance);
        let (source, guest) = (region.instances.get(instance)?, region.guest(instance)?);
        let ram = self.options.ram(source.flavor);
        let on = parent.and_then(|id| region.backups.get(id)?.saved.as_ref());
        let saved = self.carrier.save(region.holder(instance)?, on);
        let parent = parent.map(str::to_owned);
        Some(Backup { parent, saved, ..Backup::of(source, guest, name, ram, order, stamp) })
    }

    /// A completed backup of an HA group as it is now, which is nowhere yet.
    pub(crate) fn backup_of_group(
        &mut self,
        place: &Place,
        group: &str,
        name: &str,
        parent: Option<&str>,
    ) -> Option<Backup> {
        let member = self.regions.get(place)?.backed_up_member(group)?.id.clone();
        let backup = self.backup_of(place, &member, name, parent)?;
        Some(Backup { group: Some(group.to_owned()), ..backup })
    }

    /// Where this instance is.
    pub(crate) fn place_of_instance(&self, id: &str) -> Option<Place> {
        let mut regions = self.regions.iter();
        regions
            .find(|(_, region)| region.instances.contains_key(id))
            .map(|(place, _)| place.clone())
    }

    /// Where this HA group is.
    pub(crate) fn place_of_group(&self, id: &str) -> Option<Place> {
        let mut regions = self.regions.iter();
        regions
            .find(|(_, region)| region.ha_groups.contains_key(id))
            .map(|(place, _)| place.clone())
    }

    /// What an instance or an HA group reports, whatever its region and account.
    pub(crate) fn instance_status(&self, id: &str) -> Option<String> {
        self.regions.values().find_map(|region| {
            let instance = region.instances.get(id).map(|it| region.status(it));
            instance.or_else(|| region.ha_groups.get(id).map(|it| region.group_state(it)))
        })
    }

    pub(crate) fn instance_mut(&mut self, id: &str) -> Option<&mut Instance> {
        self.regions.values_mut().find_map(|region| region.instances.get_mut(id))
    }

    pub(crate) fn group_mut(&mut self, id: &str) -> Option<&mut HaGroup> {
        self.regions.values_mut().find_map(|region| region.ha_groups.get_mut(id))
    }

    pub(crate) fn backup_mut(&mut self, id: &str) -> Option<&mut Backup> {
        self.regions.values_mut().find_map(|region| region.backups.get_mut(id))
    }

    /// Everything there is.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (place, region) in &self.regions {
            region.copy_to(&mut snapshot, place);
        }
        snapshot
    }
}
