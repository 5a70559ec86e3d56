//! The laws that no rule is forgotten: the schemas and the source say which rules there are.

use std::path::{Path, PathBuf};

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider;
use tfplug::schema::{Attribute, Kind, Schema, Timeouts};

use super::rule::Rule;

/// Summaries of what no configuration does wrong: the instance or its backup is broken or gone, or
/// an apply says what it has done.
const NO_RULES: [&str; 5] = [
    "No final backup is possible",
    "No final backup of instance \"{}\"",
    "The final backup of {} failed, so nothing was deleted",
    "Final backup \"{name}\" was taken: {}",
    "The instance will be restarted",
];

#[test]
fn every_rule_of_a_schema_has_an_entry() {
    let rules = super::all();
    let mut missing = without_entry("provider", "rackspace", &Rackspace.schema(), &rules);
    for resource in Rackspace.resources() {
        missing.extend(without_entry("resource", resource.name(), &resource.schema(), &rules));
    }
    for source in Rackspace.data_sources() {
        missing.extend(without_entry("data", source.name(), &source.schema(), &rules));
    }

    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
    let none = without_entry("provider", "rackspace", &Rackspace.schema(), &[]);
    assert_eq!(none.len(), 2, "without entries each rule is missing: {none:?}");
}

#[test]
fn every_message_in_the_source_has_an_entry() {
    let rules = super::all();
    let mut missing = Vec::new();
    let mut seen = 0;
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let (messages, shown): (_, Vec<&String>) = if file.ends_with("src/rules.rs") {
            (sentences(code), rules.iter().map(|rule| &rule.detail).collect())
        } else {
            (summaries(code), rules.iter().map(|rule| &rule.summary).collect())
        };
        seen += messages.len();
        let unseen = messages.into_iter().filter(|message| {
            !NO_RULES.contains(&message.as_str()) && !shown.iter().any(|it| fits(it, message))
        });
        missing.extend(unseen.map(|message| format!("{}: {message}", file.display())));
    }

    assert!(seen > 40, "the source is not read: {seen}");
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}

#[test]
fn messages_are_found_in_source_text() {
    let code = "// \"A comment.\"\n const X: [char; 2] = ['\"', '\\''];\n Err(format!(\"No \\\"{x}\\\" \\\n   here.\"));\n Diagnostic::error(\"Bad\") Diagnostic::warning(format!(\n \"Two {x}\")) Diagnostic::error(doing)";

    assert_eq!(sentences(code), ["No \"{x}\" here."]);
    assert_eq!(summaries(code), ["Bad", "Two {x}"]);
    assert!(fits("xNo \"7\" here.", "No \"{x}\" here."));
    assert!(!fits("No \"7\" there.", "No \"{x}\" here."));
}

fn without_entry(kind: &str, name: &str, schema: &Schema, rules: &[Rule]) -> Vec<String> {
    let mut wanted = Vec::new();
    for (attribute, it) in schema.attributes() {
        collect(attribute, it, &mut wanted);
    }
    for (operation, _) in schema.timeouts_block().into_iter().flat_map(Timeouts::operations) {
        wanted.push((format!("timeouts.{}", operation.name()), "is not a duration".to_owned()));
    }
    let has = |attribute: &str, words: &str| {
        rules.iter().any(|rule| {
            (rule.frame.kind, rule.frame.name, rule.attribute) == (kind, name, attribute)
                && rule.detail.contains(words)
        })
    };
    wanted
        .into_iter()
        .filter(|(attribute, words)| !has(attribute, words))
        .map(|(attribute, words)| format!("{kind} {name}: no entry for {attribute}: {words}"))
        .collect()
}

/// The rules of an attribute, of its elements and of what is inside it.
fn collect(path: &str, attribute: &Attribute, wanted: &mut Vec<(String, String)>) {
    if !attribute.is_required() && !attribute.is_optional() {
        return;
    }
    let mut must = |words: &str| wanted.push((path.to_owned(), format!("must be {words}")));
    if matches!(attribute.kind(), Kind::Number { whole: true }) {
        must("a whole number");
    }
    let elements = attribute.element().map(Attribute::rules).unwrap_or_default();
    for rule in attribute.rules().iter().chain(elements) {
        must(rule.description());
    }
    for (name, inner) in attribute.nested() {
        collect(&format!("{path}.{name}"), inner, wanted);
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| !path.ends_with("tests.rs"))
        .collect()
}

/// The texts of a source file that are sentences.
fn sentences(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (_, from) = rest.split_at(at);
        if from.starts_with("//") {
            rest = from.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(quoted) = from.strip_prefix('"') {
            let (text, after) = literal(quoted);
            found.push(text);
            rest = after;
        } else {
            // A character, such as '"'; a lifetime has no closing quote so near.
            let character = from.char_indices().skip(2).take(2).find(|(_, c)| *c == '\'');
            (_, rest) = from.split_at(character.map_or(1, |(end, _)| end + 1));
        }
    }
    found.retain(|text| text.contains(' ') && text.ends_with('.'));
    found
}

/// The summaries that the file gives to its diagnostics.
fn summaries(code: &str) -> Vec<String> {
    ["Diagnostic::error(", "Diagnostic::warning("]
        .into_iter()
        .flat_map(|start| code.split(start).skip(1))
        .filter_map(|argument| {
            let argument = argument.trim_start();
            let argument = argument.strip_prefix("format!(").unwrap_or(argument).trim_start();
            argument.strip_prefix('"').map(|quoted| literal(quoted).0)
        })
        .collect()
}

/// A string literal without its opening quote, and what comes after it.
fn literal(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = quoted;
    while let Some((before, after)) = rest.split_once(['"', '\\']) {
        text.push_str(before);
        if !rest.split_at(before.len()).1.starts_with('\\') {
            return (text, after);
        }
        if let Some(next) = after.strip_prefix('\n') {
            rest = next.trim_start();
        } else {
            let mut escaped = after.chars();
            text.extend(escaped.next().map(|c| if c == 'n' { '\n' } else { c }));
            rest = escaped.as_str();
        }
    }
    panic!("a text without an end: {quoted}")
}

/// Whether the text is what the format makes of some values.
fn fits(text: &str, format: &str) -> bool {
    let mut rest = text;
    format.split('{').enumerate().all(|(number, piece)| {
        let piece = if number == 0 { piece } else { piece.split_once('}').unwrap().1 };
        let found = rest.split_once(piece);
        rest = found.map_or("", |(_, after)| after);
        found.is_some()
    })
}
