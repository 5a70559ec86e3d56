//! What some tests need of the system, and are left out without: packages of Debian, which only the superuser
//! can install.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use testkit::{Result, process};

/// A package, and the program for which it is installed.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    program: &'static str,
}

/// The database server that the simulator's engine is tested with, and its programs for backups.
pub(crate) const DATABASE_SERVER: [Package; 3] = [
    Package { name: "mariadb-server-core", program: "mariadbd" },
    Package { name: "mariadb-backup", program: "mariadb-backup" },
    Package { name: "mariadb-client", program: "mariadb-dump" },
];

/// The browser that the simulator's page is tested with.
pub(crate) const BROWSER: [Package; 1] = [Package { name: "chromium", program: "chromium" }];

/// Those of the packages that the system does not have.
pub(crate) fn missing(packages: &[Package]) -> Vec<Package> {
    packages.iter().filter(|package| !has(package.program)).copied().collect()
}

/// How they are installed by hand.
pub(crate) fn by_hand(packages: &[Package]) -> String {
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    format!("apt-get install --no-install-recommends {}", names.join(" "))
}

/// Whether packages can be installed here.
pub(crate) fn can_be_installed() -> bool {
    has("apt-get") && Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}

/// Installs them.
pub(crate) fn install(packages: &[Package]) -> Result {
    let apt = |arguments: &[&str]| {
        let mut call = Command::new("apt-get");
        process::run(call.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-qq", "--yes", "--no-install-recommends"];
    install.extend(packages.iter().map(|package| package.name));
    apt(&install)
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.any(|folder| folder.join(program).is_file())
}
