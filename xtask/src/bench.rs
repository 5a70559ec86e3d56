//! `cargo xtask bench`: what the provider asks of the API, and what it adds to Terraform's own time.

use std::ffi::OsString;

use testkit::Result;

use crate::package;

/// Measures with the release build: the simulator and the caller of the provider are part of what is
/// timed.
pub(crate) fn run(arguments: &[OsString]) -> Result {
    package::run("xtask-bench", "release", arguments)
}
