//! The implied local mirror: the folder of this user in which Terraform and `OpenTofu` look first.

use std::path::{Path, PathBuf};

use testkit::{Result, provider};

/// Where it is.
pub(super) fn implied(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
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

/// Places a program, in the stead of whatever there was of its version and platform.
pub(super) fn place(program: &Path, mirror: &Path) -> Result<Vec<PathBuf>> {
    let platform = provider::platform();
    for folder in folders(mirror) {
        let packed = folder.join(zip(&platform));
        if packed.exists() {
            std::fs::remove_file(&packed)?;
        }
    }
    provider::put_into_mirror(program, mirror, &platform)
}

/// Places the zips of a folder, in the stead of whatever there was of their version and platform. The
/// layout is the packed one of
/// <https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror>.
pub(super) fn place_packed(dist: &Path, mirror: &Path) -> Result<Vec<PathBuf>> {
    let zips = platforms(dist)?;
    if zips.is_empty() {
        let folder = dist.display();
        return Err(format!("there is no zip in {folder}: run `cargo xtask dist` first").into());
    }
    let mut placed = Vec::new();
    for folder in folders(mirror) {
        for platform in &zips {
            let unpacked = folder.join(provider::VERSION).join(platform);
            if unpacked.exists() {
                std::fs::remove_dir_all(&unpacked)?;
            }
            std::fs::create_dir_all(&folder)?;
            let target = folder.join(zip(platform));
            // A running Terraform may be reading the old file: it is replaced, never overwritten.
            let arriving = folder.join(".arriving");
            std::fs::copy(dist.join(zip(platform)), &arriving)?;
            std::fs::rename(&arriving, &target)?;
            placed.push(target);
        }
    }
    Ok(placed)
}

/// Removes all that is there of the provider.
pub(super) fn remove(mirror: &Path) -> Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    for folder in folders(mirror) {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
            removed.push(folder);
        }
    }
    Ok(removed)
}

/// The folders of the provider, one for each registry that a bare source stands for.
fn folders(mirror: &Path) -> impl Iterator<Item = PathBuf> {
    provider::REGISTRIES.iter().map(move |registry| mirror.join(registry).join(provider::SOURCE))
}

fn zip(platform: &str) -> String {
    format!("{}_{}_{platform}.zip", provider::PROGRAM, provider::VERSION)
}

/// The platforms of which a folder has the zip of this version.
fn platforms(dist: &Path) -> Result<Vec<String>> {
    if !dist.is_dir() {
        return Ok(Vec::new());
    }
    let before = format!("{}_{}_", provider::PROGRAM, provider::VERSION);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dist)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let platform = name.strip_prefix(&before).and_then(|it| it.strip_suffix(".zip"));
        found.extend(platform.map(str::to_owned));
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn mirror_with(xdg: Option<&str>) -> PathBuf {
        let variable = |name: &str| match name {
            "XDG_DATA_HOME" => xdg.map(PathBuf::from),
            "HOME" => Some(PathBuf::from("/ada")),
            _ => None,
        };
        implied(variable).unwrap()
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
        assert_eq!(implied(|_| None).unwrap_err().to_string(), "HOME is not set");
    }

    /// Two packages of one version and platform would leave it to chance which one is taken.
    #[test]
    fn a_zip_and_a_program_take_each_others_place() {
        let temporary = tempfile::tempdir().unwrap();
        let (mirror, dist) = (temporary.path().join("mirror"), temporary.path().join("dist"));
        let (program, platform) = (temporary.path().join("built"), provider::platform());
        std::fs::create_dir(&dist).unwrap();
        std::fs::write(&program, "program").unwrap();
        std::fs::write(dist.join(zip(&platform)), "zip").unwrap();

        let unpacked = place(&program, &mirror).unwrap();
        let packed = place_packed(&dist, &mirror).unwrap();
        assert!(packed.iter().all(|it| it.is_file()) && !unpacked.iter().any(|it| it.exists()));

        place(&program, &mirror).unwrap();
        assert!(unpacked.iter().all(|it| it.is_file()) && !packed.iter().any(|it| it.exists()));

        assert_eq!(remove(&mirror).unwrap().len(), provider::REGISTRIES.len());
        assert!(remove(&mirror).unwrap().is_empty());
    }

    #[test]
    fn without_zips_it_is_said_how_to_make_them() {
        let folder = tempfile::tempdir().unwrap();
        let error = place_packed(&folder.path().join("dist"), folder.path()).unwrap_err();
        assert!(error.to_string().contains("cargo xtask dist"), "{error}");
    }
}
