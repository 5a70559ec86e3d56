//! The database server that the simulator's engine is tested with, and its program for backups. They come
//! from the system: packages of Debian, which only the superuser can install.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use testkit::{Result, process};

const PACKAGES: [&str; 2] = ["mariadb-server-core", "mariadb-backup"];

/// How it is installed by hand.
pub(crate) const BY_HAND: &str =
    "apt-get install --no-install-recommends mariadb-server-core mariadb-backup";

/// Whether the system has all of it.
pub(crate) fn is_there() -> bool {
    has("mariadbd") && has("mariadb-backup")
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
    let install = ["install", "-qq", "--yes", "--no-install-recommends"];
    apt(&[&install[..], &PACKAGES].concat())
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.any(|folder| folder.join(program).is_file())
}
