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

/// `cargo`, the one that runs us, at the root of the workspace.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    // Set for us by `cargo run`; a nested build would see a change and compile again.
    for ours in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        cargo.env_remove(ours);
    }
    cargo
}

/// Builds the provider as it is released and returns where the program is.
pub fn release_build() -> Result<PathBuf> {
    build(&["--release"])
}

/// Builds the provider as its tests use it and returns where the program is.
pub fn debug_build() -> Result<PathBuf> {
    build(&[])
}

fn build(profile: &[&str]) -> Result<PathBuf> {
    let output = process::answer(cargo().arg("build").args(profile).args([
        "--locked",
        "--package",
        provider::PROGRAM,
        "--message-format=json-render-diagnostics",
    ]))?;
    output
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| format!("cargo built no program for {}", provider::PROGRAM).into())
}
