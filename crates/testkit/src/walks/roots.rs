//! Root users: whose password is known, and what becomes of root when it is let go.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::census::{Census, key};
use super::label::Kind;
use super::naming::shown;
use super::oracle::{After, Before, Oracle};
use super::step::Command;
use crate::commands::StateObject;
use crate::oracle::{Naming, Outcome};

/// What stands in the block of a root user.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wish {
    pub(super) rotate: u8,
    /// A destruction leaves its password as it is.
    pub(super) leave: bool,
}

impl Wish {
    /// The arguments but for the instance.
    pub(super) fn arguments(self) -> Map<String, Json> {
        let mut arguments = Map::new();
        if self.rotate > 0 {
            arguments.insert("rotate".into(), json!(self.rotate.to_string()));
        }
        if self.leave {
            arguments.insert("on_destroy".into(), json!("leave"));
        }
        arguments
    }
}

/// The key of the root user of an instance.
pub(super) fn root_of(instance: &str) -> String {
    format!("{instance}/root")
}

/// The root users in a state, by address.
pub(super) fn roots(objects: &[StateObject]) -> BTreeMap<String, Json> {
    let roots = objects.iter().filter(|it| is_root(it));
    roots.map(|it| (it.address.clone(), it.attributes.clone())).collect()
}

fn is_root(object: &StateObject) -> bool {
    object.address.starts_with(Kind::Root.resource())
}

impl Oracle {
    /// Others have changed passwords of root, and nobody can see that.
    pub(super) fn roots_changed(&mut self, before: &Census, after: &Census) {
        self.unseen.retain(|id| after.contains_key(id));
        self.unseen.extend(renewed(before, after));
    }

    /// Judges what a command did to the root users.
    pub(super) fn roots(&mut self, when: &str, before: &Before, after: &After<'_>) {
        for id in renewed(&before.census, after.census) {
            // A state that nobody could write any more has the password of before.
            if after.silenced {
                self.unseen.insert(id);
            } else {
                self.unseen.remove(&id);
            }
        }
        for object in after.objects.iter().filter(|it| is_root(it)) {
            for (outcome, what) in self.root(object, before, after) {
                self.find(outcome, format!("{when}: {} {what}", object.address));
            }
        }
        self.let_go(when, before, after);
    }

    /// What is wrong with a root user in the state.
    fn root(
        &self,
        object: &StateObject,
        before: &Before,
        after: &After<'_>,
    ) -> Vec<(Outcome, &'static str)> {
        let Some(id) = key(object) else { return Vec::new() };
        let has = |census: &Census| census.get(&id).and_then(|it| it.secret.clone());
        let Some(password) = has(after.census) else { return Vec::new() };
        let knows = object.text("password");
        let settled =
            after.command == Command::Apply && after.result.succeeded() && !object.tainted;
        let rotate = |attributes: &Json| attributes.get("rotate").cloned();
        let rotated = after.result.updates.contains(&object.address)
            && before
                .roots
                .get(&object.address)
                .is_some_and(|it| rotate(it) != rotate(&object.attributes));
        let faults = [
            (
                knows.is_some_and(|it| it != password) && !self.unseen.contains(&id),
                Outcome::Lost,
                "has a password that does not hold",
            ),
            (
                settled && knows.is_none() && (rotated || !self.is_typed(&id)),
                Outcome::Lost,
                "has no password after an apply",
            ),
            (
                settled && rotated && has(&before.census).as_ref() == Some(&password),
                Outcome::Stuck,
                "has the same password after `rotate` has changed",
            ),
        ];
        faults
            .into_iter()
            .filter(|(is, ..)| *is)
            .map(|(_, outcome, what)| (outcome, what))
            .collect()
    }

    /// Root stays enabled where a plan has let it go. It has been said so, and it is nobody's from then on.
    fn let_go(&mut self, when: &str, before: &Before, after: &After<'_>) {
        for (address, attributes) in &before.roots {
            let Some(id) = before.state.get(address) else { continue };
            let held = after.objects.iter().filter_map(key).any(|it| it == *id);
            let Some(root) = after.census.get(id).filter(|_| !held) else { continue };
            if !after.result.destroys.contains(address) {
                continue;
            }
            if after.naming != Naming::Nothing && !self.is_told(id, root, 0, Naming::Id) {
                let what = format!("{when}: nobody says that {} stays enabled", shown(id, root));
                self.find(Outcome::Lost, what);
            }
            let locks = attributes.get("on_destroy") != Some(&json!("leave"));
            let changed = renewed(&before.census, after.census).contains(id);
            if locks != changed {
                let what = if changed { "was given a new password" } else { "was not locked" };
                let what = format!("{when}: {} was let go, and {what}", shown(id, root));
                self.find(Outcome::Damaged, what);
            }
            self.give_away(id, root);
        }
    }
}

/// The root users that have another password, or that are new.
fn renewed(before: &Census, after: &Census) -> Vec<String> {
    let secret = |census: &Census, id: &String| census.get(id).and_then(|it| it.secret.clone());
    let roots = after.iter().filter(|(_, it)| it.kind == Kind::Root);
    let renewed = roots.filter(|(id, it)| secret(before, id) != it.secret);
    renewed.map(|(id, _)| id.clone()).collect()
}
