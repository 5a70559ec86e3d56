//! What the catalogue lacks, and what it has too much, beside the schemas of the provider.

use std::collections::BTreeSet;

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider as _;
use tfplug::schema::{Attribute as InSchema, Kind, Schema, Timeouts};

use super::attribute::{Attribute, Change, Given, Secrecy};
use super::entry::{Block, Entry};

/// Everything that the provider has registered.
pub fn registered() -> Vec<(Block, &'static str, Schema)> {
    let mut all = vec![(Block::Provider, Rackspace::NAME, Rackspace.schema())];
    all.extend(Rackspace.resources().iter().map(|it| (Block::Resource, it.name(), it.schema())));
    all.extend(Rackspace.data_sources().iter().map(|it| (Block::Data, it.name(), it.schema())));
    all
}

/// A sentence for each difference between the catalogue and what is registered, with the file that
/// it is to be mended in.
pub fn differences(registered: &[(Block, &'static str, Schema)], entries: &[Entry]) -> Vec<String> {
    let mut found = Vec::new();
    for (block, name, schema) in registered {
        match entries.iter().find(|it| it.block == *block && it.name == *name) {
            Some(entry) => found.extend(of_entry(entry, schema)),
            None => found.push(format!(
                "{name}: there is no entry of it; write crates/testkit/src/catalogue/{}.rs and its line in crates/testkit/src/catalogue.rs",
                name.strip_prefix("rackspace_db_").unwrap_or(name)
            )),
        }
    }
    let is_registered = |it: &&Entry| {
        registered.iter().any(|(block, name, _)| it.block == *block && it.name == *name)
    };
    let superfluous = entries.iter().filter(|it| !is_registered(it));
    found.extend(
        superfluous.map(|it| format!("{}: nothing named {} is registered", it.file, it.name)),
    );
    found
}

fn of_entry(entry: &Entry, schema: &Schema) -> Vec<String> {
    let mut wanted = Vec::new();
    for (name, attribute) in schema.attributes() {
        flatten(name, attribute, &mut wanted);
    }
    let timeouts = schema.timeouts_block().into_iter().flat_map(Timeouts::operations);
    let timeouts: Vec<String> =
        timeouts.map(|(operation, _)| format!("timeouts.{}", operation.name())).collect();
    let known: BTreeSet<&str> = wanted
        .iter()
        .map(|(name, _)| name.as_str())
        .chain(timeouts.iter().map(String::as_str))
        .collect();
    let kind = if entry.block == Block::Data { "data source " } else { "" };
    let place = |what: &str| format!("{}: {kind}{} {what}", entry.file, entry.name);
    let mut found = Vec::new();
    for name in known.iter().filter(|name| entry.attribute(name).is_none()) {
        found.push(place(&format!("has the attribute {name}: add it")));
    }
    for it in entry.attributes.iter().filter(|it| !known.contains(it.name.as_str())) {
        found.push(place(&format!("has no attribute {}: remove it", it.name)));
    }
    for (name, in_schema) in &wanted {
        let Some(it) = entry.attribute(name) else { continue };
        let wrong = [
            flags(it, in_schema),
            decision(entry, it, in_schema),
            unbroken(entry, name, in_schema),
        ];
        found.extend(wrong.into_iter().flatten().map(|what| place(&format!("{name}: {what}"))));
    }
    for name in &timeouts {
        let broken = entry.refusals().any(|it| it.about == *name);
        found.extend((!broken).then(|| place(&format!("{name}: give it a value that is refused"))));
    }
    found
}

/// An attribute with what is inside it, each with its path.
fn flatten<'a>(path: &str, attribute: &'a InSchema, all: &mut Vec<(String, &'a InSchema)>) {
    all.push((path.to_owned(), attribute));
    for (name, inner) in attribute.nested() {
        flatten(&format!("{path}.{name}"), inner, all);
    }
}

/// Who gives the value, and whether it is a secret.
fn flags(it: &Attribute, in_schema: &InSchema) -> Vec<String> {
    let given = match (in_schema.is_required(), in_schema.is_optional()) {
        (true, _) => Given::Required,
        (_, true) => Given::Optional,
        _ => Given::Computed,
    };
    let secrecy = match (in_schema.is_sensitive(), in_schema.is_write_only()) {
        (false, false) => Secrecy::None,
        (_, false) => Secrecy::Sensitive,
        (_, true) => Secrecy::WriteOnly,
    };
    let mut wrong = Vec::new();
    if it.given != given {
        wrong.push(format!("the schema says {given:?}, the catalogue {:?}", it.given));
    }
    if it.secrecy != secrecy {
        wrong.push(format!(
            "the schema says {secrecy:?} of its secrecy, the catalogue {:?}",
            it.secrecy
        ));
    }
    wrong
}

/// What a change does, of each attribute of a resource that has a value of its own; and the
/// description must say it, because a user reads that.
fn decision(entry: &Entry, it: &Attribute, in_schema: &InSchema) -> Vec<String> {
    let is_outer = in_schema.nested().next().is_some();
    let decided = it.change.as_ref().map(|(change, _)| *change);
    if entry.block != Block::Resource || !it.is_given() || is_outer {
        let superfluous = decided.is_some() && !is_outer;
        return superfluous.then(|| "nobody can change it".to_owned()).into_iter().collect();
    }
    let Some(change) = decided else {
        return vec!["say what a change of it does, and show another value".to_owned()];
    };
    let says = in_schema.description().to_lowercase().contains("changing it replaces the");
    if says == (change == Change::Replaces) {
        return Vec::new();
    }
    vec!["its description does not say whether changing it replaces the object".to_owned()]
}

/// The validators for which no refused value is shown.
fn unbroken(entry: &Entry, name: &str, in_schema: &InSchema) -> Vec<String> {
    if !in_schema.is_required() && !in_schema.is_optional() {
        return Vec::new();
    }
    let whole =
        matches!(in_schema.kind(), Kind::Number { whole: true }).then_some("a whole number");
    let elements = in_schema.element().map(InSchema::validators).unwrap_or_default();
    let rules =
        in_schema.validators().iter().chain(elements).map(tfplug::schema::Validator::description);
    whole
        .into_iter()
        .chain(rules)
        .filter(|must_be| {
            let words = format!("must be {must_be}");
            !entry.refusals().any(|it| it.about == name && it.detail.contains(&words))
        })
        .map(|must_be| format!("show a value that is refused because it is not {must_be}"))
        .collect()
}

#[cfg(test)]
mod tests;
