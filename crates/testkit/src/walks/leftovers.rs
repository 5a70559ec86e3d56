//! What a command has made and the state does not hold.

use std::collections::{BTreeMap, BTreeSet};

use super::census::root_of;
use super::label::Kind;
use super::naming::{referred, shown};
use super::oracle::{After, Before, Oracle};
use crate::oracle::{Naming, Outcome};
use crate::scenario::Block;

impl Oracle {
    /// What a command has made is in the state, or is named: by a message, or, where the message may
    /// have been lost on its way, by the plan itself, which shows the ID of what is to have a key.
    pub(super) fn names(
        &mut self,
        when: &str,
        blocks: &[Block],
        before: &Before,
        after: &After<'_>,
    ) {
        let planned: BTreeSet<String> = blocks
            .iter()
            .filter(|block| after.result.creates.contains(&block.address()))
            .filter_map(|block| keyed_id(block, &before.state))
            .collect();
        for (id, since) in self.leftovers(after.objects) {
            let Some(thing) = after.census.get(&id) else { continue };
            if !self.is_told(&id, thing, since, after.naming)
                && (after.undisturbed || !planned.contains(&id))
                && after.naming != Naming::Nothing
                && !self.is_typed(&id)
            {
                let what = format!("{when}: nobody names {}", shown(&id, thing));
                self.find(Outcome::Lost, what);
            }
        }
    }
}

/// The ID that a database, a user or a root user will have.
fn keyed_id(block: &Block, state: &BTreeMap<String, String>) -> Option<String> {
    let text = |attribute: &str| block.body.get(attribute).and_then(|it| it.as_str());
    let instance = referred(text("instance_id")?, state)?;
    if block.kind == Kind::Root.resource() {
        return Some(root_of(instance));
    }
    let name = text("name")?;
    if block.kind != Kind::User.resource() {
        return Some(format!("{instance}/{name}"));
    }
    Some(format!("{instance}/{name}@{}", text("host").unwrap_or("%")))
}
