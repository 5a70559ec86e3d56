//! `cargo xtask mutants`: changes what decides about writes, one place at a time, and shows which
//! changes no test notices.
//!
//! `cargo mutants` does the work, on a copy of the tree that stays under `target/mutants`, so that each
//! build is as short as that of one edited file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use testkit::{Result, process, project};

use accepted::ACCEPTED;
use groups::{GROUPS, Group};

mod accepted;
mod groups;

/// The version whose options and files this was written for.
const CARGO_MUTANTS: &str = "27.1.0";

/// The first test that fails has caught the mutant, and the others need not run. Only test programs of a
/// nightly toolchain know the option for it, and those that are told to be one.
const RUNNER: &str = "--cargo-arg=--config=target.'cfg(all())'.runner='env RUSTC_BOOTSTRAP=1'";

/// How `cargo mutants` ends when it has done its work: all caught, some not, some without an end.
const DONE: [i32; 3] = [0, 2, 3];

/// Arguments of the command.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The group to run, as the table in `xtask/src/mutants/groups.rs` names it; may be repeated. Left
    /// out, all of them.
    #[arg(long)]
    group: Vec<String>,
    /// One part of each group, such as 0/4.
    #[arg(long)]
    shard: Option<String>,
    /// So many mutants of each group, by chance.
    #[arg(long, conflicts_with = "shard")]
    sample: Option<usize>,
    /// Where the chance begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What came of the mutants.
#[derive(Default)]
struct Outcome {
    caught: usize,
    unviable: usize,
    timed_out: usize,
    survived: Vec<String>,
}

/// Runs the groups, and fails if a survivor is not in the list of accepted ones.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let groups = chosen(&arguments.group)?;
    make_sure_of_cargo_mutants()?;
    let tree = copied_tree()?;
    let mut all = Outcome::default();
    for group in groups {
        println!("\n{}", group.name);
        let outcome = run_group(&tree, group, arguments)?;
        println!("{}: {}", group.name, outcome.summary());
        all.add(outcome);
    }
    println!("\n{}", all.summary());
    let mut open = 0;
    for survivor in &all.survived {
        let reason = reason_for(survivor);
        open += usize::from(reason.is_none());
        println!(
            "  {survivor}{}",
            reason.map(|it| format!("\n    accepted: {it}")).unwrap_or_default()
        );
    }
    if open > 0 {
        return Err(format!(
            "{open} mutants survived. Write a test for each, or a line in xtask/src/mutants/accepted.rs that says why it cannot matter."
        )
        .into());
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Group>> {
    let known = || GROUPS.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return Ok(GROUPS.iter().collect());
    }
    let find = |name: &String| {
        let group = GROUPS.iter().find(|it| it.name == name);
        group.ok_or_else(|| format!("no group is named {name}; there are {}", known()).into())
    };
    names.iter().map(find).collect()
}

fn run_group(tree: &Path, group: &Group, arguments: &Arguments) -> Result<Outcome> {
    let output = folder().join(group.name);
    let mut mutants = cargo_mutants(tree, group);
    mutants.args(["--in-place", "--no-times", "--timeout-multiplier", "3", RUNNER]);
    mutants.arg("--output").arg(&output);
    if let Some(shard) = &arguments.shard {
        mutants.args(["--shard", shard]);
    }
    if let Some(count) = arguments.sample {
        for name in sample(tree, group, count, arguments.seed)? {
            mutants.args(["--re", &format!("^{}$", escaped(&name))]);
        }
    }
    mutants.arg("--").args(group.tests);
    if !group.tests.contains(&"--") {
        mutants.arg("--");
    }
    mutants.args(["-Zunstable-options", "--fail-fast"]);
    // A test program that ends at once leaves its directories behind.
    let temporary = TempDir::with_prefix("mutants-")?;
    mutants.env("TMPDIR", temporary.path());
    fs::create_dir_all(&output)?;
    let code = process::code(&mut mutants)?;
    if !DONE.contains(&code) {
        return Err(
            format!("cargo mutants failed in group {}: exit code {code}", group.name).into()
        );
    }
    Outcome::read(&output.join("mutants.out"))
}

/// The names of some mutants of the group. Where a field is left out `cargo mutants` heeds no pattern, so
/// those come in addition.
fn sample(tree: &Path, group: &Group, count: usize, seed: u64) -> Result<Vec<String>> {
    let list = process::answer(cargo_mutants(tree, group).arg("--list"))?;
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut names = chance.choose_multiple(list.lines(), count);
    names.sort_unstable();
    Ok(names.into_iter().map(str::to_owned).collect())
}

/// `cargo mutants` for the files of a group. What the project is made of it does not build once more.
fn cargo_mutants(tree: &Path, group: &Group) -> Command {
    let mut mutants = project::cargo();
    mutants.current_dir(tree).args(["mutants", "--colors", "never", "--package", group.package]);
    for file in group.globs() {
        mutants.args(["--file", &file]);
    }
    mutants.env("CARGO_TARGET_DIR", project::root().join("target"));
    // Nobody looks at a backtrace, and without that each mutant is linked sooner.
    mutants.env("CARGO_PROFILE_DEV_DEBUG", "false").env("RUST_BACKTRACE", "0");
    mutants
}

fn folder() -> PathBuf {
    project::root().join("target/mutants")
}

/// Copies what git knows, as it is in the working tree. What has not changed keeps its time, so that it
/// is not built again.
fn copied_tree() -> Result<PathBuf> {
    let (root, tree) = (project::root(), folder().join("tree"));
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(&root);
    let files = process::answer(&mut git)?;
    let wanted: BTreeSet<PathBuf> =
        files.split('\0').filter(|it| !it.is_empty()).map(PathBuf::from).collect();
    for file in &wanted {
        // One that is deleted and not yet committed.
        let Ok(content) = fs::read(root.join(file)) else { continue };
        let copy = tree.join(file);
        if fs::read(&copy).is_ok_and(|old| old == content) {
            continue;
        }
        copy.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(root.join(file), &copy)?;
        fs::File::options().append(true).open(&copy)?.set_modified(std::time::SystemTime::now())?;
    }
    remove_others(&tree, Path::new(""), &|file: &Path| {
        wanted.contains(file) && root.join(file).exists()
    })?;
    Ok(tree)
}

/// Removes the files below a folder of the tree that are not wanted any more.
fn remove_others(tree: &Path, folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result {
    for entry in fs::read_dir(tree.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            remove_others(tree, &path, wanted)?;
        } else if !wanted(&path) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn make_sure_of_cargo_mutants() -> Result {
    let mut version = project::cargo();
    version.args(["mutants", "--version"]);
    if version.output().is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    let version = format!("cargo-mutants@{CARGO_MUTANTS}");
    process::run(project::cargo().args(["install", "--locked", &version]))
}

/// A name as a pattern that fits nothing else.
fn escaped(name: &str) -> String {
    let mut pattern = String::new();
    for sign in name.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(sign) {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern
}

/// Why a survivor cannot matter, if somebody has said so.
fn reason_for(survivor: &str) -> Option<&'static str> {
    let place = without_line(survivor);
    ACCEPTED.iter().find(|(mutant, _)| *mutant == place).map(|(_, reason)| *reason)
}

/// `FILE:LINE:COLUMN: CHANGE` as `FILE: CHANGE`, which lasts when lines move.
fn without_line(mutant: &str) -> String {
    let mut parts = mutant.splitn(4, ':');
    match (parts.next(), parts.nth(2)) {
        (Some(file), Some(change)) => format!("{file}:{change}"),
        _ => mutant.to_owned(),
    }
}

impl Outcome {
    /// Reads the files that `cargo mutants` leaves.
    fn read(folder: &Path) -> Result<Self> {
        let lines = |name: &str| -> Result<Vec<String>> {
            let text = fs::read_to_string(folder.join(name))?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        Ok(Self {
            caught: lines("caught.txt")?.len(),
            unviable: lines("unviable.txt")?.len(),
            timed_out: lines("timeout.txt")?.len(),
            survived: lines("missed.txt")?,
        })
    }

    fn add(&mut self, other: Self) {
        self.caught += other.caught;
        self.unviable += other.unviable;
        self.timed_out += other.timed_out;
        self.survived.extend(other.survived);
    }

    fn summary(&self) -> String {
        let Self { caught, unviable, timed_out, survived } = self;
        let all = caught + unviable + timed_out + survived.len();
        format!(
            "{all} mutants: {caught} caught, {} survived, {unviable} unviable, {timed_out} timed out",
            survived.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_a_name_of_its_own_and_its_files_exist() {
        let names: BTreeSet<&str> = GROUPS.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), GROUPS.len());
        for group in &GROUPS {
            for path in group.paths() {
                let path = project::root().join(path);
                assert!(path.exists(), "{}: there is no {}", group.name, path.display());
            }
        }
    }

    #[test]
    fn every_file_of_the_resources_is_in_a_group() {
        let paths: Vec<String> = GROUPS.iter().flat_map(Group::paths).collect();
        let mut folders = vec![project::root().join("src/resources")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let name =
                    path.strip_prefix(project::root()).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    assert!(paths.iter().any(|it| name.starts_with(it.as_str())), "{name}");
                }
            }
        }
    }

    #[test]
    fn every_accepted_survivor_is_in_a_file_of_a_group_and_has_a_reason() {
        for (mutant, reason) in ACCEPTED {
            let file = mutant.split(':').next().unwrap_or_default();
            let of_a_group = GROUPS.iter().flat_map(Group::paths).any(|it| file.starts_with(&it));
            assert!(of_a_group && project::root().join(file).is_file(), "{mutant}");
            assert!(reason.ends_with('.'), "{mutant}: {reason}");
        }
    }

    #[test]
    fn a_survivor_is_known_again_when_its_line_moves() {
        let name = "src/a.rs:57:55: replace -= with += in <impl Drop for W<'_>>::drop";

        assert_eq!(
            without_line(name),
            "src/a.rs: replace -= with += in <impl Drop for W<'_>>::drop"
        );
    }

    #[test]
    fn a_name_as_a_pattern_fits_itself_only() {
        assert_eq!(escaped("a.rs:1: |= with & in f<'_>"), r"a\.rs:1: \|= with \& in f<'_>");
    }

    #[test]
    fn the_summary_counts_everything() {
        let mut all = Outcome { caught: 3, survived: vec!["x".to_owned()], ..Outcome::default() };
        all.add(Outcome { unviable: 2, timed_out: 1, ..Outcome::default() });

        assert_eq!(all.summary(), "7 mutants: 3 caught, 1 survived, 2 unviable, 1 timed out");
    }
}
