//! Restarts: which instances wait for one, and who owes it.

use std::collections::BTreeSet;

use clouddb_sim::Simulator;

use super::census::Census;
use super::oracle::{After, Before, Oracle};
use crate::oracle::Outcome;

/// The status of an instance whose settings take effect at its next restart.
const WAITING: &str = "RESTART_REQUIRED";

/// The instances that wait for a restart.
pub(super) fn waiting(cloud: &Simulator) -> BTreeSet<String> {
    cloud.instances().into_iter().filter(|it| it.status == WAITING).map(|it| it.id).collect()
}

impl Oracle {
    /// An apply that succeeds owes no restart any more, but for those that are left to a person. Nothing is
    /// restarted that does not wait for it, and nothing that somebody else manages.
    pub(super) fn restarts(&mut self, when: &str, before: &Before, after: &After<'_>) {
        // What waits since a command owes to that command what it waits for.
        self.owed.extend(after.waiting.difference(&before.waiting).cloned());
        self.owed.retain(|id| after.waiting.contains(id));
        let settled = after.applies && after.result.succeeded() && !after.late;
        let mut found = Vec::new();
        for object in after.objects.iter().filter(|it| !it.tainted) {
            let Some(id) = object.text("id").filter(|id| self.owed.contains(*id)) else { continue };
            let by_hand = object.text("restart") == Some("manual");
            if settled && by_hand {
                self.owed.remove(id);
            } else if settled {
                let what = format!("{when}: {} still waits for its restart", object.address);
                found.push((Outcome::Stuck, what));
            }
        }
        for id in restarted(after) {
            let object = after.objects.iter().find(|it| it.text("id") == Some(id));
            if !before.state.values().any(|it| it == id) {
                found.push((Outcome::Damaged, format!("{when}: {id} of others was restarted")));
            }
            let group = |census: &Census| {
                census.get(id).and_then(|it| it.facts.get("configuration_id").cloned())
            };
            let by_hand = object.is_some_and(|it| it.text("restart") == Some("manual"));
            if settled && by_hand && group(&before.census) == group(after.census) {
                let what = format!("{when}: {id} was restarted, which is left to a person");
                found.push((Outcome::Damaged, what));
            }
        }
        for (outcome, what) in found {
            self.find(outcome, what);
        }
    }
}

/// The instances that a command has restarted, or has tried to.
fn restarted<'a>(after: &'a After<'_>) -> impl Iterator<Item = &'a str> {
    let restarts = after.requests.iter().filter(|it| it.body.get("restart").is_some());
    restarts.filter_map(|it| it.call.strip_prefix("/instances/")?.strip_suffix("/action"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::{CommandResult, StateObject};
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
            late: false,
            applies: true,
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
