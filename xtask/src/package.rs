//! Commands that are packages of their own: built when they are given, and not before.

use std::ffi::OsStr;
use std::process::Command;

use testkit::{Result, process, project};

/// Builds and runs a package of this workspace in a profile of Cargo.
pub(crate) fn run<A: AsRef<OsStr>>(package: &str, profile: &str, arguments: &[A]) -> Result {
    process::run(&mut command(package, profile, arguments))
}

/// The same to be run by somebody who wants to know how it ends.
pub(crate) fn command<A: AsRef<OsStr>>(package: &str, profile: &str, arguments: &[A]) -> Command {
    let mut cargo = project::cargo();
    cargo.args(["run", "--locked", "--profile", profile, "--package", package, "--"]);
    cargo.args(arguments);
    cargo
}
