//! What zizmor (<https://docs.zizmor.sh/audits/>) says of the workflows: actions that are not pinned,
//! permissions that nobody needs, values that end up in a shell.

use std::fs;
use std::path::{Path, PathBuf};
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
    zizmor.args(written_from_guides()?);
    zizmor.current_dir(project::root());
    Ok(zizmor)
}

/// The workflows that the guides show, each in a file of its own: a reader copies them.
fn written_from_guides() -> Result<Vec<PathBuf>> {
    let target = project::root().join("target/workflows-of-guides");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;
    let mut written = Vec::new();
    for entry in fs::read_dir(project::root().join("docs/guides"))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for (number, text) in workflows_in(&fs::read_to_string(&path)?).into_iter().enumerate() {
            let file = target.join(Path::new(&format!("{name}-{number}.yml")));
            fs::write(&file, text)?;
            written.push(file);
        }
    }
    if written.is_empty() {
        return Err("no guide shows a workflow any more".into());
    }
    Ok(written)
}

/// The blocks of YAML in a page that have jobs.
fn workflows_in(page: &str) -> Vec<&str> {
    let blocks = page.split("\n```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split_once("\n```\n").map(|(block, _)| block));
    blocks.filter(|block| block.lines().any(|line| line == "jobs:")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_is_told_from_other_yaml() {
        let page =
            "x\n\n```yaml\nvariables:\n  A: b\n```\n\n```yaml\nname: x\njobs:\n  a: {}\n```\n";

        assert_eq!(workflows_in(page), ["name: x\njobs:\n  a: {}"]);
    }
}
