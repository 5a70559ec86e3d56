//! `cargo xtask fuzz`: every fuzz target, for longer than `cargo test` takes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use testkit::{Result, project};

/// Packages with fuzz targets. A target is a test whose name begins with `fuzz_`.
const PACKAGES: [&str; 3] = ["tfplug", "clouddb", "terraform-provider-rackspace"];

/// Arguments of the command.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Executions of each target.
    #[arg(long, default_value_t = 100_000)]
    runs: u64,
    /// Where the random numbers begin; another one every time if left out.
    #[arg(long)]
    seed: Option<u64>,
}

/// Runs every target, and adds up what they report.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
    };
    println!("{} executions of each target, FUZZ_SEED={seed}", arguments.runs);
    let (mut targets, mut executions) = (0, 0);
    for package in PACKAGES {
        println!("{package}");
        for count in run_package(package, arguments.runs, seed)? {
            targets += 1;
            executions += count;
        }
    }
    println!("{targets} targets, {executions} executions, none failed");
    Ok(())
}

/// Runs the targets of a package and shows their reports as they come. The executions of each.
fn run_package(package: &str, runs: u64, seed: u64) -> Result<Vec<u64>> {
    let mut tests: Command = project::cargo();
    tests.args(["test", "--locked", "-p", package, "--lib", "--tests", "fuzz_"]);
    tests.args(["--", "--nocapture"]);
    tests.env("FUZZ_RUNS", runs.to_string()).env("FUZZ_SEED", seed.to_string());
    let mut running = tests.stdout(Stdio::piped()).spawn()?;
    let (mut text, mut executions) = (String::new(), Vec::new());
    for line in BufReader::new(running.stdout.take().ok_or("no stdout")?).lines() {
        let line = line?;
        if let Some((report, count)) = report_in(&line) {
            println!("  {report}");
            executions.push(count);
        }
        text.extend([&line, "\n"]);
    }
    if running.wait()?.success() {
        return Ok(executions);
    }
    Err(format!("{text}\na target of {package} failed, see above").into())
}

/// A target's report, and its executions.
fn report_in(line: &str) -> Option<(&str, u64)> {
    let report = line.split("fuzz ").nth(1)?;
    Some((report, executions_in(report)?))
}

/// The number in `NAME: N executions, M different answers`.
fn executions_in(report: &str) -> Option<u64> {
    let (_, numbers) = report.split_once(": ")?;
    numbers.split_once(" executions")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read() {
        assert_eq!(executions_in("logins: 2000 executions, 88 different answers"), Some(2000));
        assert_eq!(executions_in("_logins ... ok"), None);
    }
}
