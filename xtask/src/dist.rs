//! `cargo xtask dist`: the files of a release.

use std::ffi::OsStr;

use testkit::Result;

use crate::package;

/// Makes them, or proves them.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Result {
    package::run("xtask-dist", "dev", arguments)
}
