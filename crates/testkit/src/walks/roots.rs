//! Root users: whose password is known, and what becomes of root when it is let go.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::census::{Census, instance_of, key};
use super::label::Kind;
use super::naming::shown;
use super::oracle::{After, Before, Doubt, Oracle};
use super::step::Command;
use crate::commands::StateObject;
use crate::oracle::{Naming, Outcome};

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
            let is_unseen = match after.doubt {
                None => false,
                Some(Doubt::Silenced) => true,
                Some(Doubt::Overtaken) => is_lost(&id, after),
            };
            if is_unseen {
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
            // Inside a broken instance nothing can be changed, and it is said that this is left to a person.
            let left = |text: &String| {
                text.contains("was not locked")
                    && instance_of(id).is_some_and(|it| text.contains(it))
            };
            let is_left = after.result.told.warnings.iter().any(left);
            if locks != changed && !(locks && is_left) {
                let what = if changed { "was given a new password" } else { "was not locked" };
                let what = format!("{when}: {} was let go, and {what}", shown(id, root));
                self.find(Outcome::Damaged, what);
            }
            self.give_away(id, root);
        }
    }
}

/// Whether a call for a new password was not answered with one.
fn is_lost(id: &str, after: &After<'_>) -> bool {
    let call = format!("/instances/{id}");
    after.requests.iter().any(|it| it.method == "POST" && it.call == call && it.status != 200)
}

/// The root users that have another password, or that are new.
fn renewed(before: &Census, after: &Census) -> Vec<String> {
    let secret = |census: &Census, id: &String| census.get(id).and_then(|it| it.secret.clone());
    let roots = after.iter().filter(|(_, it)| it.kind == Kind::Root);
    let renewed = roots.filter(|(id, it)| secret(before, id) != it.secret);
    renewed.map(|(id, _)| id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::commands::CommandResult;
    use crate::walks::census::{Thing, root_of};

    const INSTANCE: &str = "11111111";
    const ADDRESS: &str = "rackspace_db_root_user.r";

    fn census(password: &str) -> Census {
        let root = Thing::new(Kind::Root, INSTANCE, json!({ "instance_id": INSTANCE }));
        Census::from([(root_of(INSTANCE), root.with_secret(Some(password.to_owned())))])
    }

    fn object(attributes: Json) -> StateObject {
        StateObject { address: ADDRESS.to_owned(), tainted: false, attributes }
    }

    /// What is found when an apply has met root with one password and left it with another, and has the
    /// state that it has made of the one before.
    fn judged(
        (had, has): (&str, &str),
        was: Json,
        is: Option<Json>,
        result: &CommandResult,
    ) -> Vec<Outcome> {
        let (before, census, set) = (census(had), census(has), BTreeSet::new());
        let before = Before {
            census: before,
            state: BTreeMap::from([(ADDRESS.to_owned(), root_of(INSTANCE))]),
            roots: roots(&[object(was)]),
            ..Before::default()
        };
        let objects: Vec<StateObject> = is.map(object).into_iter().collect();
        let after = After {
            census: &census,
            waiting: &set,
            objects: &objects,
            result,
            requests: &[],
            naming: Naming::Id,
            namesakes: &set,
            undisturbed: true,
            denied: false,
            doubt: None,
            late: false,
            command: Command::Apply,
            read: None,
        };
        let mut oracle = Oracle::default();
        oracle.judge("apply", &[], &before, &after);
        let roots = oracle.findings.iter().filter(|it| it.what.contains("root"));
        roots.map(|finding| finding.outcome).collect()
    }

    fn state(password: Option<&str>, rotate: Option<&str>) -> Json {
        json!({ "id": INSTANCE, "instance_id": INSTANCE, "password": password, "rotate": rotate })
    }

    fn changed() -> CommandResult {
        CommandResult { updates: vec![ADDRESS.to_owned()], ..CommandResult::default() }
    }

    fn destroyed(told: &str) -> CommandResult {
        let mut result = CommandResult { destroys: vec![ADDRESS.to_owned()], ..Default::default() };
        result.told.warnings.push(told.to_owned());
        result
    }

    #[test]
    fn a_state_has_the_password_that_holds() {
        let (first, second) = (state(Some("first"), None), state(Some("second"), Some("1")));
        let none = || state(None, None);
        let after = |passwords, is: &Json, result| {
            judged(passwords, first.clone(), Some(is.clone()), &result)
        };

        assert_eq!(after(("first", "first"), &first, CommandResult::default()), []);
        assert_eq!(after(("first", "second"), &second, changed()), []);
        assert_eq!(after(("first", "second"), &first, changed()), [Outcome::Lost]);
        assert_eq!(after(("first", "first"), &none(), CommandResult::default()), [Outcome::Lost]);
        let kept = state(Some("first"), Some("1"));
        assert_eq!(after(("first", "first"), &kept, changed()), [Outcome::Stuck]);
    }

    #[test]
    fn what_a_plan_lets_go_is_named_and_locked_or_left() {
        let (locks, mut leaves) = (state(Some("first"), None), state(Some("first"), None));
        leaves["on_destroy"] = json!("leave");
        let named = || destroyed("Root stays enabled: instance 11111111");
        let after = |passwords, was: &Json, result| judged(passwords, was.clone(), None, &result);

        assert_eq!(after(("first", "second"), &locks, named()), []);
        assert_eq!(after(("first", "first"), &leaves, named()), []);
        assert_eq!(after(("first", "first"), &locks, named()), [Outcome::Damaged]);
        assert_eq!(after(("first", "second"), &leaves, named()), [Outcome::Damaged]);
        assert_eq!(after(("first", "second"), &locks, destroyed("gone")), [Outcome::Lost]);
    }
}
