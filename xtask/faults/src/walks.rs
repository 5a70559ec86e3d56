//! `cargo xtask faults --walks`: random walks, and one of them again.

use std::path::PathBuf;
use std::sync::Arc;

use testkit::Result;
use testkit::commands::{Driver, Provider};
use testkit::faults::runtime;
use testkit::walks::{self, Chain, Report};

/// How many walks are walked at the same time for each processor: most of them wait most of the time.
const JOBS: usize = 32;

/// After how many walks there is a word about how it goes.
const NEWS: usize = 100;

/// Which walks are walked.
#[derive(clap::Args, Debug, Clone, Default)]
pub(super) struct Choice {
    /// Walk this many random chains of edits, faults, ends, acts of others and commands instead.
    #[arg(long, value_name = "NUMBER")]
    walks: Option<u64>,
    /// The seed of the chains: the same seed brings the same ones.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Walk this one chain, and tell what happens.
    #[arg(long, value_name = "STEPS")]
    chain: Option<Chain>,
}

impl Choice {
    pub(super) fn are_wanted(&self) -> bool {
        self.walks.is_some() || self.chain.is_some()
    }
}

/// Walks; anything that is not clean is an error.
pub(super) fn run(arguments: &Choice, program: PathBuf, jobs: Option<usize>) -> Result {
    let driver = Arc::new(Driver::Core(Provider::new(program)));
    let reports = match &arguments.chain {
        Some(chain) => {
            let report = runtime()?.block_on(walks::walk(&driver, chain));
            for line in &report.log {
                println!("{line}");
            }
            vec![report]
        }
        None => many(&driver, arguments, jobs)?,
    };
    let failed: Vec<&Report> = reports.iter().filter(|report| !report.is_clean()).collect();
    for report in &failed {
        print!("{report}");
    }
    let steps: usize = reports.iter().map(|report| report.steps).sum();
    println!("{} walks, {steps} steps: {} clean", reports.len(), reports.len() - failed.len());
    if failed.is_empty() { Ok(()) } else { Err("not every walk was clean".into()) }
}

fn many(driver: &Arc<Driver>, arguments: &Choice, jobs: Option<usize>) -> Result<Vec<Report>> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = jobs.unwrap_or(JOBS * processors);
    let (mut done, mut bad) = (0, 0);
    let heard = |report: &Report| {
        done += 1;
        if !report.is_clean() {
            bad += 1;
            print!("{report}");
        }
        if done % NEWS == 0 {
            println!("{done} walked, {bad} of them not clean.");
        }
    };
    let count = arguments.walks.unwrap_or_default();
    runtime()?.block_on(walks::run(driver, arguments.seed, count, jobs, heard))
}
