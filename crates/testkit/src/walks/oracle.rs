//! The oracle of a walk: it compares what exists at the server with the state, before and after each
//! command, and takes from the words of the provider only which IDs they name.

use std::collections::{BTreeMap, BTreeSet};

use clouddb_sim::RecordedRequest;
use serde_json::Value as Json;

use super::census::{Census, Thing, differences, instance_of, key, place_of};
use super::ha_groups::{follow, is_member, renamed, source_in};
use super::label::Kind;
use super::naming::{is_named, planned_name, shown};
use super::step::Command;
use super::upgrades::is_upgrade;
use crate::commands::{CommandResult, StateObject};
use crate::oracle::{Finding, Naming, Outcome};
use crate::scenario::Block;

/// What belongs to whom, what was told, and what was wrong so far.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    foreign: Census,
    /// What commands have made, each with how many messages there were before it.
    own: BTreeMap<String, usize>,
    told: Vec<String>,
    /// IDs that a person has typed, and so knows.
    typed: BTreeSet<String>,
    /// The restarts that commands owe, by instance.
    pub(super) owed: BTreeSet<String>,
    /// The root users whose password others have changed, which nobody can see.
    pub(super) unseen: BTreeSet<String>,
    pub(super) findings: Vec<Finding>,
}

/// What was there before a command.
#[derive(Debug, Default, Clone)]
pub(super) struct Before {
    pub(super) census: Census,
    /// The IDs in the state, by address.
    pub(super) state: BTreeMap<String, String>,
    /// The root users in the state, by address.
    pub(super) roots: BTreeMap<String, Json>,
    /// The IDs of what is left where it is when Terraform forgets it.
    pub(super) left: BTreeSet<String>,
    /// The instances that do not show what is in them, and the HA groups that do something.
    pub(super) unreadable: BTreeSet<String>,
    /// The instances and the HA groups that wait for a restart.
    pub(super) waiting: BTreeSet<String>,
}

impl Before {
    /// The same when other members have become the sources of HA groups.
    pub(super) fn followed(&self, moved: &BTreeMap<String, String>) -> Self {
        let state = self.state.iter().map(|(address, id)| {
            let id = renamed(id, moved).or_else(|| moved.get(id).cloned()).unwrap_or(id.clone());
            (address.clone(), id)
        });
        let state = state.collect();
        Self { census: follow(self.census.clone(), moved), state, ..self.clone() }
    }
}

/// What a command did and left.
#[derive(Debug)]
pub(super) struct After<'a> {
    pub(super) census: &'a Census,
    /// The instances that wait for a restart.
    pub(super) waiting: &'a BTreeSet<String>,
    pub(super) objects: &'a [StateObject],
    pub(super) result: &'a CommandResult,
    pub(super) requests: &'a [RecordedRequest],
    pub(super) naming: Naming,
    /// The IDs of what others have made in the moment in which the command made the same.
    pub(super) namesakes: &'a BTreeSet<String>,
    /// Whether nothing went wrong on the way that the provider could not see.
    pub(super) undisturbed: bool,
    /// Whether the API denied something that was there.
    pub(super) denied: bool,
    /// What lets a state have a password of root that does not hold.
    pub(super) doubt: Option<Doubt>,
    /// Whether calls were carried out when the command was over.
    pub(super) late: bool,
    pub(super) command: Command,
    /// The only object that the command has read, if it has not read all.
    pub(super) read: Option<&'a str>,
}

/// Why a state can have a password of root that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Nobody was left who could write a state, which has the password of before.
    Silenced,
    /// Of two calls the one that was carried out last may have been answered first.
    Overtaken,
}

/// The IDs in a state, by address, and those of the sources of HA groups.
pub(super) fn ids(objects: &[StateObject]) -> BTreeMap<String, String> {
    let ids = objects.iter().filter_map(|it| Some((it.address.clone(), key(it)?)));
    ids.chain(objects.iter().filter_map(source_in)).collect()
}

impl Oracle {
    /// What is there now belongs to somebody else.
    pub(super) fn foreign(&mut self, census: &Census) {
        let new = census.iter().filter(|(id, _)| !self.own.contains_key(*id));
        self.foreign.extend(new.map(|(id, thing)| (id.clone(), thing.clone())));
    }

    /// Another actor has changed the cloud.
    pub(super) fn changed(&mut self, before: &Census, after: &Census) {
        self.own.retain(|id, _| after.contains_key(id));
        self.foreign.retain(|id, _| after.contains_key(id));
        let theirs = |id: &String| self.foreign.contains_key(id) || !before.contains_key(id);
        let changed: Vec<_> = after.iter().filter(|(id, _)| theirs(id)).collect();
        self.foreign.extend(changed.into_iter().map(|(id, thing)| (id.clone(), thing.clone())));
        self.roots_changed(before, after);
    }

    /// Other members have become the sources of HA groups.
    pub(super) fn follow(&mut self, moved: &BTreeMap<String, String>) {
        self.foreign = follow(std::mem::take(&mut self.foreign), moved);
        self.own = follow(std::mem::take(&mut self.own), moved);
        let typed = std::mem::take(&mut self.typed);
        self.typed = typed.into_iter().map(|id| renamed(&id, moved).unwrap_or(id)).collect();
    }

    /// What a command has let go belongs to somebody else.
    pub(super) fn give_away(&mut self, id: &str, thing: &Thing) {
        self.own.remove(id);
        self.foreign.insert(id.to_owned(), thing.clone());
    }

    /// A person has typed this ID, and from then on it is theirs.
    pub(super) fn typed(&mut self, id: &str) {
        self.typed.insert(id.to_owned());
        self.foreign.remove(id);
        self.owed.remove(id);
        self.own.entry(id.to_owned()).or_insert(self.told.len());
    }

    pub(super) fn is_foreign(&self, id: &str) -> bool {
        self.foreign.contains_key(id)
    }

    pub(super) fn is_typed(&self, id: &str) -> bool {
        self.typed.contains(id)
    }

    /// Whether a message has named something, but for the first ones.
    pub(super) fn is_told(&self, id: &str, thing: &Thing, since: usize, naming: Naming) -> bool {
        self.told.iter().skip(since).any(|text| is_named(text, id, thing, naming))
    }

    /// What a command has made and the state does not hold, each with how many messages there were before.
    pub(super) fn leftovers(&self, objects: &[StateObject]) -> Vec<(String, usize)> {
        let state: BTreeSet<String> = objects.iter().filter_map(key).collect();
        let left = self.own.iter().filter(|(id, _)| !state.contains(*id));
        left.map(|(id, since)| (id.clone(), *since)).collect()
    }

    pub(super) fn find(&mut self, outcome: Outcome, what: impl Into<String>) {
        self.findings.push(Finding { outcome, what: what.into() });
    }

    /// Judges a command.
    pub(super) fn judge(
        &mut self,
        when: &str,
        blocks: &[Block],
        before: &Before,
        after: &After<'_>,
    ) {
        let told_before = self.told.len();
        let told = &after.result.told;
        self.told.extend(told.errors.iter().chain(&told.warnings).cloned());
        for what in &after.result.broken {
            self.find(Outcome::Broken, format!("{when}: {what}"));
        }
        if after.denied {
            self.denied(before, after.objects);
        }
        self.births(when, blocks, before, after, told_before);
        self.deaths(when, before, after);
        self.of_others(when, after.census);
        self.roots(when, before, after);
        self.names(when, blocks, before, after);
        self.restarts(when, before, after);
        if after.result.succeeded() && !after.late {
            let readable = |it: &&StateObject| {
                let id = key(it);
                let instance = id.as_deref().and_then(instance_of);
                let is_group = it.address.starts_with(Kind::HaGroup.resource());
                let busy = id.as_deref().filter(|_| is_group).or(instance);
                busy.is_none_or(|it| !before.unreadable.contains(it))
            };
            let read = |it: &&StateObject| after.read.is_none_or(|address| address == it.address);
            for object in
                after.objects.iter().filter(read).filter(readable).filter(|it| !it.tainted)
            {
                match key(object).and_then(|id| after.census.get(&id)) {
                    None => {
                        let what = format!("{when}: {} does not exist", object.address);
                        self.find(Outcome::Broken, what);
                    }
                    Some(thing) => {
                        let imported = key(object).is_some_and(|id| self.typed.contains(&id));
                        for what in differences(thing, object, imported) {
                            self.find(Outcome::Broken, format!("{when}: {what}"));
                        }
                    }
                }
            }
        }
    }

    /// No more is made than the plan showed. What an instance has from its source comes without a call.
    fn births(
        &mut self,
        when: &str,
        blocks: &[Block],
        before: &Before,
        after: &After<'_>,
        told_before: usize,
    ) {
        let now = ids(after.objects);
        let mut planned: Vec<(&Block, String)> = blocks
            .iter()
            .filter(|block| {
                let renamed = block.kind == Kind::User.resource();
                after.result.creates.contains(&block.address())
                    || (renamed && after.result.updates.contains(&block.address()))
            })
            .filter_map(|block| Some((block, planned_name(block, &before.state, &now)?)))
            .collect();
        for (id, thing) in after.census.iter().filter(|(id, _)| !before.census.contains_key(*id)) {
            let asked = |collection: &str| {
                let path =
                    format!("/instances/{}/{collection}", instance_of(id).unwrap_or_default());
                after.requests.iter().any(|it| it.is_write() && it.call.starts_with(&path))
            };
            match thing.kind {
                Kind::Database if !asked("databases") => continue,
                Kind::User if !asked("users") => continue,
                _ => {}
            }
            if after.namesakes.contains(id) {
                self.namesake(when, id, thing, after);
                continue;
            }
            self.own.insert(id.clone(), told_before);
            // The service makes a replica that leaves its group an instance of its own.
            if is_member(id, &before.census) {
                continue;
            }
            let is = |(block, name): &(&Block, String)| {
                block.kind == thing.kind.resource() && *name == thing.name
            };
            let upgrades = |(block, _): &(&Block, String)| is_upgrade(block, thing);
            let named = planned.iter().position(is);
            match named.or_else(|| planned.iter().position(upgrades)) {
                Some(index) => drop(planned.swap_remove(index)),
                None => self.find(
                    Outcome::Duplicated,
                    format!("{when}: {} was made beyond the plan", shown(id, thing)),
                ),
            }
        }
    }

    /// What others have made in the same moment may be taken for the command's own work, if that is said.
    fn namesake(&mut self, when: &str, id: &str, thing: &Thing, after: &After<'_>) {
        if !after.objects.iter().any(|it| key(it).as_deref() == Some(id)) {
            self.foreign.insert(id.to_owned(), thing.clone());
            return;
        }
        self.own.insert(id.to_owned(), self.told.len());
        let told = &after.result.told;
        if !told.errors.iter().chain(&told.warnings).any(|text| text.contains(id)) {
            let what = format!("{when}: {} was taken over without a word", shown(id, thing));
            self.find(Outcome::Damaged, what);
        }
    }

    /// Nothing goes that the plan did not show.
    fn deaths(&mut self, when: &str, before: &Before, after: &After<'_>) {
        // A user gets another name, and so another ID, in place.
        let renamed =
            after.result.updates.iter().filter(|it| it.starts_with(Kind::User.resource()));
        let id = |address: &String| before.state.get(address).map(String::as_str);
        let destroyed = after.result.destroys.iter().filter_map(id);
        let shown_to_go: BTreeSet<&str> = destroyed
            .filter(|id| !before.left.contains(*id))
            .chain(renamed.filter_map(id))
            .collect();
        for (id, thing) in before.census.iter().filter(|(id, _)| !after.census.contains_key(*id)) {
            let foreign = self.foreign.remove(id).is_some();
            let own = self.own.remove(id).is_some();
            let expected = shown_to_go.contains(id.as_str())
                || place_of(id, thing).is_some_and(|it| shown_to_go.contains(it))
                || thing.within.as_ref().is_some_and(|it| shown_to_go.contains(it.as_str()));
            if (own || foreign) && !expected {
                let whose = if foreign { " of others" } else { "" };
                let what = format!("{when}: {}{whose} is gone without a plan", shown(id, thing));
                self.find(Outcome::Damaged, what);
            }
        }
    }

    /// What belongs to somebody else is as it was. A replica has what its source has.
    fn of_others(&mut self, when: &str, census: &Census) {
        let is_replica = |id: &str| {
            let instance = instance_of(id).and_then(|it| census.get(it));
            let follows =
                |it: &Thing, fact: &str| it.facts.get(fact).is_some_and(|it| !it.is_null());
            instance.is_some_and(|it| follows(it, "replica_of") || follows(it, "upgrade_of"))
        };
        for (id, thing) in self.foreign.clone() {
            match census.get(&id).filter(|now| **now != thing) {
                Some(now) if is_replica(&id) => {
                    self.foreign.insert(id, now.clone());
                }
                Some(_) => {
                    let what = format!("{when}: {} of others changed", shown(&id, &thing));
                    self.find(Outcome::Damaged, what);
                }
                None => {}
            }
        }
    }

    /// Terraform itself shows what a read has not found any more. What the API denied was there.
    fn denied(&mut self, before: &Before, objects: &[StateObject]) {
        let now: BTreeSet<String> = objects.iter().filter_map(key).collect();
        let gone = before.state.values().filter(|id| !now.contains(*id));
        self.typed.extend(gone.cloned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const THEIRS: &str = "11111111";
    const OURS: &str = "22222222";

    fn instance(name: &str) -> Thing {
        let serde_json::Value::Object(facts) = json!({ "name": name }) else { unreachable!() };
        Thing { kind: Kind::Instance, name: name.into(), facts, within: None, secret: None }
    }

    fn census(things: &[(&str, &str)]) -> Census {
        things.iter().map(|(id, name)| ((*id).to_owned(), instance(name))).collect()
    }

    /// What is found when an apply with a plan to create `orders` turns one cloud into another.
    fn judged(
        before: &[(&str, &str)],
        after: &[(&str, &str)],
        state: &[(&str, &str)],
        change: impl FnOnce(&mut CommandResult),
    ) -> Vec<Outcome> {
        let before = Before { census: census(before), ..Before::default() };
        let mut oracle = Oracle::default();
        oracle.foreign(&before.census);
        let block = Block {
            is_data: false,
            kind: Kind::Instance.resource(),
            name: "a",
            body: json!({ "name": "orders" }),
        };
        let mut result = CommandResult { creates: vec![block.address()], ..Default::default() };
        change(&mut result);
        let object = |(id, name): &(&str, &str)| StateObject {
            address: block.address(),
            tainted: false,
            attributes: json!({ "id": id, "name": name }),
        };
        let (census, objects) = (census(after), state.iter().map(object).collect::<Vec<_>>());
        let naming = if result.succeeded() { Naming::Id } else { Naming::Name };
        let after = After {
            census: &census,
            waiting: &BTreeSet::new(),
            objects: &objects,
            result: &result,
            requests: &[],
            naming,
            namesakes: &BTreeSet::new(),
            denied: false,
            doubt: None,
            undisturbed: true,
            late: false,
            command: Command::Apply,
            read: None,
        };
        oracle.judge("apply", std::slice::from_ref(&block), &before, &after);
        oracle.findings.iter().map(|finding| finding.outcome).collect()
    }

    #[test]
    fn each_breach_is_found_and_nothing_else() {
        let theirs = (THEIRS, "theirs");
        let ours = (OURS, "orders");
        let as_planned = |_: &mut CommandResult| {};

        assert_eq!(judged(&[theirs], &[theirs, ours], &[ours], as_planned), []);
        assert_eq!(judged(&[theirs], &[theirs, ours], &[], as_planned), [Outcome::Lost]);
        assert_eq!(judged(&[theirs], &[ours], &[ours], as_planned), [Outcome::Damaged]);
        assert_eq!(
            judged(&[theirs], &[(THEIRS, "changed"), ours], &[ours], as_planned),
            [Outcome::Damaged]
        );
        assert_eq!(
            judged(&[], &[ours, ("33333333", "orders")], &[ours], as_planned),
            [Outcome::Duplicated, Outcome::Lost]
        );
        assert_eq!(judged(&[], &[ours], &[(OURS, "stale")], as_planned), [Outcome::Broken]);
        assert_eq!(judged(&[], &[], &[ours], as_planned), [Outcome::Broken]);
        let told = |text: &'static str| {
            move |result: &mut CommandResult| result.told.errors.push(text.into())
        };
        assert_eq!(judged(&[], &[ours], &[], told("failed")), [Outcome::Lost]);
        assert_eq!(judged(&[], &[ours], &[], told("see 22222222")), []);
        assert_eq!(judged(&[], &[ours], &[], told("whether \"orders\" was made")), []);
    }
}
