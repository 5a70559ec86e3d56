//! The provider's program: what it is called, where it is, and how Terraform finds it.

use std::path::{Path, PathBuf};

use crate::Result;

/// The provider's address in a configuration's `required_providers`.
pub const SOURCE: &str = "rackspace/rackspace";

/// The registries that a bare `namespace/name` stands for: Terraform's, then `OpenTofu`'s.
pub const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The version of the provider. All packages of the workspace share it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The name of the package and of the program that Terraform starts.
pub const PROGRAM: &str = "terraform-provider-rackspace";

/// The program that Cargo has built for the test which is running.
///
/// Cargo names it to the tests of the provider's package; a test that a person starts by hand finds
/// it where Cargo leaves it.
pub fn under_test() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os(format!("CARGO_BIN_EXE_{PROGRAM}")) {
        return Ok(named.into());
    }
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent);
    let program = folder.map(|it| it.join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX)));
    program
        .filter(|it| it.is_file())
        .ok_or_else(|| format!("{PROGRAM} is not beside {}", test.display()).into())
}

/// Puts the provider's program into a filesystem mirror, under every registry's name.
///
/// The layout is the unpacked one of
/// <https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror>.
pub fn put_into_mirror(program: &Path, mirror: &Path, platform: &str) -> Result<Vec<PathBuf>> {
    let mut placed = Vec::new();
    for registry in REGISTRIES {
        let folder = mirror.join(registry).join(SOURCE).join(VERSION).join(platform);
        std::fs::create_dir_all(&folder)?;
        let suffix = std::env::consts::EXE_SUFFIX;
        let target = folder.join(format!("{PROGRAM}_v{VERSION}{suffix}"));
        // A running Terraform may be executing the old file: it is replaced, never overwritten.
        let arriving = folder.join(".arriving");
        std::fs::copy(program, &arriving)?;
        std::fs::rename(&arriving, &target)?;
        placed.push(target);
    }
    Ok(placed)
}

/// What a tool has printed with Terraform's registry in the place of `OpenTofu`'s: each names its own
/// where it means the provider.
pub fn as_of_terraform(printed: &str) -> String {
    let [terraform, tofu] = REGISTRIES;
    printed.replace(tofu, terraform)
}

/// This machine's `os_arch` as Go and Terraform write it.
pub fn platform() -> String {
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

    #[test]
    fn a_message_names_the_provider_whichever_tool_has_printed_it() {
        let printed = "with provider[\"registry.opentofu.org/rackspace/rackspace\"],";

        let expected = format!("with provider[\"{}\"],", Rackspace::ADDRESS);
        assert_eq!(as_of_terraform(printed), expected);
    }

    #[test]
    fn the_program_stands_in_the_mirror_under_both_registries() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("built");
        std::fs::write(&program, "program").unwrap();

        let placed = put_into_mirror(&program, folder.path(), "linux_amd64").unwrap();

        let names: Vec<_> = placed
            .iter()
            .map(|it| it.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned())
            .collect();
        let tail = format!(
            "rackspace/rackspace/{VERSION}/linux_amd64/terraform-provider-rackspace_v{VERSION}"
        );
        assert_eq!(
            names,
            [format!("registry.terraform.io/{tail}"), format!("registry.opentofu.org/{tail}")]
        );
        assert_eq!(std::fs::read_to_string(&placed[0]).unwrap(), "program");
    }
}
