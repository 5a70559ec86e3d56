//! The laws about what the provider offers: everything is described and shown. That everything is
//! tested is a law of the catalogue, which the tests read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider;
use tfplug::schema::{Attribute, Schema, object, string};

use crate::obeyed;
use crate::tree;

/// What users write: a resource or a data source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noun {
    Resource,
    DataSource,
}

/// Everything that the provider has registered.
pub(crate) fn registered() -> Vec<(Noun, &'static str, Schema)> {
    let resources = Rackspace.resources();
    let sources = Rackspace.data_sources();
    let resources = resources.iter().map(|it| (Noun::Resource, it.name(), it.schema()));
    let sources = sources.iter().map(|it| (Noun::DataSource, it.name(), it.schema()));
    resources.chain(sources).collect()
}

#[test]
fn everything_registered_has_code_examples_and_a_page() {
    let nouns: Vec<_> = registered().into_iter().map(|(noun, name, _)| (noun, name)).collect();
    let files: BTreeSet<_> = tree::files().into_iter().collect();
    let mut offences = missing(&nouns, &files);
    offences.extend(superfluous(&nouns, &files));

    assert!(nouns.len() >= 13, "the registry is empty or cut short");
    obeyed(&offences);
}

#[test]
fn a_gap_is_found() {
    let nouns = [(Noun::Resource, "rackspace_db_thing"), (Noun::DataSource, "rackspace_db_things")];
    let all: BTreeSet<PathBuf> =
        nouns.iter().flat_map(|(noun, name)| expected(*noun, name)).collect();
    assert!(missing(&nouns, &all).is_empty());
    assert!(superfluous(&nouns, &all).is_empty());
    for file in &all {
        let mut files = all.clone();
        files.remove(file);
        assert_eq!(missing(&nouns, &files).len(), 1, "{}", file.display());
    }

    let mut files = all;
    files.insert("examples/resources/rackspace_db_gone/resource.tf".into());
    assert_eq!(superfluous(&nouns, &files).len(), 1);
}

/// The name without what all names share: that of the source file.
fn short(name: &str) -> &str {
    name.strip_prefix("rackspace_db_").unwrap_or(name)
}

fn expected(noun: Noun, name: &str) -> Vec<PathBuf> {
    let (short, page) = (short(name), name.strip_prefix("rackspace_").unwrap_or(name));
    let paths = match noun {
        Noun::Resource => vec![
            format!("src/resources/{short}.rs"),
            format!("examples/resources/{name}/resource.tf"),
            format!("examples/resources/{name}/import.sh"),
            format!("examples/resources/{name}/import-by-string-id.tf"),
            format!("docs/resources/{page}.md"),
        ],
        Noun::DataSource => vec![
            format!("src/data_sources/{short}.rs"),
            format!("examples/data-sources/{name}/data-source.tf"),
            format!("docs/data-sources/{page}.md"),
        ],
    };
    paths.into_iter().map(PathBuf::from).collect()
}

fn missing(nouns: &[(Noun, &str)], files: &BTreeSet<PathBuf>) -> Vec<String> {
    let mut offences = Vec::new();
    for (noun, name) in nouns {
        for file in expected(*noun, name) {
            if !files.contains(&file) {
                offences.push(format!("{name} has no {}", file.display()));
            }
        }
    }
    offences
}

/// Examples of what is not registered, or not any more.
fn superfluous(nouns: &[(Noun, &str)], files: &BTreeSet<PathBuf>) -> Vec<String> {
    let known: Vec<_> = nouns
        .iter()
        .map(|(noun, name)| match noun {
            Noun::Resource => Path::new("examples/resources").join(name),
            Noun::DataSource => Path::new("examples/data-sources").join(name),
        })
        .collect();
    files
        .iter()
        .filter(|it| {
            it.starts_with("examples/resources") || it.starts_with("examples/data-sources")
        })
        .filter(|it| !known.iter().any(|folder| it.starts_with(folder)))
        .map(|it| format!("{}: nothing of that name is registered", it.display()))
        .collect()
}

#[test]
fn every_schema_is_sound_and_described_in_sentences() {
    let mut offences = undescribed("the provider", &Rackspace.schema());
    for (_, name, schema) in registered() {
        offences.extend(undescribed(name, &schema));
    }
    obeyed(&offences);
}

#[test]
fn a_missing_description_a_missing_full_stop_and_an_unsound_schema_are_found() {
    let nested = object().attribute("b", string().optional().describe("No stop"));
    let schema = Schema::new("A thing.")
        .attribute("a", nested.optional().describe("Fine."))
        .attribute("c", string().required().optional());

    let offences = undescribed("x", &schema);

    for place in ["x a.b", "x c"] {
        assert!(offences.iter().any(|it| it.starts_with(&format!("{place}: "))), "{offences:?}");
    }
    assert!(offences.len() > 2, "a required optional attribute is unsound: {offences:?}");
}

fn undescribed(name: &str, schema: &Schema) -> Vec<String> {
    let mut offences = schema.check().err().unwrap_or_default();
    offences.extend(not_a_sentence(name, schema.description()));
    for (attribute_name, attribute) in schema.attributes() {
        describe_all(&format!("{name} {attribute_name}"), attribute, &mut offences);
    }
    offences
}

fn describe_all(place: &str, attribute: &Attribute, offences: &mut Vec<String>) {
    offences.extend(not_a_sentence(place, attribute.description()));
    for (name, inner) in attribute.nested() {
        describe_all(&format!("{place}.{name}"), inner, offences);
    }
}

fn not_a_sentence(place: &str, text: &str) -> Option<String> {
    (!text.trim_end().ends_with('.'))
        .then(|| format!("{place}: the description does not end in a full stop: \"{text}\""))
}
