//! Tools of others that come from `PyPI`, installed by pip into a folder of this project.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, process};

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
