//! What all callers share, region by region.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::coordination::per_region::PerRegion;
use crate::value::timing::Timing;

/// What all callers share in each region; made when a region is first asked for.
pub(crate) struct Regions {
    timing: Timing,
    /// Where calls go that name no region.
    home: Arc<PerRegion>,
    named: Mutex<HashMap<String, Arc<PerRegion>>>,
    /// The instances and groups that were looked for in every region and found in none. Whoever looks for
    /// one holds this, so that others wait for the answer.
    pub(crate) nowhere: tokio::sync::Mutex<HashSet<String>>,
}

impl Regions {
    pub(crate) fn new(timing: &Timing) -> Self {
        Self {
            timing: timing.clone(),
            home: Arc::new(PerRegion::new(timing)),
            named: Mutex::default(),
            nowhere: tokio::sync::Mutex::default(),
        }
    }

    /// Of a region by its name, as the catalog writes it; without one, where calls go that name none.
    pub(crate) fn get(&self, name: Option<&str>) -> Arc<PerRegion> {
        let Some(name) = name else { return Arc::clone(&self.home) };
        let new = || Arc::new(PerRegion::new(&self.timing));
        Arc::clone(self.named().entry(name.to_owned()).or_insert_with(new))
    }

    /// What is shared in the region in which an instance or a group was seen, and the name of that region
    /// where it has one.
    pub(crate) fn of(&self, id: &str) -> Option<(Option<String>, Arc<PerRegion>)> {
        if self.home.has_seen(id) {
            return Some((None, Arc::clone(&self.home)));
        }
        let named = self.named();
        let (name, region) = named.iter().find(|(_, region)| region.has_seen(id))?;
        Some((Some(name.clone()), Arc::clone(region)))
    }

    fn named(&self) -> MutexGuard<'_, HashMap<String, Arc<PerRegion>>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
