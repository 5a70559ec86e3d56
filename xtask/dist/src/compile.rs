//! Building the program of a release: for another system than this one, and the same wherever it is built.

use std::path::{Path, PathBuf};

use testkit::{Result, process, project, provider};

use crate::{platform, tools};

/// Where cargo keeps what it builds for a release, apart from other builds: their flags differ.
pub(crate) fn folder() -> PathBuf {
    project::root().join("target").join("dist")
}

/// Builds the program from a checkout; returns where it is.
pub(crate) fn program(checkout: &Path, target: &str, folder: &Path) -> Result<PathBuf> {
    let mut cargo = tools::cargo();
    cargo.current_dir(checkout);
    let with_zig = platform::needs_zig(target);
    cargo.arg(if with_zig { "zigbuild" } else { "build" });
    cargo.args([
        "--locked",
        "--release",
        "--package",
        provider::PROGRAM,
        "--bin",
        provider::PROGRAM,
    ]);
    let named = if with_zig { platform::with_glibc(target) } else { target.to_owned() };
    cargo.args(["--target", &named]).arg("--target-dir").arg(folder);
    // Flags of whoever runs this have no say in a release.
    cargo.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags(checkout).join("\x1f"));
    process::run(&mut cargo)?;
    let suffix = if target.contains("-windows-") { ".exe" } else { "" };
    Ok(folder.join(target).join("release").join(format!("{}{suffix}", provider::PROGRAM)))
}

/// Takes the folders of this machine out of the program: messages of a panic name the file they are in.
fn flags(checkout: &Path) -> Vec<String> {
    let mut remapped = vec![(checkout.to_owned(), format!("/{}", provider::PROGRAM))];
    if let Some(registry) = project::cargo_home().map(|home| home.join("registry").join("src")) {
        // Its folder is named after the address of the registry and a hash of how it is reached.
        let sources = std::fs::read_dir(&registry).into_iter().flatten().flatten();
        remapped.extend(sources.map(|it| (it.path(), "/crates".to_owned())));
        remapped.push((registry, "/crates".to_owned()));
    }
    // The last one that fits wins.
    remapped.sort_by_key(|(from, _)| from.as_os_str().len());
    remapped
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect()
}
