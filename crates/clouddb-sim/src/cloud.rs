//! The simulated cloud: every region of every account, and what they share.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use crate::clock::{End, Occasion};
use crate::disturbance::Faults;
use crate::identity::Tokens;
use crate::limits::Counters;
use crate::log::RecordedRequest;
use crate::objects::{Backup, Instance, Task, TaskKind};
use crate::options::Options;
use crate::site::{Place, Site};

/// Everything.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) options: Arc<Options>,
    pub(crate) sites: BTreeMap<Place, Site>,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) log: Vec<RecordedRequest>,
    pub(crate) endings: Vec<(Occasion, End)>,
    /// Orders what was made within the same second.
    sequence: u64,
}

impl Cloud {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options: Arc::new(options),
            sites: BTreeMap::new(),
            tokens: Tokens::default(),
            faults: Faults::default(),
            counters: Counters::default(),
            log: Vec::new(),
            endings: Vec::new(),
            sequence: 0,
        }
    }

    pub(crate) fn site(&mut self, place: &Place) -> &mut Site {
        self.sites.entry(place.clone()).or_default()
    }

    /// Where seeds go unless they say otherwise.
    pub(crate) fn home(&self) -> Place {
        Place {
            region: self.options.default_region.clone(),
            account: self.options.account_id.clone(),
        }
    }

    /// Ends every task that is over.
    pub(crate) fn tick(&mut self) {
        let (now, stamp) = (Instant::now(), self.stamp());
        for site in self.sites.values_mut() {
            site.tick(now, &self.options.clock, &mut self.sequence, &stamp);
        }
    }

    /// Ends the present phase of everything that has one.
    pub(crate) fn advance(&mut self) {
        for site in self.sites.values_mut() {
            for instance in site.instances.values_mut() {
                if let Some(task) = &mut instance.task {
                    task.left.end();
                }
            }
            for backup in site.backups.values_mut() {
                if let Some(left) = &mut backup.left {
                    left.end();
                }
            }
        }
        self.tick();
    }

    /// A task that begins now, and ends as the next one of its kind was told to.
    pub(crate) fn task(&mut self, kind: TaskKind) -> Task {
        let end = kind.occasion().map_or(End::AsAsked, |occasion| self.ending(occasion));
        Task { left: self.options.clock.begin(kind.pace()), end, kind }
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
        let now = jiff::Timestamp::now();
        format!("{}{zone}", now.strftime("%Y-%m-%dT%H:%M:%S"))
    }

    /// The site that has this instance, whatever its region and account.
    pub(crate) fn site_of_instance(&mut self, id: &str) -> Option<&mut Site> {
        self.sites.values_mut().find(|site| site.instances.contains_key(id))
    }

    /// What an instance reports, whatever its region and account.
    pub(crate) fn instance_status(&self, id: &str) -> Option<String> {
        self.sites.values().find_map(|site| site.instances.get(id).map(|it| site.status(it)))
    }

    pub(crate) fn instance_mut(&mut self, id: &str) -> Option<&mut Instance> {
        self.sites.values_mut().find_map(|site| site.instances.get_mut(id))
    }

    pub(crate) fn backup_mut(&mut self, id: &str) -> Option<&mut Backup> {
        self.sites.values_mut().find_map(|site| site.backups.get_mut(id))
    }
}
