//! The law that every message about a configuration is in the catalogue: the source says which
//! messages there are.

use std::path::{Path, PathBuf};

use testkit::catalogue;
use testkit::catalogue::entry::Entry;
use testkit::catalogue::refusal::Refusal;

use crate::obeyed;
use crate::tree;

/// Summaries of what no configuration of one block does wrong: the instance or its backup is broken or
/// gone, has changed by other hands, or hangs together with others, an apply says what it has done,
/// the provider points elsewhere, another block contradicts, only a service that tells its limits
/// refuses it, a list of the API cannot be read, an `import` block names an identity, which the oldest
/// Terraform of the tests does not know, a `moved` block brings the state of another provider, a query
/// leaves out what cannot be managed, or an action could not delete something older.
///
/// The catalogue holds what the oldest Terraform of the tests validates, which knows neither lists nor
/// actions. What a list refuses of its arguments is here for that reason; `tests/acceptance/queries.rs`
/// tests it.
const NO_RULES: [&str; 55] = [
    "The upgrade of the instance waits to be verified",
    "The upgrade was detached outside Terraform",
    "The upgrade has another size than its source",
    "The version was changed outside Terraform",
    "The source is being upgraded",
    "The instance is an upgrade",
    "No final backup is possible",
    "No final backup of instance \"{}\"",
    "The final backup of {shown} failed, so nothing was deleted",
    "Final backup \"{name}\" was taken: {}",
    "The instance will be restarted",
    "The instance may be restarted",
    "The instance waits for a restart",
    "A group that instances have is replaced",
    "Object of another account",
    "Invalid import identity",
    "The state of the {} cannot be read",
    "Not everything of the instance was moved",
    "What is in the instance needs resources of its own",
    "Object outside the region of the provider",
    "Another region than that of the {of}",
    "The password will be sent again",
    "Root gets a new password",
    "The volume has grown outside Terraform",
    "The volume is larger than the account allows",
    "Several flavors fit",
    "{} has two addresses",
    "{} is only forgotten",
    "{} is destroyed under another address",
    "The instance is a replica",
    "The instance has replicas that stay",
    "The instance has replicas of which the plan does not know",
    "Replication has stopped",
    "The {what} \"{name}\" was found, not returned",
    "{} was not {}",
    "{} stays",
    "{} cannot be made again",
    "Backup \"{}\" ({id}) was not deleted",
    "Other backups go with backup \"{}\"",
    "The last backup of {shown} is destroyed",
    "Unable to look for what goes with backup \"{}\"",
    "{count} {items} in the list of {what} cannot be read",
    "Versions of datastore {} cannot be read",
    "The {kind} \"{name}\" of instance {instance_id} is left out",
    "Instance \"{name}\" ({id}) is left out",
    "Two filters for one name",
    "No copies of backups in London",
    "Backup \"{}\" ({}) is kept",
    "A failover is followed",
    "Another member is the source of the HA group",
    "A replica has left the HA group",
    "The HA group waits for a restart",
    "The HA group takes no backup",
    "The volumes have grown outside Terraform",
    "Instances become members of an HA group",
];

#[test]
fn every_message_in_the_source_is_in_the_catalogue() {
    let entries = catalogue::entries();
    let refusals: Vec<&Refusal> = entries.iter().flat_map(Entry::refusals).collect();
    let mut missing = Vec::new();
    let mut seen = 0;
    for file in sources(&tree::root().join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let (messages, shown): (_, Vec<&String>) = if file.ends_with("src/rules.rs") {
            (sentences(code), refusals.iter().map(|it| &it.detail).collect())
        } else {
            (summaries(code), refusals.iter().map(|it| &it.summary).collect())
        };
        seen += messages.len();
        let unseen = messages.into_iter().filter(|message| {
            !NO_RULES.contains(&message.as_str()) && !shown.iter().any(|it| fits(it, message))
        });
        let told =
            |message| format!("{}: no file of the catalogue says \"{message}\"", file.display());
        missing.extend(unseen.map(told));
    }

    assert!(seen > 40, "the source is not read: {seen}");
    obeyed(&missing);
}

#[test]
fn messages_are_found_in_source_text() {
    let code = "// \"A comment.\"\n const X: [char; 2] = ['\"', '\\''];\n Err(format!(\"No \\\"{x}\\\" \\\n   here.\"));\n Diagnostic::error(\"Bad\") Diagnostic::warning(format!(\n \"Two {x}\")) Diagnostic::error(doing)";

    assert_eq!(sentences(code), ["No \"{x}\" here."]);
    assert_eq!(summaries(code), ["Bad", "Two {x}"]);
    assert!(fits("xNo \"7\" here.", "No \"{x}\" here."));
    assert!(!fits("No \"7\" there.", "No \"{x}\" here."));
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
