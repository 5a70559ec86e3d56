//! `cargo xtask dist --check`: what has to hold of a release before anybody installs it.

mod altered;
mod elsewhere;
mod installation;
mod program;
mod registry;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use testkit::terraform::Cli;
use testkit::{Result, process, project, provider};

use crate::missing::Missing;
use crate::platform::{self, PLATFORMS, Platform};
use crate::release::Release;
use crate::signature::Key;
use crate::{archive, compile, sums};

/// Runs every check on a release of this machine's platform.
pub(crate) fn run(install_tools: bool) -> Result {
    let name = provider::platform();
    let platform = PLATFORMS.iter().find(|it| it.name == name);
    let platform = platform.ok_or_else(|| format!("there is no release for {name}"))?;
    if install_tools && let Some(target) = platform.first_of_this_system() {
        platform::install_tools(target).map_err(|error| Missing(error.to_string()))?;
    }
    let target = platform.target().map_err(Missing)?;
    if !Key::can_be_made() {
        return Err(Missing("gpg, which signs, is missing".to_owned()).into());
    }
    let temporary = TempDir::with_prefix("rackspace-dist-")?;

    println!("Building for {name} ({target}), and once more from another folder.");
    let (checkout, apart) = (copy(temporary.path())?, temporary.path().join("target"));
    // Side by side: the end of each, where all is optimized together, keeps one processor busy.
    let (built, again) = std::thread::scope(|scope| {
        let again = scope.spawn(|| compile::program(&checkout, target, &apart));
        let built = compile::program(&project::root(), target, &compile::folder());
        (built, again.join().unwrap_or_else(|_| Err("the second build ended early".into())))
    });
    let (built, again) = (built?, again?);
    program::needs_only_old_libraries(&built)?;
    program::names_no_folder_of_this_machine(&built)?;
    equal(&built, &again)?;

    let key = Key::throwaway(&temporary.path().join("keys"))?;
    let folder = temporary.path().join("release");
    pack(&folder, platform, target, &built, &key)?;
    let twin = temporary.path().join("twin");
    pack(&twin, platform, target, &again, &key)?;
    equal(&folder.join(archive::name(platform.name)), &twin.join(archive::name(platform.name)))?;
    equal(&folder.join(sums::name()), &twin.join(sums::name()))?;

    let clis = clis()?;
    for cli in &clis {
        installation::works(cli, &folder, &key)?;
        altered::is_refused(cli, platform, &folder, &key, temporary.path())?;
    }
    elsewhere::compiles(platform, install_tools)?;
    temporary.close()?;
    println!("\nThe release holds what it promises.");
    Ok(())
}

fn pack(folder: &Path, platform: &Platform, target: &str, program: &Path, key: &Key) -> Result {
    let mut release = Release::begin(folder.to_owned())?;
    release.add(platform, target, program)?;
    release.finish(Some(key))
}

/// The files of this checkout in another folder, as git knows them.
fn copy(parent: &Path) -> Result<PathBuf> {
    let folder = parent.join("a-folder-of-another-name");
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let names = process::answer(list.current_dir(project::root()))?;
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (project::root().join(name), folder.join(name));
        // What somebody has removed and not committed is listed all the same.
        if from.is_file() {
            to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::copy(from, to)?;
        }
    }
    Ok(folder)
}

fn equal(one: &Path, other: &Path) -> Result {
    if sums::of(one)? == sums::of(other)? {
        println!("[ok] {} is the same wherever it is made", file_name(one));
        return Ok(());
    }
    Err(format!("{} and {} differ", one.display(), other.display()).into())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Terraform, and `OpenTofu` where there is one.
fn clis() -> Result<Vec<Cli>> {
    let first = Cli::find()?;
    let tofu = Cli::on_path("tofu").filter(|_| first.name() != "tofu");
    if tofu.is_none() && first.name() != "tofu" {
        println!("[skipped] OpenTofu: there is no `tofu` on PATH");
    }
    Ok([first].into_iter().chain(tofu).collect())
}
