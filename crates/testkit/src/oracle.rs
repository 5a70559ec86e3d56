//! The oracle: it looks into the simulator, hears what was told, and says what became of everything.
//!
//! What was there in the beginning belongs to others and stays as it is. What a scenario makes is in a
//! state or is named in a message, is made once, and is gone in the end.

mod finding;
mod goal;

use std::collections::{BTreeMap, BTreeSet};

use clouddb_sim::{
    BackupSnapshot, ConfigurationSnapshot, DatabaseSnapshot, InstanceSnapshot, ScheduleSnapshot,
    Simulator, UserSnapshot,
};

use crate::commands::{CommandResult, StateObject};

pub use finding::{Finding, Naming, Outcome, Thing};
pub use goal::unfulfilled;

/// Root of an instance has the ID of that.
pub const ROOT_USER: &str = "rackspace_db_root_user";

/// What the simulator held, what was told, and what was wrong so far.
#[derive(Debug)]
pub struct Oracle {
    instances: BTreeMap<String, InstanceSnapshot>,
    backups: BTreeMap<String, BackupSnapshot>,
    configurations: BTreeMap<String, ConfigurationSnapshot>,
    schedules: BTreeMap<String, ScheduleSnapshot>,
    ha_groups: BTreeSet<String>,
    /// Each message that was told, how many there were at the last look, and how many before each
    /// thing came into being.
    told: Vec<String>,
    heard: usize,
    born: BTreeMap<String, usize>,
    /// IDs that a person has typed, and so knows.
    typed: BTreeSet<String>,
    /// Addresses of what a person has imported because an error said so.
    pub imported: BTreeSet<String>,
    /// What others have made since, by path.
    namesakes: BTreeSet<String>,
    seen: BTreeMap<(&'static str, String), BTreeSet<String>>,
    tainted: BTreeSet<String>,
    /// The name of the backup that an instance leaves behind, and the instances that have to.
    final_backup: Option<&'static str>,
    must_be_backed_up: BTreeSet<String>,
    /// What was wrong so far.
    pub findings: Vec<Finding>,
}

impl Oracle {
    /// What is there now belongs to somebody else.
    pub fn new(cloud: &Simulator, final_backup: Option<&'static str>) -> Self {
        Self {
            instances: cloud.instances().into_iter().map(|it| (it.id.clone(), it)).collect(),
            backups: cloud.backups().into_iter().map(|it| (it.id.clone(), it)).collect(),
            configurations: groups(cloud),
            schedules: schedules(cloud),
            ha_groups: cloud.ha_groups().into_iter().map(|it| it.id).collect(),
            told: Vec::new(),
            heard: 0,
            born: BTreeMap::new(),
            typed: BTreeSet::new(),
            imported: BTreeSet::new(),
            namesakes: BTreeSet::new(),
            seen: BTreeMap::new(),
            tainted: BTreeSet::new(),
            final_backup,
            must_be_backed_up: BTreeSet::new(),
            findings: Vec::new(),
        }
    }

    /// Something is wrong.
    pub fn find(&mut self, outcome: Outcome, what: impl Into<String>) {
        self.findings.push(Finding { outcome, what: what.into() });
    }

    /// A person knows this ID.
    pub fn knows(&mut self, id: &str) {
        self.typed.insert(id.to_owned());
    }

    /// Takes note of what a command said and did.
    pub fn hear(&mut self, result: &CommandResult) {
        self.told.extend(result.told.errors.iter().chain(&result.told.warnings).cloned());
        for what in &result.broken {
            self.find(Outcome::Broken, what);
        }
        for address in &result.replaced {
            self.find(Outcome::Damaged, format!("{address} was replaced, and was sound"));
        }
    }

    /// Looks at everything after a command: nothing unnamed, nothing twice, nothing of others gone.
    pub fn look(&mut self, cloud: &Simulator, objects: &[StateObject], when: &str, naming: Naming) {
        // A root user has the ID of its instance and is no witness of that.
        let own = || objects.iter().filter(|it| !is_root(it));
        let state: BTreeSet<&str> = own().filter_map(|it| it.text("id")).collect();
        for known in own().filter(|known| known.tainted) {
            self.tainted.extend(known.text("id").map(str::to_owned));
        }
        // When all were killed the state has what it had, and the next plan has the change still.
        if naming != Naming::Nothing {
            self.check_root_passwords(cloud, objects, when);
        }
        self.namesakes.extend(cloud.namesakes());
        let things = self.own_things(cloud);
        for thing in &things {
            let told_since = *self.born.entry(thing.id.clone()).or_insert(self.heard);
            let named = naming == Naming::Nothing
                || state.contains(thing.id.as_str())
                || self.typed.contains(&thing.id)
                || self.is_named(thing, naming, told_since);
            if !named {
                let Thing { kind, name, id } = thing;
                self.find(Outcome::Lost, format!("{when}, nobody names {kind} \"{name}\" ({id})"));
            }
        }
        self.born.retain(|id, _| things.iter().any(|thing| thing.id == *id));
        self.heard = self.told.len();
        self.count(&things, when);
        self.check_final_backups(cloud, objects, when);
        self.check_others(cloud, when);
        self.check_namesakes(cloud, when);
    }

    /// No state has a password of root that does not hold.
    fn check_root_passwords(&mut self, cloud: &Simulator, objects: &[StateObject], when: &str) {
        for known in objects.iter().filter(|it| is_root(it)) {
            let (id, password) = (known.text("id").unwrap_or_default(), known.text("password"));
            let holds = |it: InstanceSnapshot| it.root_password.as_deref() == password;
            if password.is_some() && !cloud.instance(id).is_none_or(holds) {
                let what = format!("{when}, {} has a password that does not hold", known.address);
                self.find(Outcome::Lost, what);
            }
        }
    }

    /// What exists, was not there before, and was made by none of the others.
    fn own_things(&self, cloud: &Simulator) -> Vec<Thing> {
        let mut things = self.things(cloud);
        things.retain(|it| !self.namesakes.contains(&it.path()));
        things
    }

    /// What others have made since cannot be told from what is one's own. So it may be taken over, but
    /// not without a word that names it, nor go without one.
    fn check_namesakes(&mut self, cloud: &Simulator, when: &str) {
        let present: BTreeSet<String> = self.things(cloud).iter().map(Thing::path).collect();
        let is_told = |path: &str| {
            let id = path.rsplit('/').next().unwrap_or_default();
            let name = id.rsplit_once('@').map_or(id, |(name, _)| name);
            self.told.iter().any(|text| text.contains(id) || text.contains(&format!("\"{name}\"")))
        };
        // What is in an instance goes with it.
        let went_along = |path: &str| match path.split('/').collect::<Vec<_>>().as_slice() {
            ["", "instances", instance, _, ..] => cloud.instance(instance).is_none(),
            _ => false,
        };
        let gone = self
            .namesakes
            .iter()
            .filter(|path| !present.contains(*path) && !went_along(path) && !is_told(path));
        for path in gone.cloned().collect::<Vec<_>>() {
            let what = format!("{when}, {path} of somebody else is gone without a word");
            self.find(Outcome::Damaged, what);
        }
    }

    /// No instance goes before its final backup is complete.
    fn check_final_backups(&mut self, cloud: &Simulator, objects: &[StateObject], when: &str) {
        let asked = objects.iter().filter(|it| it.text("final_backup_name").is_some());
        self.must_be_backed_up.extend(asked.filter_map(|it| it.text("id")).map(str::to_owned));
        let backups = cloud.backups();
        let has_one = |id: &String| {
            backups.iter().any(|it| {
                it.instance_id == *id
                    && it.status == "COMPLETED"
                    && self.final_backup == Some(it.name.as_str())
            })
        };
        let gone = self.must_be_backed_up.iter().filter(|id| cloud.instance(id).is_none());
        let without: Vec<_> = gone.filter(|id| !has_one(id)).cloned().collect();
        for id in without {
            let what = format!("{when}, instance {id} is gone, without its final backup");
            self.find(Outcome::Lost, what);
        }
    }

    /// What exists and was not there before. A copy of what others have came with a restore or a
    /// replication and goes with its instance.
    pub fn things(&self, cloud: &Simulator) -> Vec<Thing> {
        let mut things = Vec::new();
        for it in cloud.instances() {
            // A member belongs to its group, and what a replica has there is its source's.
            if it.ha_id.is_some() && it.replica_of.is_some() {
                continue;
            }
            if !self.instances.contains_key(&it.id) && it.ha_id.is_none() {
                let (id, name) = (it.id.clone(), it.name.clone());
                things.push(Thing { id, kind: "rackspace_db_instance", name });
            }
            for database in it.databases.iter().filter(|it| !self.others_have_database(it)) {
                let (id, name) = (format!("{}/{}", it.id, database.name), database.name.clone());
                things.push(Thing { id, kind: "rackspace_db_database", name });
            }
            for user in it.users.iter().filter(|it| !self.others_have_user(it)) {
                let name = format!("{}@{}", user.name, user.host);
                let id = format!("{}/{name}", it.id);
                things.push(Thing { id, kind: "rackspace_db_user", name });
            }
        }
        let own = |it: &BackupSnapshot| {
            !self.backups.contains_key(&it.id) && self.final_backup != Some(it.name.as_str())
        };
        for it in cloud.backups().into_iter().filter(own) {
            let is_copy = it.copy_of.is_some();
            let kind = if is_copy { "rackspace_db_backup_copy" } else { "rackspace_db_backup" };
            things.push(Thing { id: it.id, kind, name: it.name });
        }
        for (id, it) in groups(cloud) {
            if !self.configurations.contains_key(&id) {
                things.push(Thing { id, kind: "rackspace_db_configuration", name: it.name });
            }
        }
        for it in cloud.ha_groups().into_iter().filter(|it| !self.ha_groups.contains(&it.id)) {
            things.push(Thing { id: it.id, kind: "rackspace_db_ha_group", name: it.name });
        }
        for (id, it) in schedules(cloud) {
            if !self.schedules.contains_key(&id) {
                // An instance has one schedule, which has no name.
                things.push(Thing { id, kind: "rackspace_db_backup_schedule", name: it.source_id });
            }
        }
        things
    }

    /// The things that no state holds, but that an error names so that they can be imported.
    pub fn leftovers(&self, cloud: &Simulator, objects: &[StateObject]) -> Vec<Thing> {
        let own = objects.iter().filter(|it| !is_root(it));
        let state: BTreeSet<&str> = own.filter_map(|it| it.text("id")).collect();
        let mut things = self.things(cloud);
        let told = |id: &str| self.told.iter().any(|text| text.contains(id));
        things.retain(|it| !state.contains(it.id.as_str()) && told(&it.id));
        let held: BTreeSet<&str> =
            objects.iter().filter(|it| is_root(it)).filter_map(|it| it.text("id")).collect();
        let to_import = |id: &str| {
            let line = format!("import ADDRESS '{id}'");
            self.told.iter().any(|it| it.contains("Root is enabled") && it.contains(&line))
        };
        let roots = cloud
            .instances()
            .into_iter()
            .filter(|it| it.root_enabled && !held.contains(it.id.as_str()) && to_import(&it.id));
        things.extend(roots.map(|it| Thing { id: it.id, kind: ROOT_USER, name: "root".into() }));
        things
    }

    /// Whether a message tells a person which thing exists, among those since it came into being.
    fn is_named(&self, thing: &Thing, naming: Naming, told_since: usize) -> bool {
        let quoted = format!("\"{}\"", thing.name);
        self.told.iter().skip(told_since).any(|text| match naming {
            Naming::Nothing => true,
            Naming::Name => text.contains(&quoted),
            Naming::Id => match thing.id.split_once('/') {
                None => text.contains(&thing.id),
                Some((instance, _)) => {
                    text.contains(&thing.id) || (text.contains(instance) && text.contains(&quoted))
                }
            },
        })
    }

    fn others_have_database(&self, database: &DatabaseSnapshot) -> bool {
        self.instances.values().any(|it| it.databases.contains(database))
    }

    fn others_have_user(&self, user: &UserSnapshot) -> bool {
        let is = |it: &UserSnapshot| it.name == user.name && it.host == user.host;
        self.instances.values().any(|it| it.users.iter().any(is))
    }

    /// One thing for each wish, and one more for each creation that had failed.
    fn count(&mut self, things: &[Thing], when: &str) {
        let mut now: BTreeMap<(&'static str, &str), usize> = BTreeMap::new();
        for thing in things.iter().filter(|it| !it.id.contains('/')) {
            *now.entry((thing.kind, &thing.name)).or_default() += 1;
            let ids = self.seen.entry((thing.kind, thing.name.clone())).or_default();
            ids.insert(thing.id.clone());
        }
        let mut twice: Vec<String> = now
            .iter()
            .filter(|(_, count)| **count > 1)
            .map(|((kind, name), count)| format!("{when}, there are {count} of {kind} \"{name}\""))
            .collect();
        for ((kind, name), ids) in &self.seen {
            let sound = ids.iter().filter(|id| !self.tainted.contains(*id)).count();
            if sound > 1 {
                twice.push(format!("{when}, {kind} \"{name}\" was made {sound} times"));
            }
        }
        for what in twice {
            self.find(Outcome::Duplicated, what);
        }
    }

    /// What others have is there and as it was, whatever is in work.
    fn check_others(&mut self, cloud: &Simulator, when: &str) {
        let mut wrong = Vec::new();
        for old in self.instances.values() {
            let Some(new) = cloud.instance(&old.id) else {
                wrong.push(format!("{when}, instance \"{}\" of somebody else is gone", old.name));
                continue;
            };
            let same = (&new.name, &new.flavor_id, new.volume, &new.configuration_id)
                == (&old.name, &old.flavor_id, old.volume, &old.configuration_id)
                && old.databases.iter().all(|it| new.databases.contains(it))
                && old.users.iter().all(|it| new.users.contains(it));
            if !same {
                wrong.push(format!("{when}, instance \"{}\" of somebody else changed", old.name));
            }
        }
        let backups = cloud.backups();
        for old in self.backups.values().filter(|old| !backups.contains(old)) {
            wrong.push(format!("{when}, backup \"{}\" of somebody else changed", old.name));
        }
        let groups = groups(cloud);
        for (id, old) in self.configurations.iter().filter(|(id, old)| groups.get(*id) != Some(old))
        {
            wrong.push(format!("{when}, group \"{}\" ({id}) of somebody else changed", old.name));
        }
        let schedules = schedules(cloud);
        for (id, _) in self.schedules.iter().filter(|(id, old)| schedules.get(*id) != Some(old)) {
            wrong.push(format!("{when}, schedule {id} of somebody else changed"));
        }
        for what in wrong {
            self.find(Outcome::Damaged, what);
        }
    }

    /// In the end everything is as it was before.
    pub fn close(&mut self, cloud: &Simulator) {
        // Of two that nobody can tell apart a person may have taken the other's.
        let present: BTreeSet<String> = self.things(cloud).iter().map(Thing::path).collect();
        let exchanged = self.namesakes.difference(&present).count();
        for Thing { kind, name, id } in self.own_things(cloud).into_iter().skip(exchanged) {
            let what = format!("in the end, {kind} \"{name}\" ({id}) is left");
            self.find(Outcome::Lost, what);
        }
        // Work that nobody waits for, such as the restart of a replica's source, ends by itself.
        cloud.advance();
        let instances: BTreeMap<String, InstanceSnapshot> =
            cloud.instances().into_iter().map(|it| (it.id.clone(), it)).collect();
        let changed = self.instances.iter().find(|(id, old)| instances.get(*id) != Some(old));
        if let Some((_, old)) = changed {
            let what = format!("in the end, instance \"{}\" is not as it was", old.name);
            self.find(Outcome::Damaged, what);
        }
    }
}

/// Whether it is a root user, which is nothing of its own but a property of its instance.
fn is_root(object: &StateObject) -> bool {
    let kind = object.address.split('.').next();
    kind == Some(ROOT_USER)
}

/// The schedules, by ID.
fn schedules(cloud: &Simulator) -> BTreeMap<String, ScheduleSnapshot> {
    cloud.schedules().into_iter().map(|it| (it.id.clone(), it)).collect()
}

/// The configuration groups, by ID.
fn groups(cloud: &Simulator) -> BTreeMap<String, ConfigurationSnapshot> {
    cloud.configurations().into_iter().map(|it| (it.id.clone(), it)).collect()
}
