//! `cargo xtask install`: the provider for a plain `terraform init`.
//!
//! Terraform searches some folders of the machine before it asks a registry. A provider found there
//! is taken from there, so no configuration of the command line tool is needed:
//! <https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories>.

use std::path::{Path, PathBuf};

use testkit::{Result, project, provider};

/// Builds the release and puts it into the implied local mirror.
pub(crate) fn run() -> Result {
    println!("Building the release of {}.", provider::PROGRAM);
    let binary = project::release_build()?;
    let mirror = mirror(|name| std::env::var_os(name).map(PathBuf::from))?;
    for placed in provider::put_into_mirror(&binary, &mirror, &provider::platform())? {
        println!("Placed {}", placed.display());
    }
    println!(
        "\nA configuration that names the source \"{}\" finds it by `terraform init`.\n\
         A directory that was initialised with an earlier build has that build's checksum in \
         .terraform.lock.hcl: delete that file there and run `terraform init` again.",
        provider::SOURCE
    );
    Ok(())
}

/// The folder in which Terraform and `OpenTofu` look for providers of this user.
fn mirror(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
    if cfg!(windows) {
        let data = variable("APPDATA").ok_or("APPDATA is not set")?;
        return Ok(data.join("terraform.d").join("plugins"));
    }
    // The base directory specification has a relative path ignored, and so does Terraform.
    if cfg!(target_os = "linux")
        && let Some(data) = variable("XDG_DATA_HOME").filter(|data| data.is_absolute())
    {
        return Ok(data.join("terraform").join("plugins"));
    }
    let home = variable("HOME").filter(|home| home != Path::new("")).ok_or("HOME is not set")?;
    Ok(home.join(".terraform.d").join("plugins"))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn mirror_with(xdg: Option<&str>) -> PathBuf {
        mirror(|name| match name {
            "XDG_DATA_HOME" => xdg.map(PathBuf::from),
            "HOME" => Some(PathBuf::from("/ada")),
            _ => None,
        })
        .unwrap()
    }

    #[test]
    fn the_mirror_is_in_the_home_directory() {
        assert_eq!(mirror_with(None), Path::new("/ada/.terraform.d/plugins"));
    }

    #[test]
    fn an_xdg_data_home_is_honoured() {
        assert_eq!(mirror_with(Some("/data")), Path::new("/data/terraform/plugins"));
    }

    #[test]
    fn a_relative_xdg_data_home_is_ignored() {
        assert_eq!(mirror_with(Some("data")), Path::new("/ada/.terraform.d/plugins"));
    }

    #[test]
    fn no_home_is_said_plainly() {
        assert_eq!(mirror(|_| None).unwrap_err().to_string(), "HOME is not set");
    }
}
