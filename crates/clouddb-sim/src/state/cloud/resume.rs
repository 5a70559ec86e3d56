//! A run that goes on where the one before it has ended, with what that has left on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use crate::engine::saved::Saved;
use crate::options::Options;
use crate::state::carrier::Carrier;
use crate::state::cloud::Cloud;

impl Cloud {
    /// Goes on under these options, carried by this: servers start on the data that they had. Data that
    /// nothing here names is removed, which fails if the disk does.
    pub(crate) fn resume(mut self, options: Options, carrier: Carrier) -> io::Result<Self> {
        for region in self.regions.values_mut() {
            region.carrier = carrier.clone();
            region.resume_tasks(&options.clock);
        }
        self.carrier = carrier;
        self.options = Arc::new(options);
        self.find_data();
        self.carrier.retain(&self.names_of_data())?;
        self.carry();
        self.write_again();
        Ok(self)
    }

    /// Backups, what builds on them and what is made of them share their data.
    fn find_data(&mut self) {
        let mut found = BTreeMap::new();
        let carrier = &self.carrier;
        let mut find = |saved: &Arc<Saved>| find(&mut found, carrier, saved);
        for region in self.regions.values_mut() {
            for backup in region.backups.values_mut() {
                backup.saved = backup.saved.as_ref().and_then(&mut find);
            }
            for instance in region.instances.values_mut() {
                instance.restored = instance.restored.take().and_then(|mut restored| {
                    restored.saved = find(&restored.saved)?;
                    Some(restored)
                });
            }
        }
    }

    /// The names of all data that is needed: of servers, of backups, and of what begins with a backup.
    fn names_of_data(&self) -> BTreeSet<String> {
        let regions = self.regions.values();
        regions
            .flat_map(|region| {
                let instances = region.instances.values();
                let backups = region.backups.values().filter_map(|it| it.saved.as_ref());
                let origins = instances.clone().filter_map(|it| Some(&it.restored.as_ref()?.saved));
                let saved = backups.chain(origins).flat_map(names);
                saved.chain(instances.map(|it| it.id.clone())).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Writes the data of the backups anew that were being written, of what there is to write now.
    fn write_again(&mut self) {
        let all = self.regions.values().flat_map(|region| region.backups.values());
        let saved: BTreeMap<String, Arc<Saved>> =
            all.filter_map(|it| Some((it.id.clone(), it.saved.clone()?))).collect();
        for region in self.regions.values_mut() {
            let of = |original: &String| self.carrier.copy(saved.get(original));
            let interrupted = region.backups.values().filter(|it| {
                it.is_running() && it.saved.as_ref().is_some_and(|saved| saved.is_interrupted())
            });
            let anew = interrupted.filter_map(|it| {
                let saved = if let Some(original) = &it.copy_of {
                    of(original)
                } else {
                    let parent = it.saved.as_ref().and_then(|saved| saved.parent());
                    let holder = region.holder(&it.instance);
                    holder.and_then(|holder| self.carrier.save(holder, parent))
                };
                Some((it.id.clone(), saved?))
            });
            for (id, saved) in anew.collect::<Vec<_>>() {
                if let Some(backup) = region.backups.get_mut(&id) {
                    backup.saved = Some(saved);
                }
            }
        }
    }
}

/// Data as the run before has left it, with all that it builds on, each once.
fn find(
    found: &mut BTreeMap<String, Option<Arc<Saved>>>,
    carrier: &Carrier,
    named: &Arc<Saved>,
) -> Option<Arc<Saved>> {
    if let Some(known) = found.get(named.name()) {
        return known.clone();
    }
    let parent = named.parent().and_then(|parent| find(found, carrier, parent));
    let saved = carrier.find(named, parent);
    found.insert(named.name().to_owned(), saved.clone());
    saved
}

/// The names of data and of all that it builds on.
fn names(saved: &Arc<Saved>) -> Vec<String> {
    let mut names = saved.parent().map(names).unwrap_or_default();
    names.push(saved.name().to_owned());
    names
}
