//! Which things messages name.

use std::collections::{BTreeMap, BTreeSet};

use super::census::{Thing, place_of};
use super::label::Kind;
use super::oracle::{After, Before, Oracle, ids};
use super::roots::root_of;
use crate::oracle::{Naming, Outcome};
use crate::scenario::{Block, reference};

/// Whether a text tells which thing is meant. What has no name goes by its instance.
pub(super) fn is_named(text: &str, id: &str, thing: &Thing, naming: Naming) -> bool {
    let within = place_of(id, thing).is_some_and(|instance| text.contains(instance));
    let by_name = naming == Naming::Name;
    match thing.kind {
        Kind::Root => within && text.to_lowercase().contains("root"),
        Kind::Schedule => text.contains(id) || (by_name && within && text.contains("schedule")),
        _ => {
            let key = id.split_once('/').map_or(thing.name.as_str(), |(_, key)| key);
            let quoted = [&thing.name, key].map(|name| format!("\"{name}\""));
            let named = quoted.iter().any(|name| text.contains(name));
            let inside = id.contains('/') && within;
            text.contains(id) || (named && (inside || by_name))
        }
    }
}

/// The thing, for a finding.
pub(super) fn shown(id: &str, thing: &Thing) -> String {
    format!("{} \"{}\" ({id})", thing.kind.resource(), thing.name)
}

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
    let (address, _) = reference(text("instance_id")?)?;
    let instance = state.get(&address)?;
    if block.kind == Kind::Root.resource() {
        return Some(root_of(instance));
    }
    let name = text("name")?;
    if block.kind != Kind::User.resource() {
        return Some(format!("{instance}/{name}"));
    }
    Some(format!("{instance}/{name}@{}", text("host").unwrap_or("%")))
}

/// What a planned thing goes by: its name, or the ID of its instance.
pub(super) fn planned_name(block: &Block, before: &Before, after: &After<'_>) -> Option<String> {
    let text = |attribute: &str| block.body.get(attribute).and_then(|it| it.as_str());
    if let Some(name) = text("name") {
        return Some(name.to_owned());
    }
    let (address, _) = reference(text("instance_id")?)?;
    let now = ids(after.objects);
    now.get(&address).or_else(|| before.state.get(&address)).cloned()
}
