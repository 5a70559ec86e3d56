//! The laws of the table. Each is a function from rows to a list of offences, which has to be empty.
//!
//! The methods of the client and the tests are looked for in the text of their files: a program
//! cannot ask the compiler for them, and what is looked for is plain enough there.

use std::collections::BTreeSet;
use std::fs;

use terraform_provider_rackspace::Rackspace;
use testkit::project;
use tfplug::Provider as _;
use tfplug::schema::Schema;

use super::operation::{
    Block, Noun, Operation, Test, Way, absent, acceptance, client, client_only, data_source, hcl,
    operation, resource,
};
use super::{PARTS, offers};

/// How many operations the documents of the API name.
const ALL: usize = 69;

/// The files of the client that are about the login and about regions.
const NO_OPERATIONS: [&str; 2] = ["login.rs", "regions.rs"];

/// Fails with all offences of a law, one a line.
#[track_caller]
fn obeyed(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

fn numbered() -> impl Iterator<Item = &'static Operation> {
    PARTS.iter().flat_map(|it| it.operations)
}

fn rows() -> Vec<&'static Operation> {
    numbered().chain(offers::OF_TROVE).collect()
}

#[test]
fn every_operation_has_its_row_in_order() {
    let numbers: Vec<_> = numbered().map(|it| it.number).collect();
    let expected: Vec<_> = (1..=ALL).map(Some).collect();
    assert_eq!(numbers, expected, "the rows are to have the numbers 1 to {ALL}, each once");
}

#[test]
fn every_row_is_complete() {
    obeyed(&incomplete(&rows()));
}

/// Rows that name nothing where they have to name something.
fn incomplete(rows: &[&Operation]) -> Vec<String> {
    let mut offences = Vec::new();
    for row in rows {
        let lacks = match &row.way {
            Way::Hcl { blocks: [], .. } => "a block",
            Way::Hcl { methods: [], .. } | Way::Client { methods: [], .. } => "a method",
            Way::Client { why, .. } | Way::Absent(why) if !why.ends_with('.') => {
                "a reason, which is a sentence"
            }
            _ => continue,
        };
        offences.push(format!("operation \"{}\" lacks {lacks}", row.name));
    }
    offences
}

/// A method of the client that sends something.
struct Method {
    /// Such as `instances.restart`; without a collection for one of the client itself.
    name: String,
    doc: String,
}

#[test]
fn every_method_that_sends_something_has_a_row_and_says_its_call() {
    let methods = methods();
    assert!(methods.len() > 30, "the client's methods are not found");
    obeyed(&unlike(&rows(), &methods));
}

/// What rows say otherwise than the methods.
fn unlike(rows: &[&Operation], methods: &[Method]) -> Vec<String> {
    let mut offences = Vec::new();
    let named: BTreeSet<&str> = rows.iter().flat_map(|it| it.way.methods()).copied().collect();
    for method in methods.iter().filter(|it| !named.contains(it.name.as_str())) {
        let name = &method.name;
        offences.push(format!("the client's {name} has no row in xtask/src/docs/coverage"));
    }
    for row in rows {
        let first = row.call.split(", ").next().unwrap_or_default();
        let call = first.split(" with ").next().unwrap_or_default();
        for (nth, name) in row.way.methods().iter().enumerate() {
            match methods.iter().find(|it| it.name == *name) {
                None => offences.push(format!("\"{}\": the client has no {name}", row.name)),
                Some(it) if nth == 0 && !it.doc.contains(&format!("`{call}`")) => {
                    offences.push(format!("\"{}\": {name} does not say `{call}`", row.name));
                }
                Some(_) => {}
            }
        }
    }
    offences
}

fn methods() -> Vec<Method> {
    let source = project::root().join("crates/clouddb/src");
    let mut files = vec![source.join("client.rs")];
    for entry in fs::read_dir(source.join("client")).unwrap() {
        let entry = entry.unwrap();
        if !NO_OPERATIONS.iter().any(|it| entry.file_name() == *it) {
            files.push(entry.path());
        }
    }
    files.iter().flat_map(|file| methods_in(&fs::read_to_string(file).unwrap())).collect()
}

fn methods_in(source: &str) -> Vec<Method> {
    let (mut found, mut collection, mut doc) = (Vec::new(), None, String::new());
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if let Some(said) = line.strip_prefix("///") {
            doc.push_str(said);
            continue;
        }
        if let Some(subject) = line.strip_prefix("impl ") {
            let name = subject.trim_end_matches(" {");
            collection = (!name.contains(' ')).then(|| accessor(name));
        }
        let declared = ["pub async fn ", "pub fn "].iter().find_map(|it| line.strip_prefix(it));
        if let (Some(declared), Some(collection)) = (declared, &collection) {
            let mut signature = line.to_owned();
            while !signature.ends_with('{') {
                signature.push_str(lines.next().unwrap());
            }
            let sends = line.contains("async ") || signature.contains("impl Stream");
            let name = declared.split(['(', '<']).next().unwrap_or_default();
            if sends && !is_made_of_others(name) {
                let of_client = collection == "client";
                let name = if of_client { name.to_owned() } else { format!("{collection}.{name}") };
                found.push(Method { name, doc: doc.clone() });
            }
        }
        if !line.starts_with("#[") {
            doc.clear();
        }
    }
    found
}

/// What sends nothing that another method does not: it looks something up in a list, waits for what is
/// to come, or does both beside another method.
fn is_made_of_others(name: &str) -> bool {
    ["wait_until_", "watch_until_"].iter().any(|it| name.starts_with(it))
        || name.ends_with("_in_company")
        || ["find", "is_taken"].contains(&name)
}

#[test]
fn every_test_that_is_named_is_there() {
    obeyed(&unproven(&rows()));
}

/// Tests that rows name and that there are not.
fn unproven(rows: &[&Operation]) -> Vec<String> {
    let mut offences = Vec::new();
    for row in rows {
        let (Way::Hcl { test, .. } | Way::Client { test, .. }) = &row.way else { continue };
        if !exists(test) {
            let (file, name) = test.place();
            offences.push(format!("\"{}\": there is no test {name} in {file}", row.name));
        }
    }
    offences
}

fn exists(test: &Test) -> bool {
    let (file, name) = test.place();
    let Ok(source) = fs::read_to_string(project::root().join(file)) else { return false };
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    lines.windows(2).any(|two| {
        let declared = two[1].trim_start_matches("async ").strip_prefix("fn ");
        let is_it =
            declared.and_then(|it| it.strip_prefix(name)).is_some_and(|it| it.starts_with('('));
        is_it && two[0].starts_with("#[") && two[0].contains("test")
    })
}

#[test]
fn every_block_is_registered_and_has_a_row() {
    obeyed(&unregistered(&rows(), &registered()));
}

fn registered() -> Vec<(Noun, &'static str, Schema)> {
    let resources = Rackspace.resources();
    let sources = Rackspace.data_sources();
    let lists = Rackspace.list_resources();
    let actions = Rackspace.actions();
    let resources = resources.iter().map(|it| (Noun::Resource, it.name(), it.schema()));
    let sources = sources.iter().map(|it| (Noun::DataSource, it.name(), it.schema()));
    let lists = lists.iter().map(|it| (Noun::ListResource, it.name(), it.schema()));
    let actions = actions.iter().map(|it| (Noun::Action, it.name(), it.schema()));
    resources.chain(sources).chain(lists).chain(actions).collect()
}

/// What rows and the registry say differently about blocks and their arguments.
fn unregistered(rows: &[&Operation], registered: &[(Noun, &str, Schema)]) -> Vec<String> {
    let mut offences = Vec::new();
    let mut named = Vec::new();
    for row in rows {
        let Way::Hcl { blocks, .. } = &row.way else { continue };
        for Block { noun, name, arguments, .. } in *blocks {
            named.push((*noun, *name));
            let found = registered.iter().find(|(kind, it, _)| (kind, it) == (noun, name));
            let Some((_, _, schema)) = found else {
                offences.push(format!("\"{}\": there is no {noun:?} {name}", row.name));
                continue;
            };
            for argument in arguments.iter().filter(|it| schema.get(it).is_none()) {
                offences.push(format!("\"{}\": {noun:?} {name} has no {argument}", row.name));
            }
        }
    }
    for (noun, name, _) in registered.iter().filter(|(noun, it, _)| !named.contains(&(*noun, it))) {
        offences.push(format!("{noun:?} {name} is in no row of xtask/src/docs/coverage"));
    }
    offences
}

#[test]
fn each_offence_is_found() {
    const BLOCKS: &[Block] = &[resource("x_thing").by(&["size"]), data_source("x_thing")];
    let nothing = "no_such_test_is_anywhere";
    let no_block = operation(1, "a", "GET /a", hcl(&["things.a"], &[], acceptance(nothing)));
    let no_method = operation(1, "a", "GET /a", client_only(&[], "It is so.", client(nothing)));
    let no_reason = operation(1, "a", "GET /a", absent(""));
    assert_eq!(incomplete(&[&no_block, &no_method, &no_reason]).len(), 3);
    assert_eq!(unproven(&[&no_block, &no_method, &no_reason]).len(), 2);

    let methods = methods_in(
        "impl Things {\n/// `GET /b`\npub async fn a(\n&self) {\n}\npub fn pages() -> impl Stream {\n",
    );
    assert_eq!(
        unlike(&[&no_method], &methods),
        [
            "the client's things.a has no row in xtask/src/docs/coverage",
            "the client's things.pages has no row in xtask/src/docs/coverage",
        ]
    );
    let gone = operation(1, "a", "GET /a", client_only(&["gone"], "It is so.", client(nothing)));
    assert_eq!(
        unlike(&[&no_block, &gone], &methods[..1]),
        ["\"a\": things.a does not say `GET /a`", "\"a\": the client has no gone",]
    );

    let row = operation(1, "a", "GET /a", hcl(&["things.a"], BLOCKS, client(nothing)));
    let offered = [
        (Noun::Resource, "x_thing", Schema::new("A thing.")),
        (Noun::Action, "x_thing_turn", Schema::new("Turns a thing.")),
    ];
    assert_eq!(unregistered(&[&row], &offered).len(), 3);
}

/// The method of the client that leads to a collection: `ha_groups` for `HaGroups`.
fn accessor(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
