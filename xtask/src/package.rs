//! Commands that are packages of their own: built when they are given, and not before.

use std::ffi::OsStr;

use testkit::{Result, process, project};

/// Builds and runs a package of this workspace in a profile of Cargo.
pub(crate) fn run<A: AsRef<OsStr>>(package: &str, profile: &str, arguments: &[A]) -> Result {
    let mut cargo = project::cargo();
    cargo.args(["run", "--locked", "--profile", profile, "--package", package, "--"]);
    process::run(cargo.args(arguments))
}
