//! Where the checkout is, and how its programs are built.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Result, process, provider};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let testkit = Path::new(env!("CARGO_MANIFEST_DIR"));
    testkit.ancestors().nth(2).unwrap_or(testkit).to_path_buf()
}

/// Where Cargo keeps the sources of dependencies, and cargo-deny the advisories.
pub fn cargo_home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    named.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}

/// `cargo`, the one that runs us, at the root of the workspace.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    // Set for us by `cargo run`. The build scripts of some dependencies ask for these: a nested build
    // would see a change and compile what is built on them again, and so would the next one outside.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|ours| text.starts_with(ours)) {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// Builds the provider as it is released and returns where the program is.
pub fn release_build() -> Result<PathBuf> {
    build(&["--release"])
}

/// Builds the provider as its tests use it and returns where the program is.
///
/// Together with the automation, so that Cargo chooses the same features for what both are made of
/// and takes what it has built already.
pub fn debug_build() -> Result<PathBuf> {
    build(&["--package", "xtask"])
}

/// Builds the provider for `cargo xtask faults`, optimized and with the checks of a debug build, and
/// returns where the program is. Together with that command, for the reason that `debug_build` has.
pub fn optimized_build() -> Result<PathBuf> {
    build(&["--profile", "faults", "--package", "xtask-faults"])
}

fn build(more: &[&str]) -> Result<PathBuf> {
    let mut cargo = cargo();
    cargo.args(["build", "--locked", "--package", provider::PROGRAM, "--bin", provider::PROGRAM]);
    cargo.args(more).arg("--message-format=json-render-diagnostics");
    process::answer(&mut cargo)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| format!("cargo built no program for {}", provider::PROGRAM).into())
}
