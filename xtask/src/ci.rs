//! `cargo xtask ci`: everything that has to hold before a change lands.
//!
//! Each step is printed before it runs, and the first one that fails ends the run.

use std::process::Command;
use std::time::Instant;

use testkit::terraform::Cli;
use testkit::{Result, process, project};

use crate::{codegen, demo, docs};

/// The version that checked `deny.toml` last; a new one may know new laws.
const CARGO_DENY: &str = "0.20.2";

/// What came of a step that did not fail.
enum Outcome {
    Passed,
    Skipped(String),
}

type Step = (&'static str, fn() -> Result<Outcome>);

const STEPS: [Step; 9] = [
    ("Format of the code", || cargo(&["fmt", "--all", "--check"])),
    ("Format of the examples", examples_are_formatted),
    ("Lints", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    }),
    ("Tests", || cargo(&["test", "--workspace", "--locked"])),
    ("Code documentation", code_documentation),
    ("Registry pages are fresh", || docs::run(true).map(passed)),
    ("Protocol bindings are fresh", || codegen::run(true).map(passed)),
    ("Dependencies", dependencies),
    ("Demo", || demo::run().map(passed)),
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
        if cargo(&["install", "--locked", &version]).is_err() || !deny_answers() {
            return Ok(Outcome::Skipped("cargo-deny could not be installed".into()));
        }
    }
    cargo(&["deny", "--workspace", "--locked", "check", "bans", "licenses", "sources"])?;
    // The list of vulnerabilities is a git repository, which not every machine can reach.
    if cargo(&["deny", "fetch", "db"]).is_err() {
        return Ok(Outcome::Skipped(
            "bans, licences and sources hold; the advisory database could not be fetched".into(),
        ));
    }
    cargo(&["deny", "--workspace", "--locked", "check", "--disable-fetch", "advisories"])
}

fn deny_answers() -> bool {
    let mut version: Command = project::cargo();
    version.args(["deny", "--version"]);
    version.output().is_ok_and(|output| output.status.success())
}
