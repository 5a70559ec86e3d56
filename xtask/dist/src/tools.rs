//! The tools of others that a release is made with, each of one version, in a folder of this project.
//!
//! Zig compiles and links C for every system (<https://github.com/rust-cross/cargo-zigbuild>), and
//! cargo-cyclonedx writes the bill of materials. What is on PATH serves as well.

use std::path::PathBuf;
use std::process::Command;

use testkit::{Result, process, project, pypi};

const ZIG: [&str; 2] = ["cargo-zigbuild==0.24.1", "ziglang==0.17.1"];
const CYCLONEDX: &str = "cargo-cyclonedx@0.5.9";

/// `cargo`, which finds what is installed here.
pub(crate) fn cargo() -> Command {
    with_tools(project::cargo())
}

/// The commands of cargo that have a form with Zig: its `check` is no subcommand of `cargo`.
pub(crate) fn cargo_zig() -> Command {
    let installed = folder().join("bin").join("cargo-zigbuild");
    let mut zig =
        Command::new(if installed.exists() { installed } else { "cargo-zigbuild".into() });
    zig.current_dir(project::root());
    with_tools(zig)
}

fn with_tools(mut cargo: Command) -> Command {
    let with = |variable: &str, folder: PathBuf| {
        let rest = std::env::var_os(variable).unwrap_or_default();
        let all = std::iter::once(folder).chain(std::env::split_paths(&rest));
        std::env::join_paths(all.filter(|it| !it.as_os_str().is_empty()))
    };
    // A folder whose name has the separator of such a list cannot be searched.
    if let Ok(path) = with("PATH", folder().join("bin")) {
        cargo.env("PATH", path);
    }
    if let Ok(path) = with("PYTHONPATH", folder()) {
        cargo.env("PYTHONPATH", path);
    }
    cargo
}

/// Whether `cargo` knows a subcommand.
pub(crate) fn has(subcommand: &str) -> bool {
    let mut cargo = cargo();
    cargo.args([subcommand, "--help"]).output().is_ok_and(|output| output.status.success())
}

/// Installs Zig from `PyPI`, unless it is there.
pub(crate) fn install_zig() -> Result {
    if has("zigbuild") {
        return Ok(());
    }
    println!("Installing {} into {}.", ZIG.join(" and "), folder().display());
    pypi::install(&folder(), &ZIG)
}

/// Installs the writer of the bill of materials from crates.io, unless it is there.
pub(crate) fn install_cyclonedx() -> Result {
    if has("cyclonedx") {
        return Ok(());
    }
    println!("Installing {CYCLONEDX} into {}.", folder().display());
    let mut install = project::cargo();
    // Not optimized: it works for a second, and takes minutes to build.
    process::run(
        install.args(["install", "--locked", "--debug", CYCLONEDX, "--root"]).arg(folder()),
    )
}

/// Installs the standard library for a target with rustup.
pub(crate) fn install_std(target: &str) -> Result {
    let mut rustup = Command::new("rustup");
    process::run(rustup.args(["target", "add", target]).current_dir(project::root()))
}

fn folder() -> PathBuf {
    project::root().join("target").join("dist-tools")
}
