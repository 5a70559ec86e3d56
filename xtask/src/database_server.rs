//! The database server that the simulator's engine is tested with. It comes from the system: a package of
//! Debian, which only the superuser can install.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use testkit::{Result, process};

const PACKAGE: &str = "mariadb-server-core";

/// How it is installed by hand.
pub(crate) const BY_HAND: &str = "apt-get install --no-install-recommends mariadb-server-core";

/// Whether the system has one.
pub(crate) fn is_there() -> bool {
    has("mariadbd")
}

/// Whether it can be installed here.
pub(crate) fn can_be_installed() -> bool {
    has("apt-get") && Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}

/// Installs it.
pub(crate) fn install() -> Result {
    let apt = |arguments: &[&str]| {
        let mut call = Command::new("apt-get");
        process::run(call.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-qq"])?;
    apt(&["install", "-qq", "--yes", "--no-install-recommends", PACKAGE])
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.any(|folder| folder.join(program).is_file())
}
