//! `cargo xtask faults`: every fault at every API call of every scenario, and random walks.

use std::ffi::OsString;

use testkit::Result;

use crate::package;

/// Runs them with an optimized build: there are tens of thousands.
pub(crate) fn run(arguments: &[OsString]) -> Result {
    package::run("xtask-faults", "faults", arguments)
}
