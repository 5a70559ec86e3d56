//! What is in the program besides the provider: a list of its dependencies and their licences.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use testkit::{Result, process, project, provider};

/// The text that goes into the zip.
pub(crate) fn text(target: &str) -> Result<String> {
    let mut tree = project::cargo();
    tree.args(["tree", "--locked", "--package", provider::PROGRAM, "--target", target]);
    tree.args(["--edges", "normal", "--prefix", "none", "--format", "{p}\t{l}\t{r}"]);
    let lines = process::answer(&mut tree)?;
    // A package that was shown already has a mark behind it, and one of this workspace its folder.
    let all: BTreeSet<&str> = lines
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.split('\t').next().is_some_and(|package| package.contains(" (")))
        .collect();
    let mut text = format!(
        "{} {} is licensed under MPL-2.0, see LICENSE.\nIt contains these packages, each under its own licence:\n\n",
        provider::PROGRAM,
        provider::VERSION
    );
    for line in all {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        writeln!(text, "{}: {} ({})", field(), field(), field())?;
    }
    Ok(text)
}
