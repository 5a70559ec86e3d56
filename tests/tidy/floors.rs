//! The laws about which part of a crate may know which: floors, and no circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::imports::{Imports, Module};
use crate::obeyed;
use crate::tree;

/// Crates that are built in floors, from the ground up.
const FLOORS: [(&str, &[&str]); 1] =
    [("crates/clouddb", &["value", "http", "identity", "sender", "api", "coordination", "client"])];

/// The root files of all our crates.
fn roots() -> Vec<std::path::PathBuf> {
    let is_root = |path: &Path| {
        let name = path.file_name().is_some_and(|it| it == "lib.rs" || it == "main.rs");
        name && path.parent().is_some_and(|it| it.ends_with("src"))
    };
    let roots: Vec<_> = tree::files().into_iter().filter(|path| is_root(path)).collect();
    assert!(roots.len() >= 6, "{roots:?}");
    roots
}

#[test]
fn a_floor_uses_only_floors_below_it() {
    let mut offences = Vec::new();
    for (folder, floors) in FLOORS {
        offences.extend(upward(&imports(&Path::new(folder).join("src/lib.rs")), floors));
    }
    obeyed(&offences);
}

#[test]
fn no_two_files_know_each_other() {
    obeyed(&roots().iter().flat_map(|root| circles(&imports(root))).collect::<Vec<_>>());
}

/// A floor would be useless if a file could stand beside the tree that is read.
#[test]
fn every_file_of_a_crate_with_floors_is_read() {
    for (folder, _) in FLOORS {
        let imports = imports(&Path::new(folder).join("src/lib.rs"));
        let read: BTreeSet<&Path> = imports.named().map(|(file, _, _)| file).collect();
        let ours = tree::files().into_iter().filter(|path| path.starts_with(folder));
        let sources = ours.filter(|path| path.starts_with(Path::new(folder).join("src")));
        let is_test = |path: &Path| {
            let names = path.with_extension("");
            names.iter().any(|it| it == "tests" || it == "fuzz") || names.ends_with("src/main")
        };
        let unread: Vec<String> = sources
            .filter(|path| !is_test(path) && !read.contains(path.as_path()))
            .map(|path| format!("{}: is in no module", path.display()))
            .collect();
        obeyed(&unread);
    }
}

fn imports(root: &Path) -> Imports {
    Imports::read(root, &|path| tree::root().join(path).exists().then(|| tree::read(path))?)
}

/// What names a floor above its own, or the root, which names them all.
fn upward(imports: &Imports, floors: &[&str]) -> Vec<String> {
    let height = |name: &String| floors.iter().position(|floor| floor == name);
    let mut offences = Vec::new();
    for (file, module, paths) in imports.named() {
        let Some(first) = module.first() else { continue };
        let shown = file.display();
        let Some(own) = height(first) else {
            offences.push(format!("{shown}: `{first}` is no floor; the floors are {floors:?}"));
            continue;
        };
        for path in paths {
            let named = path.join("::");
            match path.first().and_then(height) {
                None => offences.push(format!("{shown}: `crate::{named}` names the root")),
                Some(floor) if floor > own => {
                    offences.push(format!("{shown}: `crate::{named}` is above `{first}`"));
                }
                Some(_) => {}
            }
        }
    }
    offences
}

/// Files that lead back to themselves, each circle once.
fn circles(imports: &Imports) -> Vec<String> {
    let graph = imports.graph();
    let reach: BTreeMap<&Module, BTreeSet<&Module>> =
        graph.keys().map(|module| (*module, reached(&graph, module))).collect();
    let mut told = BTreeSet::new();
    let mut offences = Vec::new();
    for (module, others) in &reach {
        if !others.contains(module) || !told.insert(*module) {
            continue;
        }
        let circle: Vec<&&Module> =
            others.iter().filter(|it| reach[**it].contains(module)).collect();
        told.extend(circle.iter().map(|it| **it));
        let files: Vec<String> =
            circle.iter().map(|it| imports.file(it).display().to_string()).collect();
        offences.push(format!("a circle of imports: {}", files.join(", ")));
    }
    offences
}

/// All that a module leads to.
fn reached<'a>(
    graph: &BTreeMap<&'a Module, BTreeSet<&'a Module>>,
    from: &Module,
) -> BTreeSet<&'a Module> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&Module> = graph[from].iter().copied().collect();
    while let Some(module) = next.pop() {
        if found.insert(module) {
            next.extend(&graph[module]);
        }
    }
    found
}

/// A crate of these files.
fn made(files: &'static [(&str, &str)]) -> Imports {
    Imports::read(Path::new("src/lib.rs"), &|path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path)?;
        Some(found.1.to_owned())
    })
}

const FLAT: &[(&str, &str)] = &[
    ("src/lib.rs", "mod low; mod high; pub use high::High;"),
    ("src/low.rs", "use crate::high::High; #[cfg(test)] mod tests { use crate::high::x; }"),
    ("src/high.rs", "mod part; pub struct High; fn f() { part::g(); }"),
    ("src/high/part.rs", "#[serde(with = \"crate::low::it\")] struct A(super::High); fn g() {}"),
];

#[test]
fn what_names_a_floor_above_or_the_root_is_found() {
    let above = upward(&made(FLAT), &["low", "high"]);
    let root = upward(
        &made(&[
            ("src/lib.rs", "mod low;"),
            ("src/low.rs", "fn f() { g!(a, crate::High::new()) }"),
        ]),
        &["low"],
    );

    assert_eq!(above, ["src/low.rs: `crate::high::High` is above `low`"]);
    assert_eq!(root, ["src/low.rs: `crate::High::new` names the root"]);
}

#[test]
fn circles_are_found_however_long() {
    let circle = "a circle of imports: src/high.rs, src/high/part.rs, src/low.rs";

    assert_eq!(circles(&made(FLAT)), [circle]);
    let straight =
        made(&[("src/lib.rs", "mod a; mod b;"), ("src/a.rs", "use super::b;"), ("src/b.rs", "")]);
    assert_eq!(circles(&straight), Vec::<String>::new());
}
