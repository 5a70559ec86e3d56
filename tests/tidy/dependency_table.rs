//! The law that DEPENDENCIES.md names each crate of others that a package of ours uses, and counts right.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use cargo_metadata::MetadataCommand;

use crate::obeyed;
use crate::tree;

const PAGE: &str = "DEPENDENCIES.md";

#[test]
fn every_dependency_has_a_row_that_says_why() {
    let metadata = MetadataCommand::new().current_dir(tree::root()).no_deps().exec().unwrap();
    let ours: BTreeSet<_> = metadata.packages.iter().map(|it| it.name.to_string()).collect();
    let used = metadata.packages.iter().flat_map(|it| &it.dependencies).map(|it| it.name.clone());
    let used: BTreeSet<String> = used.filter(|name| !ours.contains(name)).collect();

    obeyed(&offences(&tree::read(Path::new(PAGE)).unwrap(), &used));
}

#[test]
fn the_page_counts_the_packages() {
    let page = tree::read(Path::new(PAGE)).unwrap();
    let lock = tree::read(Path::new("Cargo.lock")).unwrap();
    let all = lock.lines().filter(|line| line.starts_with("source = ")).count();
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--locked", "--package", "terraform-provider-rackspace"]);
    tree.args(["--edges", "normal", "--target", "x86_64-unknown-linux-gnu"]);
    tree.args(["--prefix", "none", "--format", "{p}"]).current_dir(crate::tree::root());
    let output = tree.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    // A package of ours has its folder behind it; a mark says that one was shown before.
    let packages = told.lines().map(|line| line.trim_end_matches(" (*)"));
    let packages: BTreeSet<&str> = packages.filter(|line| !line.contains("(/")).collect();
    let counted = format!(
        "pins {all} packages of crates.io; {} of them are in the program on Linux",
        packages.len()
    );

    assert!(page.contains(&counted), "{PAGE} has to say: {counted}");
}

#[test]
fn each_offence_is_found() {
    let found = |page: &str, used: &[&str]| {
        offences(page, &used.iter().map(|it| (*it).to_owned()).collect()).len()
    };
    let row = "| serde | program | Models. |\n";

    assert_eq!(found(row, &["serde"]), 0);
    assert_eq!(found(row, &["serde", "tokio"]), 1);
    assert_eq!(found(row, &[]), 1);
    assert_eq!(found("| serde | program |  |\n", &["serde"]), 1);
    assert_eq!(found("| serde | everywhere | Models. |\n", &["serde"]), 1);
}

fn offences(page: &str, used: &BTreeSet<String>) -> Vec<String> {
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| {
            line.starts_with('|') && !line.starts_with("| Crate") && !line.starts_with("| -")
        })
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let mut offences = Vec::new();
    let mut named = BTreeSet::new();
    for row in rows {
        let [name, places, why] = row.as_slice() else {
            offences.push(format!("{PAGE}: {row:?} is no row"));
            continue;
        };
        named.insert((*name).to_owned());
        let known = ["program", "simulator", "tests", "xtask"];
        if why.is_empty() || !places.split(", ").all(|place| known.contains(&place)) {
            offences.push(format!("{PAGE}: the row of {name} has to say where and why"));
        }
    }
    offences.extend(used.difference(&named).map(|it| format!("{PAGE}: {it} has no row")));
    offences.extend(named.difference(used).map(|it| format!("{PAGE}: nobody uses {it}")));
    offences
}
