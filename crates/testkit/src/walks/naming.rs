//! Which things messages name.

use std::collections::BTreeMap;

use super::census::{Thing, place_of};
use super::label::Kind;
use crate::oracle::Naming;
use crate::scenario::{Block, reference};

/// Whether a text tells which thing is meant. What has no name goes by its instance.
pub(super) fn is_named(text: &str, id: &str, thing: &Thing, naming: Naming) -> bool {
    let places = place_of(id, thing).into_iter().chain(thing.within.as_deref());
    let within = places.into_iter().any(|place| text.contains(place));
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
    let place = text("instance_id").or(text("ha_group_id"))?;
    referred(place, after).or_else(|| referred(place, before)).cloned()
}

/// What a reference stands for. `state` has the IDs by address, and those of the sources of HA groups.
pub(super) fn referred<'a>(text: &str, state: &'a BTreeMap<String, String>) -> Option<&'a String> {
    let (address, attribute) = reference(text)?;
    match attribute.as_str() {
        "id" => state.get(&address),
        _ => state.get(&format!("{address}.{attribute}")),
    }
}
