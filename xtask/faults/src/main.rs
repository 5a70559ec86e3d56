//! `cargo xtask faults`: every fault at every API call of every scenario, through the real provider.

#![expect(clippy::print_stdout, reason = "a command line tool talks on stdout")]

mod table;
mod walks;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;

use testkit::commands::{Driver, Provider};
use testkit::faults::{self, Case, Report};
use testkit::terraform::Cli;
use testkit::{Result, project, provider};

/// After how many cases there is a word about how it goes.
const NEWS: usize = 500;

/// Run every scenario with every fault at every API call, and look for what was lost or made twice.
#[derive(Parser, Debug)]
#[command(name = "cargo xtask faults")]
struct Arguments {
    /// Run a part of the cases, with each fault and each kind of call at least once, through the
    /// Terraform command line tool.
    #[arg(long)]
    terraform: bool,
    /// Only cases whose description has this text, such as `user` or `POST /instances` or `413`.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// How many cases are run at the same time. Default: sixteen for each processor, for most of
    /// them wait most of the time; one with the tool.
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<usize>,
    /// Run none, and say how many cases there are.
    #[arg(long)]
    count: bool,
    #[command(flatten)]
    walks: walks::Choice,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nFailed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the cases and prints the table; anything but survival is an error.
fn run(arguments: &Arguments) -> Result {
    let started = Instant::now();
    // A copy, so that a build meanwhile does not exchange the program.
    let folder = tempfile::Builder::new().prefix("rackspace-faults-").tempdir()?;
    let program = folder.path().join(provider::PROGRAM);
    std::fs::copy(project::optimized_build()?, &program)?;
    if arguments.walks.are_wanted() {
        return walks::run(&arguments.walks, program, arguments.jobs);
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let (driver, jobs) = if arguments.terraform {
        (Driver::Tool { cli: Cli::find()?, provider: program }, 1)
    } else {
        (Driver::Core(Provider::new(program)), 16)
    };
    let jobs = arguments.jobs.unwrap_or(jobs * processors);
    let reports = faults::runtime()?.block_on(run_cases(arguments, Arc::new(driver), jobs))?;
    if arguments.count {
        return Ok(());
    }
    println!("{}", table::table(&reports));
    if let Some(halts) = table::halts(&reports) {
        println!("{halts}");
    }
    println!("Run in {} s.", started.elapsed().as_secs());
    println!("{}", table::verdict(&reports));
    match faults::failures(&reports).count() {
        0 => Ok(()),
        _ => Err("not every case was survived".into()),
    }
}

async fn run_cases(arguments: &Arguments, driver: Arc<Driver>, jobs: usize) -> Result<Vec<Report>> {
    let mut cases = chosen(faults::cases(&driver).await?, &arguments.only);
    if arguments.terraform {
        cases = faults::sample(cases);
    }
    println!("{} cases, {jobs} at a time.\n", cases.len());
    if arguments.count {
        return Ok(Vec::new());
    }
    let total = cases.len();
    let (mut done, mut bad) = (0, 0);
    let heard = |report: &Report| {
        done += 1;
        if !report.outcome.survived() {
            bad += 1;
            // At once: who ends a run of an hour early knows what it has found.
            print!("{report}");
        }
        if done % NEWS == 0 {
            println!("{done} of {total} run, {bad} of them not survived.");
        }
    };
    Ok(faults::run(&driver, cases, jobs, heard).await)
}

fn chosen(mut cases: Vec<Case>, only: &[String]) -> Vec<Case> {
    cases.retain(|case| {
        let description = format!("{}: {}", case.call, case.fault.name);
        only.iter().all(|text| description.contains(text))
    });
    cases
}
