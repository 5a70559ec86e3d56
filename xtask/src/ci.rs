//! `cargo xtask ci`: everything that has to hold before a change lands.
//!
//! Each step is printed before it runs, and the first one that fails ends the run.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use testkit::feature::NEWEST;
use testkit::terraform::Cli;
use testkit::{Result, process, project};

use crate::debian_packages::{BROWSER, DATABASE_SERVER};
use crate::{codegen, debian_packages, demo, dist, docs, newer_terraform, package, workflows};

/// The version that checked `deny.toml` last; a new one may know new laws.
const CARGO_DENY: &str = "0.20.2";

/// What came of a step that did not fail.
enum Outcome {
    Passed,
    Skipped(String),
}

type Step = (&'static str, fn() -> Result<Outcome>);

const STEPS: [Step; 14] = [
    ("Format of the code", || cargo(&["fmt", "--all", "--check"])),
    ("Format of the examples", examples_are_formatted),
    ("Lints", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    }),
    ("Lints of the workflows", || {
        with_installed("zizmor", workflows::linter(), |mut linter| process::run(&mut linter))
    }),
    ("Database server and browser", with_debian_packages),
    ("Tests", || process::run(&mut tests(&[])).map(passed)),
    ("Code documentation", code_documentation),
    ("Registry pages are fresh", || docs::run(true).map(passed)),
    ("Protocol bindings are fresh", || codegen::run(true).map(passed)),
    ("Dependencies", dependencies),
    ("Demo", || demo::in_memory().map(passed)),
    ("Demo with a database server", demo_with_database_server),
    ("Newer Terraform", with_newer_terraform),
    ("Release", release),
];

/// Runs every step.
pub(crate) fn run() -> Result {
    let started = Instant::now();
    let mut skipped = Vec::new();
    for (number, (name, step)) in STEPS.iter().enumerate() {
        println!("\n[{}/{}] {name}", number + 1, STEPS.len());
        let began = Instant::now();
        match step().map_err(|error| format!("step \"{name}\": {error}"))? {
            Outcome::Passed => println!("[ok] {name}, {} s", began.elapsed().as_secs()),
            Outcome::Skipped(reason) => {
                println!("[skipped] {name}: {reason}");
                skipped.push(*name);
            }
        }
    }
    println!("\nAll steps done in {} s.", started.elapsed().as_secs());
    if !skipped.is_empty() {
        println!("Skipped: {}.", skipped.join(", "));
    }
    Ok(())
}

const fn passed((): ()) -> Outcome {
    Outcome::Passed
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    process::run(project::cargo().args(arguments)).map(passed)
}

/// Several tests for each processor: most of them wait for Terraform most of the time.
const TESTS_AT_ONCE: usize = 3;

/// `cargo test` with these arguments.
fn tests(arguments: &[&str]) -> Command {
    let mut tests = project::cargo();
    tests.args(["test", "--workspace", "--locked"]).args(arguments);
    if std::env::var_os("RUST_TEST_THREADS").is_none() {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        tests.env("RUST_TEST_THREADS", (TESTS_AT_ONCE * processors).to_string());
    }
    tests
}

/// What the tests of the simulator's engine and of its page need, and leave out without.
fn with_debian_packages() -> Result<Outcome> {
    let needed = [&DATABASE_SERVER[..], &BROWSER].concat();
    let missing = debian_packages::missing(&needed);
    if missing.is_empty() {
        return Ok(Outcome::Passed);
    }
    if std::env::var_os("CI").is_none() || !debian_packages::can_be_installed() {
        let by_hand = debian_packages::by_hand(&missing);
        return Ok(Outcome::Skipped(format!(
            "not all of the simulator's engine and page is tested ({by_hand})"
        )));
    }
    debian_packages::install(&missing).map(passed)
}

fn demo_with_database_server() -> Result<Outcome> {
    let missing = debian_packages::missing(&DATABASE_SERVER);
    if missing.is_empty() {
        return demo::with_database_server().map(passed);
    }
    let by_hand = debian_packages::by_hand(&missing);
    Ok(Outcome::Skipped(format!("no database server is installed ({by_hand})")))
}

fn examples_are_formatted() -> Result<Outcome> {
    let cli = Cli::find()?;
    for folder in ["examples", "xtask"] {
        let mut format = cli.command();
        format.args(["fmt", "-check", "-diff", "-recursive", folder]);
        format.env_remove("TF_CLI_CONFIG_FILE").current_dir(project::root());
        process::run(&mut format)?;
    }
    Ok(Outcome::Passed)
}

fn code_documentation() -> Result<Outcome> {
    let mut doc = project::cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut doc).map(passed)
}

/// `cargo deny` reads the laws of deny.toml: licences, sources, one TLS stack, known vulnerabilities.
fn dependencies() -> Result<Outcome> {
    if !deny_answers() {
        if std::env::var_os("CI").is_none() {
            return Ok(Outcome::Skipped(format!(
                "cargo-deny is not installed (`cargo install --locked cargo-deny@{CARGO_DENY}`)"
            )));
        }
        let version = format!("cargo-deny@{CARGO_DENY}");
        // Not optimized: it works for seconds, and takes minutes to build.
        if cargo(&["install", "--locked", "--debug", &version]).is_err() || !deny_answers() {
            return Ok(Outcome::Skipped("cargo-deny could not be installed".into()));
        }
    }
    cargo(&["deny", "--workspace", "--locked", "check", "bans", "licenses", "sources"])?;
    advisories()
}

/// The known vulnerabilities are a git repository, which not every machine can reach. There a copy from an
/// earlier run, or from another machine, judges.
fn advisories() -> Result<Outcome> {
    if cargo(&["deny", "fetch", "db"]).is_err() {
        let folder = project::cargo_home().unwrap_or_default().join("advisory-dbs");
        if !has_advisories(&folder) {
            return Ok(Outcome::Skipped(
                "bans, licences and sources hold; the advisory database could not be fetched"
                    .into(),
            ));
        }
        println!(
            "The advisory database could not be fetched; the copy in {} judges.",
            folder.display()
        );
    }
    cargo(&["deny", "--workspace", "--locked", "--offline", "check", "advisories"])
}

/// Whether there is a copy: a fetch that fails leaves the folder behind, with nothing but a lock in it.
fn has_advisories(folder: &Path) -> bool {
    let copies = std::fs::read_dir(folder).into_iter().flatten().flatten();
    copies.map(|it| it.path()).any(|it| it.join(".git").exists() && it.join("crates").is_dir())
}

/// The tests in which Terraform itself has a say, with a newer one than a machine may have.
fn with_newer_terraform() -> Result<Outcome> {
    with_installed(&format!("Terraform {NEWEST}"), newer_terraform::install(), |program| {
        let acceptance = [&["--test", "acceptance", "--"], &newer_terraform::TESTS[..]].concat();
        for chosen in [&acceptance[..], &["--test", "examples"]] {
            process::run(tests(chosen).env("TF_CLI", &program))?;
        }
        process::run(package::command("xtask", "dev", &["demo"]).env("TF_CLI", &program))
    })
}

/// Runs a step with what was installed for it: where a change lands it has to be there, elsewhere the
/// step is skipped without it.
fn with_installed<T>(
    name: &str,
    installed: Result<T>,
    step: impl FnOnce(T) -> Result,
) -> Result<Outcome> {
    match installed {
        Ok(tool) => step(tool).map(passed),
        Err(error) if std::env::var_os("CI").is_none() => {
            Ok(Outcome::Skipped(format!("{name} could not be installed: {error}")))
        }
        Err(error) => Err(error),
    }
}

/// A release of this machine's platform, built twice and installed by Terraform from a registry.
fn release() -> Result<Outcome> {
    let install_tools = std::env::var_os("CI").is_some();
    if dist::check(install_tools)? {
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Skipped(
        "this machine lacks what a release is made with (`cargo xtask dist --check --install-tools`)"
            .into(),
    ))
}

fn deny_answers() -> bool {
    let mut version: Command = project::cargo();
    version.args(["deny", "--version"]);
    version.output().is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failed_fetch_leaves_behind_is_no_copy() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_advisories(&folder.path().join("none")));
        std::fs::write(folder.path().join("db.lock"), "").unwrap();
        std::fs::create_dir(folder.path().join("advisory-db-1")).unwrap();
        assert!(!has_advisories(folder.path()));

        for part in [".git", "crates"] {
            std::fs::create_dir(folder.path().join("advisory-db-1").join(part)).unwrap();
        }
        assert!(has_advisories(folder.path()));
    }
}
