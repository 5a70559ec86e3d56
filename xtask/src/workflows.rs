//! What zizmor (<https://docs.zizmor.sh/audits/>) says of the workflows: actions that are not pinned,
//! permissions that nobody needs, values that end up in a shell.

use std::process::Command;

use testkit::{Result, project, pypi};

const REQUIREMENTS: &str = "xtask/src/workflows/requirements.txt";

/// Installs zizmor, unless it is there, and returns the command that reads the workflows.
///
/// It asks nothing of the network: what would need that depends on the hour, not on the change.
pub(crate) fn linter() -> Result<Command> {
    let folder = pypi::install_pinned(REQUIREMENTS)?;
    let mut zizmor = Command::new(folder.join("bin").join("zizmor"));
    zizmor.args(["--offline", "--no-progress", ".github/workflows"]);
    zizmor.current_dir(project::root());
    Ok(zizmor)
}
