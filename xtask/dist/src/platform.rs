//! The platforms of a release, and the targets of Rust that serve them.

use std::path::Path;

use testkit::{Result, process, project};

use crate::tools;

/// The oldest glibc that a program for Linux needs: that of every distribution which is still kept.
pub(crate) const GLIBC: (u32, u32) = (2, 17);

/// A platform as the registries name it, such as `linux_amd64`.
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) name: &'static str,
    /// The targets that serve it, the best one first. A static program with musl needs nothing of its
    /// system, not even the modules that resolve names; one with glibc needs an old one.
    targets: &'static [&'static str],
}

/// What a release is made for.
pub(crate) const PLATFORMS: [Platform; 5] = [
    Platform {
        name: "linux_amd64",
        targets: &["x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"],
    },
    Platform {
        name: "linux_arm64",
        targets: &["aarch64-unknown-linux-musl", "aarch64-unknown-linux-gnu"],
    },
    Platform { name: "darwin_amd64", targets: &["x86_64-apple-darwin"] },
    Platform { name: "darwin_arm64", targets: &["aarch64-apple-darwin"] },
    Platform {
        name: "windows_amd64",
        targets: &["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"],
    },
];

impl Platform {
    /// The platform of a target, and the target as it is spelled here.
    pub(crate) fn of(target: &str) -> Result<(&'static Self, &'static str)> {
        let known = PLATFORMS.iter().flat_map(|it| it.targets.iter().map(move |name| (it, *name)));
        let found = known.clone().find(|(_, name)| *name == target);
        found.ok_or_else(|| {
            let names: Vec<&str> = known.map(|(_, name)| name).collect();
            format!("\"{target}\" is no target of a release. These are: {}.", names.join(", "))
                .into()
        })
    }

    /// The best target that Zig can compile for, on any system.
    pub(crate) fn compiled_with_zig(&self) -> Option<&'static str> {
        self.targets.iter().copied().find(|target| !target.ends_with("-msvc"))
    }

    /// The best target that a machine with this system could build for.
    pub(crate) fn first_of_this_system(&self) -> Option<&'static str> {
        self.targets.iter().copied().find(|target| elsewhere(target).is_none())
    }

    /// The best target that this machine can build for, or what it lacks.
    pub(crate) fn target(&self) -> std::result::Result<&'static str, String> {
        let mut lacks = Vec::new();
        for target in self.targets {
            match missing(target) {
                None => return Ok(target),
                Some(missing) => lacks.push(missing),
            }
        }
        Err(lacks.join("; or "))
    }
}

/// What this machine lacks to build for a target, and how to get it.
pub(crate) fn missing(target: &str) -> Option<String> {
    if let Some(elsewhere) = elsewhere(target) {
        return Some(elsewhere);
    }
    if !has_std(target) {
        return Some(format!(
            "the standard library for {target} is missing (`rustup target add {target}`, or --install-tools)"
        ));
    }
    if needs_zig(target) && !tools::has("zigbuild") {
        return Some(format!(
            "cargo-zigbuild, which links for {target}, is missing (`pip install cargo-zigbuild ziglang`, or --install-tools)"
        ));
    }
    None
}

/// Installs what this machine lacks to build for a target, as far as that can be installed.
pub(crate) fn install_tools(target: &str) -> Result {
    if !has_std(target) {
        tools::install_std(target)?;
    }
    if needs_zig(target) { tools::install_zig() } else { Ok(()) }
}

/// Why a target can only be built on another system, if that is so.
fn elsewhere(target: &str) -> Option<String> {
    if target.ends_with("-apple-darwin") && !cfg!(target_os = "macos") {
        return Some(format!("{target} is linked with Apple's frameworks, on macOS only"));
    }
    if target.ends_with("-msvc") && !cfg!(windows) {
        return Some(format!("{target} is linked with Microsoft's linker, on Windows only"));
    }
    None
}

/// Whether the C compiler and linker of Zig are needed: for every Linux, since that of this machine
/// would ask for its own glibc, and for other systems than this one.
pub(crate) fn needs_zig(target: &str) -> bool {
    target.contains("-linux-") || target.ends_with("-windows-gnu")
}

/// The target as cargo-zigbuild takes it.
pub(crate) fn with_glibc(target: &str) -> String {
    let (major, minor) = GLIBC;
    if target.ends_with("-linux-gnu") { format!("{target}.{major}.{minor}") } else { target.into() }
}

pub(crate) fn has_std(target: &str) -> bool {
    let mut rustc = std::process::Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", target]).current_dir(project::root());
    process::answer(&mut rustc).is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_belongs_to_one_platform() {
        let (platform, target) = Platform::of("x86_64-unknown-linux-gnu").unwrap();
        assert_eq!((platform.name, target), ("linux_amd64", "x86_64-unknown-linux-gnu"));

        let error = Platform::of("wasm32-wasip1").unwrap_err().to_string();
        assert!(error.contains("aarch64-apple-darwin"), "{error}");
    }

    #[test]
    fn only_glibc_has_a_version() {
        assert_eq!(with_glibc("x86_64-unknown-linux-gnu"), "x86_64-unknown-linux-gnu.2.17");
        assert_eq!(with_glibc("x86_64-unknown-linux-musl"), "x86_64-unknown-linux-musl");
    }
}
