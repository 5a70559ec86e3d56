//! Restarts: which instances wait for one, and who owes it.

use std::collections::BTreeSet;

use clouddb_sim::Simulator;

use super::census::Census;
use super::oracle::{After, Before, Oracle};
use super::step::Command;
use crate::commands::StateObject;
use crate::oracle::Outcome;

/// The status of an instance or an HA group whose settings take effect at its next restart.
const WAITING: &str = "RESTART_REQUIRED";

/// The instances and the HA groups that wait for a restart.
pub(super) fn waiting(cloud: &Simulator) -> BTreeSet<String> {
    let instances = cloud.instances().into_iter();
    let instances = instances.filter(|it| it.status == WAITING && it.ha_id.is_none());
    let groups = cloud.ha_groups().into_iter().filter(|it| it.state == WAITING);
    instances.map(|it| it.id).chain(groups.map(|it| it.id)).collect()
}

impl Oracle {
    /// Judges the restarts that a command has made, and those that it has not.
    pub(super) fn restarts(&mut self, when: &str, before: &Before, after: &After<'_>) {
        self.missing_restarts(when, before, after);
        for (id, waited) in restarted(after) {
            for what in undue(id, waited, before, after) {
                self.find(Outcome::Damaged, format!("{when}: {id} was restarted, {what}"));
            }
        }
    }

    /// An apply that succeeds owes no restart any more, but for those that are left to a person.
    fn missing_restarts(&mut self, when: &str, before: &Before, after: &After<'_>) {
        // What waits since a command owes to that command what it waits for.
        self.owed.extend(after.waiting.difference(&before.waiting).cloned());
        self.owed.retain(|id| after.waiting.contains(id));
        if !is_settled(after) {
            return;
        }
        for object in after.objects.iter().filter(|it| !it.tainted) {
            let Some(id) = object.text("id").filter(|id| self.owed.contains(*id)) else { continue };
            if is_restarted_by_hand(object) {
                self.owed.remove(id);
            } else {
                let what = format!("{when}: {} still waits for its restart", object.address);
                self.find(Outcome::Stuck, what);
            }
        }
    }
}

/// What is wrong with the restart of an instance, which waited for one or not.
fn undue(id: &str, waited: bool, before: &Before, after: &After<'_>) -> Vec<&'static str> {
    let group =
        |census: &Census| census.get(id).and_then(|it| it.facts.get("configuration_id").cloned());
    let object = after.objects.iter().find(|it| it.text("id") == Some(id));
    let by_hand = object.is_some_and(is_restarted_by_hand);
    let faults = [
        (!before.state.values().any(|it| it == id), "and somebody else manages it"),
        (after.undisturbed && !waited, "and nothing waited for that"),
        // From one group to another there is no way without.
        (
            is_settled(after) && by_hand && group(&before.census) == group(after.census),
            "which is left to a person",
        ),
    ];
    faults.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect()
}

fn is_settled(after: &After<'_>) -> bool {
    after.command == Command::Apply && after.result.succeeded() && !after.late
}

fn is_restarted_by_hand(object: &StateObject) -> bool {
    object.text("restart") == Some("manual")
}

/// The instances and the HA groups that a command has restarted, or has tried to, and whether they waited for that.
fn restarted<'a>(after: &'a After<'_>) -> impl Iterator<Item = (&'a str, bool)> {
    let restarts = after.requests.iter().filter(|it| it.body.get("restart").is_some());
    restarts.filter_map(|it| {
        let id = it.call.strip_prefix("/instances/").or(it.call.strip_prefix("/ha/"))?;
        let id = id.strip_suffix("/action")?;
        Some((id, it.instance_status.as_deref() == Some(WAITING)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::CommandResult;
    use crate::oracle::Naming;

    const ID: &str = "11111111";

    /// What is found when a successful apply finds an instance that waits or not, and leaves one that does
    /// or not; the restart is owed to a command before it, or not.
    fn judged(owed: bool, waited: bool, waits: bool, restart: &str) -> Vec<Outcome> {
        let set = |waits: bool| BTreeSet::from_iter(waits.then(|| ID.to_owned()));
        let before = Before { waiting: set(waited), ..Before::default() };
        let (census, namesakes) = (Census::new(), BTreeSet::new());
        let object = StateObject {
            address: "rackspace_db_instance.a".into(),
            tainted: false,
            attributes: json!({ "id": ID, "restart": restart }),
        };
        let after = After {
            census: &census,
            waiting: &set(waits),
            objects: &[object],
            result: &CommandResult::default(),
            requests: &[],
            naming: Naming::Id,
            namesakes: &namesakes,
            undisturbed: true,
            denied: false,
            doubt: None,
            late: false,
            command: Command::Apply,
            read: None,
        };
        let mut oracle = Oracle::default();
        oracle.owed = set(owed);
        oracle.restarts("apply", &before, &after);
        oracle.findings.iter().map(|finding| finding.outcome).collect()
    }

    #[test]
    fn an_apply_owes_the_restarts_that_commands_have_made_necessary() {
        assert_eq!(judged(false, false, true, "automatic"), [Outcome::Stuck]);
        assert_eq!(judged(true, true, true, "parallel"), [Outcome::Stuck]);
        assert_eq!(judged(true, true, false, "automatic"), []);
        assert_eq!(judged(false, false, true, "manual"), [], "a person restarts it");
        assert_eq!(judged(false, true, true, "automatic"), [], "somebody else made it wait");
    }
}
