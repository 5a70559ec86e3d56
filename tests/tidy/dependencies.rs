//! The laws about who may use whom.

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::obeyed;
use crate::tree;

const PROVIDER: &str = "terraform-provider-rackspace";

/// Our packages, each with those of ours that it may use, and those that its tests may use too.
///
/// `clouddb-sim` uses none that knows the API: a shared type would hide a mistake that both sides make.
const LAW: [(&str, &[&str], &[&str]); 12] = [
    (PROVIDER, &["clouddb", "tfplug"], &["clouddb-sim", "fuzz-loop", "testkit"]),
    ("tfplug", &[], &["fuzz-loop"]),
    ("clouddb", &[], &["clouddb-sim", "fuzz-loop"]),
    ("fuzz-loop", &[], &[]),
    ("chromium", &[], &[]),
    ("clouddb-sim", &[], &["chromium"]),
    ("testkit", &[PROVIDER, "clouddb", "clouddb-sim", "tfplug"], &[]),
    ("xtask", &[PROVIDER, "chromium", "clouddb-sim", "testkit", "tfplug"], &[]),
    ("xtask-bench", &["clouddb-sim", "testkit", "tfplug"], &[]),
    ("xtask-codegen", &[], &[]),
    ("xtask-dist", &["clouddb-sim", "testkit", "tfplug"], &[]),
    ("xtask-faults", &["testkit"], &[]),
];

/// Crates that would bring a second TLS stack.
const SECOND_TLS: [&str; 5] = ["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

/// One use of a package by another.
struct Use {
    by: String,
    of: String,
    in_tests: bool,
}

#[test]
fn packages_use_only_what_the_law_allows() {
    let metadata = MetadataCommand::new().current_dir(tree::root()).no_deps().exec().unwrap();
    let mut uses = Vec::new();
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            uses.push(Use {
                by: package.name.to_string(),
                of: dependency.name.clone(),
                in_tests: dependency.kind == DependencyKind::Development,
            });
        }
    }
    let packages: Vec<_> = metadata.packages.iter().map(|it| it.name.to_string()).collect();

    assert_eq!(packages.len(), LAW.len(), "{packages:?}: LAW has to name each package");
    obeyed(&forbidden(&uses));
}

#[test]
fn a_forbidden_use_is_found() {
    let found = |by: &str, of: &str, in_tests| {
        forbidden(&[Use { by: by.into(), of: of.into(), in_tests }]).len()
    };

    assert_eq!(found("tfplug", "clouddb", false), 1);
    assert_eq!(found("clouddb", "tfplug", true), 1);
    assert_eq!(found("clouddb-sim", "clouddb", true), 1);
    assert_eq!(found(PROVIDER, "clouddb-sim", false), 1);
    assert_eq!(found(PROVIDER, "clouddb-sim", true), 0);
    assert_eq!(found(PROVIDER, "xtask", true), 1);
    assert_eq!(found("unlisted", "tfplug", false), 1);
    assert_eq!(found("tfplug", "serde", false), 0);
}

fn forbidden(uses: &[Use]) -> Vec<String> {
    let ours = |name: &str| LAW.iter().any(|(package, _, _)| *package == name);
    uses.iter()
        // A package may switch on features of its own for its tests.
        .filter(|it| ours(&it.of) && it.of != it.by)
        .filter(|it| {
            !LAW.iter().any(|(package, allowed, in_tests)| {
                *package == it.by
                    && (allowed.contains(&it.of.as_str())
                        || it.in_tests && in_tests.contains(&it.of.as_str()))
            })
        })
        .map(|it| format!("{} must not use {}", it.by, it.of))
        .collect()
}

#[test]
fn every_dependency_comes_from_crates_io_and_none_brings_another_tls_stack() {
    let lock = std::fs::read_to_string(tree::root().join("Cargo.lock")).unwrap();

    assert!(lock.contains("name = \"rustls\""), "the lock file is not read as it is written");
    obeyed(&strangers(&lock));
}

#[test]
fn a_git_source_and_a_second_tls_stack_are_found() {
    let lock = "[[package]]\nname = \"openssl\"\n\
        source = \"git+https://example.com/openssl\"\n";

    assert_eq!(strangers(lock).len(), 2);
}

fn strangers(lock: &str) -> Vec<String> {
    let mut offences = Vec::new();
    for line in lock.lines() {
        if let Some(source) = line.strip_prefix("source = ")
            && source != "\"registry+https://github.com/rust-lang/crates.io-index\""
        {
            offences.push(format!("Cargo.lock: the source {source} is not crates.io"));
        }
        if let Some(name) = line.strip_prefix("name = ")
            && SECOND_TLS.contains(&name.trim_matches('"'))
        {
            offences.push(format!("Cargo.lock: {name} is a second TLS stack"));
        }
    }
    offences
}
