//! Where things of this project are, and what they are called.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Result, program};

/// The provider's address in a configuration's `required_providers`.
pub(crate) const SOURCE: &str = "rackspace/rackspace";

/// The registries that a bare `namespace/name` stands for: Terraform's, then `OpenTofu`'s.
pub(crate) const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The version of the provider. All packages of the workspace share it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The name of the package and of the program that Terraform starts.
pub(crate) const PROVIDER: &str = "terraform-provider-rackspace";

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// `cargo`, the one that runs us, at the root of the workspace.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    // Set for us by `cargo run`; a nested build would see a change and compile again.
    for ours in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        cargo.env_remove(ours);
    }
    cargo
}

/// Builds the provider as it is released and returns where the program is.
pub(crate) fn release_build() -> Result<PathBuf> {
    build(&["--release"])
}

/// Builds the provider as its tests use it and returns where the program is.
pub(crate) fn debug_build() -> Result<PathBuf> {
    build(&[])
}

fn build(profile: &[&str]) -> Result<PathBuf> {
    let output = program::answer(cargo().arg("build").args(profile).args([
        "--locked",
        "--package",
        PROVIDER,
        "--message-format=json-render-diagnostics",
    ]))?;
    output
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| format!("cargo built no program for the package {PROVIDER}").into())
}

/// Puts the provider's program into a filesystem mirror, under every registry's name.
///
/// The layout is the unpacked one of
/// <https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror>.
pub(crate) fn put_into_mirror(
    binary: &Path,
    mirror: &Path,
    platform: &str,
) -> Result<Vec<PathBuf>> {
    let mut placed = Vec::new();
    for registry in REGISTRIES {
        let folder = mirror.join(registry).join(SOURCE).join(VERSION).join(platform);
        std::fs::create_dir_all(&folder)?;
        let suffix = std::env::consts::EXE_SUFFIX;
        let target = folder.join(format!("{PROVIDER}_v{VERSION}{suffix}"));
        // A running Terraform may be executing the old file: it is replaced, never overwritten.
        let arriving = folder.join(".arriving");
        std::fs::copy(binary, &arriving)?;
        std::fs::rename(&arriving, &target)?;
        placed.push(target);
    }
    Ok(placed)
}

/// This machine's `os_arch` as Go and Terraform write it.
pub(crate) fn platform() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{os}_{arch}")
}

#[cfg(test)]
mod tests {
    use terraform_provider_rackspace::Rackspace;
    use tfplug::Provider;

    use super::*;

    #[test]
    fn the_provider_is_installed_under_the_address_it_answers_to() {
        let [terraform, _] = REGISTRIES;

        assert_eq!(Rackspace::ADDRESS, format!("{terraform}/{SOURCE}"));
        assert_eq!(Rackspace::VERSION, VERSION);
    }
}
