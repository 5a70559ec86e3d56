//! `cargo xtask dist`: the files of a release.

use std::ffi::OsStr;

use testkit::{Result, process};

use crate::package;

const PACKAGE: &str = "xtask-dist";
/// The exit code that says: this machine lacks what the command needs.
const MISSING: i32 = 3;

/// Makes them, or proves them.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Result {
    package::run(PACKAGE, "dev", arguments)
}

/// Proves a release of this machine's platform, with tools that are installed first if that is wanted.
/// Tells whether the machine has them.
pub(crate) fn check(install_tools: bool) -> Result<bool> {
    let arguments = ["--check", "--install-tools"];
    let arguments = if install_tools { &arguments[..] } else { &arguments[..1] };
    match process::code(&mut package::command(PACKAGE, "dev", arguments))? {
        0 => Ok(true),
        MISSING => Ok(false),
        _ => Err("the release does not hold what it promises".into()),
    }
}
