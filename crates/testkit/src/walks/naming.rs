//! Which things messages name.

use std::collections::BTreeMap;

use super::census::{Thing, place_of};
use super::label::Kind;
use crate::oracle::Naming;
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

/// What a planned thing goes by: its name, or the ID of its instance, which is known by its address.
pub(super) fn planned_name(
    block: &Block,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Option<String> {
    let text = |attribute: &str| block.body.get(attribute).and_then(|it| it.as_str());
    if let Some(name) = text("name") {
        return Some(name.to_owned());
    }
    let (address, _) = reference(text("instance_id")?)?;
    after.get(&address).or_else(|| before.get(&address)).cloned()
}
