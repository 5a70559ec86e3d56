//! The laws about what the provider offers: everything is described and shown. That everything is
//! tested is a law of the catalogue, which the tests read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use terraform_provider_rackspace::Rackspace;
use tfplug::schema::{Attribute, Schema, object, string};
use tfplug::{Function, FunctionError, Parameter, Provider, Signature};

use crate::obeyed;
use crate::tree;

/// What users write: a resource, a data source, an ephemeral resource, a list resource, an action or a
/// call of a function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noun {
    Resource,
    DataSource,
    EphemeralResource,
    ListResource,
    Action,
    Function,
}

/// Everything that the provider has registered.
pub(crate) fn registered() -> Vec<(Noun, &'static str)> {
    let resources = Rackspace.resources();
    let sources = Rackspace.data_sources();
    let ephemeral = Rackspace.ephemeral_resources();
    let lists = Rackspace.list_resources();
    let actions = Rackspace.actions();
    let functions = Rackspace.functions();
    let resources = resources.iter().map(|it| (Noun::Resource, it.name()));
    let sources = sources.iter().map(|it| (Noun::DataSource, it.name()));
    let ephemeral = ephemeral.iter().map(|it| (Noun::EphemeralResource, it.name()));
    let lists = lists.iter().map(|it| (Noun::ListResource, it.name()));
    let actions = actions.iter().map(|it| (Noun::Action, it.name()));
    let functions = functions.iter().map(|it| (Noun::Function, it.name()));
    let all = resources.chain(sources).chain(ephemeral).chain(lists);
    all.chain(actions).chain(functions).collect()
}

/// The schemas of what has one.
fn schemas() -> Vec<(&'static str, Schema)> {
    let resources = Rackspace.resources();
    let sources = Rackspace.data_sources();
    let ephemeral = Rackspace.ephemeral_resources();
    let lists = Rackspace.list_resources();
    let actions = Rackspace.actions();
    let resources = resources.iter().map(|it| (it.name(), it.schema()));
    let sources = sources.iter().map(|it| (it.name(), it.schema()));
    let ephemeral = ephemeral.iter().map(|it| (it.name(), it.schema()));
    let lists = lists.iter().map(|it| (it.name(), it.schema()));
    let actions = actions.iter().map(|it| (it.name(), it.schema()));
    resources.chain(sources).chain(ephemeral).chain(lists).chain(actions).collect()
}

#[test]
fn everything_registered_has_code_examples_and_a_page() {
    let nouns = registered();
    let files: BTreeSet<_> = tree::files().into_iter().collect();
    let mut offences = missing(&nouns, &files);
    offences.extend(superfluous(&nouns, &files));

    assert!(nouns.len() >= 26, "the registry is empty or cut short");
    obeyed(&offences);
}

#[test]
fn a_gap_is_found() {
    let nouns = [
        (Noun::Resource, "rackspace_db_thing"),
        (Noun::DataSource, "rackspace_db_things"),
        (Noun::EphemeralResource, "rackspace_thing"),
        (Noun::ListResource, "rackspace_db_thing"),
        (Noun::Action, "rackspace_db_thing_do"),
        (Noun::Function, "thing_of"),
    ];
    let all: BTreeSet<PathBuf> =
        nouns.iter().flat_map(|(noun, name)| expected(*noun, name)).collect();
    assert!(missing(&nouns, &all).is_empty());
    assert!(superfluous(&nouns, &all).is_empty());
    for file in &all {
        let mut files = all.clone();
        files.remove(file);
        assert_eq!(missing(&nouns, &files).len(), 1, "{}", file.display());
    }

    for gone in [
        "resources/rackspace_db_gone/resource.tf",
        "ephemeral-resources/rackspace_gone/ephemeral-resource.tf",
        "list-resources/rackspace_db_gone/list-resource.tfquery.hcl",
        "actions/rackspace_db_gone/action.tf",
        "functions/gone/function.tf",
    ] {
        let mut files = all.clone();
        files.insert(Path::new("examples").join(gone));
        assert_eq!(superfluous(&nouns, &files).len(), 1, "{gone}");
    }
}

/// The name without what all names share: that of the source file.
fn short(name: &str) -> &str {
    let own = name.strip_prefix("rackspace_").unwrap_or(name);
    own.strip_prefix("db_").unwrap_or(own)
}

fn expected(noun: Noun, name: &str) -> Vec<PathBuf> {
    let (short, page) = (short(name), name.strip_prefix("rackspace_").unwrap_or(name));
    let paths = match noun {
        Noun::Resource => vec![
            format!("src/resources/{short}.rs"),
            format!("examples/resources/{name}/resource.tf"),
            format!("examples/resources/{name}/import.sh"),
            format!("examples/resources/{name}/import-by-string-id.tf"),
            format!("examples/resources/{name}/import-by-identity.tf"),
            format!("docs/resources/{page}.md"),
        ],
        Noun::DataSource => vec![
            format!("src/data_sources/{short}.rs"),
            format!("examples/data-sources/{name}/data-source.tf"),
            format!("docs/data-sources/{page}.md"),
        ],
        Noun::EphemeralResource => vec![
            format!("src/ephemeral_resources/{short}.rs"),
            format!("examples/ephemeral-resources/{name}/ephemeral-resource.tf"),
            format!("docs/ephemeral-resources/{page}.md"),
        ],
        Noun::ListResource => vec![
            format!("src/list_resources/{short}.rs"),
            format!("examples/list-resources/{name}/list-resource.tfquery.hcl"),
            format!("docs/list-resources/{page}.md"),
        ],
        Noun::Action => vec![
            format!("src/actions/{short}.rs"),
            format!("examples/actions/{name}/action.tf"),
            format!("docs/actions/{page}.md"),
        ],
        Noun::Function => vec![
            format!("src/functions/{name}.rs"),
            format!("examples/functions/{name}/function.tf"),
            format!("docs/functions/{name}.md"),
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

/// The folder of the examples of all that is of one kind.
fn examples(noun: Noun) -> &'static Path {
    Path::new(match noun {
        Noun::Resource => "examples/resources",
        Noun::DataSource => "examples/data-sources",
        Noun::EphemeralResource => "examples/ephemeral-resources",
        Noun::ListResource => "examples/list-resources",
        Noun::Action => "examples/actions",
        Noun::Function => "examples/functions",
    })
}

/// Examples of what is not registered, or not any more.
fn superfluous(nouns: &[(Noun, &str)], files: &BTreeSet<PathBuf>) -> Vec<String> {
    let kinds = [
        Noun::Resource,
        Noun::DataSource,
        Noun::EphemeralResource,
        Noun::ListResource,
        Noun::Action,
        Noun::Function,
    ];
    let known: Vec<_> = nouns.iter().map(|(noun, name)| examples(*noun).join(name)).collect();
    files
        .iter()
        .filter(|it| kinds.iter().any(|noun| it.starts_with(examples(*noun))))
        .filter(|it| !known.iter().any(|folder| it.starts_with(folder)))
        .map(|it| format!("{}: nothing of that name is registered", it.display()))
        .collect()
}

#[test]
fn every_schema_is_sound_and_described_in_sentences() {
    let mut offences = undescribed("the provider", &Rackspace.schema());
    for (name, schema) in schemas() {
        offences.extend(undescribed(name, &schema));
    }
    obeyed(&offences);
}

#[test]
fn every_function_is_sound_and_described_in_sentences() {
    let functions = Rackspace.functions();
    let all = functions.iter().map(|it| unclear(it.name(), &it.signature()));
    obeyed(&all.flatten().collect::<Vec<_>>());
}

/// Describes nothing.
struct Unclear;

impl Function for Unclear {
    type Arguments = (String,);
    type Output = String;
    const NAME: &'static str = "Unclear";
    const SUMMARY: &'static str = "A stop.";
    const DESCRIPTION: &'static str = "No stop";

    fn parameters(&self) -> [Parameter; 1] {
        [Parameter::new("a", "")]
    }

    fn call(&self, (text,): (String,)) -> Result<String, FunctionError> {
        Ok(text)
    }
}

#[test]
fn an_unclear_function_is_found() {
    let offences = unclear("f", &tfplug::function(Unclear).signature());

    assert_eq!(offences.len(), 4, "{offences:?}");
}

fn unclear(name: &str, signature: &Signature) -> Vec<String> {
    let mut offences = signature.check().err().unwrap_or_default();
    if signature.summary().ends_with('.') {
        offences.push(format!("{name}: the summary is a line without a full stop"));
    }
    offences.extend(not_a_sentence(name, signature.description()));
    for parameter in signature.parameters() {
        let place = format!("{name} {}", parameter.name());
        offences.extend(not_a_sentence(&place, parameter.description()));
    }
    offences
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
