//! Random walks: a machine that finds faults by itself.
//!
//! A chain of random steps (edits of a configuration, acts of others, faults, ends, commands) is walked
//! against a simulated account, and an oracle compares server and state after each command. A chain
//! that fails is made as short as it can be, and its text repeats it.

mod actor;
mod blocks;
mod census;
mod chain;
mod configuration;
mod copies;
mod generate;
mod groups;
mod ha_groups;
mod label;
mod leftovers;
mod naming;
mod oracle;
mod originals;
mod person;
mod protection;
mod restarts;
mod roots;
mod schedules;
mod settings;
mod spoils;
mod step;
mod trouble;
mod upgrades;
mod verification;
mod walker;
mod wish;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::Result;
use crate::commands::{Driver, Provider};
use crate::faults::runtime;
use crate::oracle::{Finding, Outcome};
pub use chain::Chain;
use walker::Walker;

/// A walk that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// How many walks are walked at the same time by a test.
const JOBS_OF_TEST: usize = 8;

/// How many shorter chains are tried after a failure.
const TRIES: usize = 60;

/// What came of a walk.
#[derive(Debug)]
pub struct Report {
    /// The chain, or the shortest one that fails as it did.
    pub chain: Chain,
    /// How many steps were taken before anything was made shorter.
    pub steps: usize,
    /// What was wrong.
    pub findings: Vec<Finding>,
    /// What was done and told.
    pub log: Vec<String>,
}

impl Report {
    /// Whether nothing was wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn worst(&self) -> Option<Outcome> {
        self.findings.iter().map(|finding| finding.outcome).max()
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "\ncargo xtask faults --chain '{}'", self.chain)?;
        for finding in &self.findings {
            let what = finding.what.replace('\n', "\n    ");
            writeln!(f, "  {} {}", finding.outcome.mark(), what.trim_end())?;
        }
        Ok(())
    }
}

/// Walks a chain.
pub async fn walk(driver: &Driver, chain: &Chain) -> Report {
    let failed = |what: String, walker: Option<Walker>| {
        let (mut findings, log) =
            walker.map_or_else(Default::default, |it| (it.oracle.findings, it.log));
        findings.push(Finding { outcome: Outcome::Broken, what });
        Report { chain: chain.clone(), steps: chain.0.len(), findings, log }
    };
    let mut walker = match Walker::new(driver) {
        Ok(walker) => walker,
        Err(error) => return failed(error.to_string(), None),
    };
    let walking = async {
        for step in &chain.0 {
            walker.take(step).await?;
        }
        walker.settle().await
    };
    match tokio::time::timeout(PATIENCE, walking).await {
        Ok(Ok(())) => Report {
            chain: chain.clone(),
            steps: chain.0.len(),
            findings: walker.oracle.findings,
            log: walker.log,
        },
        Ok(Err(error)) => failed(format!("the provider did not answer: {error}"), Some(walker)),
        Err(_) => failed("it hung".to_owned(), Some(walker)),
    }
}

/// Walks so many random chains, some at a time, and returns the reports in their order, with those
/// that failed as short as can be. `heard` is told of each when it has ended.
pub async fn run(
    driver: &Arc<Driver>,
    seed: u64,
    count: u64,
    jobs: usize,
    mut heard: impl FnMut(&Report),
) -> Result<Vec<Report>> {
    let places = Arc::new(Semaphore::new(jobs.max(1)));
    let mut walking = JoinSet::new();
    for number in 0..count {
        let chain = generate::tree(seed, number)?.current();
        let (driver, places) = (Arc::clone(driver), Arc::clone(&places));
        walking.spawn(async move {
            let _place = places.acquire_owned().await;
            (number, walk(&driver, &chain).await)
        });
    }
    let mut reports = Vec::new();
    while let Some(ended) = walking.join_next().await {
        let (number, report) = match ended {
            Ok(report) => report,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        };
        heard(&report);
        reports.push((number, report));
    }
    let mut shortening = JoinSet::new();
    let mut shortest = Vec::new();
    for (number, report) in reports {
        if report.is_clean() {
            shortest.push((number, report));
            continue;
        }
        let (driver, here) = (Arc::clone(driver), Handle::current());
        shortening.spawn_blocking(move || {
            here.block_on(shorten(&driver, seed, number, report)).map(|report| (number, report))
        });
    }
    while let Some(ended) = shortening.join_next().await {
        shortest.push(ended??);
    }
    shortest.sort_by_key(|(number, _)| *number);
    Ok(shortest.into_iter().map(|(_, report)| report).collect())
}

/// The report of the shortest chain found that fails as this one did.
async fn shorten(driver: &Driver, seed: u64, number: u64, failed: Report) -> Result<Report> {
    let mut tree = generate::tree(seed, number)?;
    let worst = failed.worst();
    let mut shortest = failed;
    for _ in 0..TRIES {
        let report = walk(driver, &tree.current()).await;
        let moved = if report.worst() == worst {
            shortest = Report { steps: shortest.steps, ..report };
            tree.simplify()
        } else {
            tree.complicate()
        };
        if !moved {
            break;
        }
    }
    // What proptest leaves are pairs of steps, and steps that it takes for shorter than none.
    let mut index = shortest.chain.0.len();
    while index > 0 {
        index -= 1;
        let mut steps = shortest.chain.0.clone();
        steps.remove(index);
        let report = walk(driver, &Chain(steps)).await;
        if report.worst() == worst {
            shortest = Report { steps: shortest.steps, ..report };
        }
    }
    Ok(shortest)
}

/// Walks so many random chains through a provider program. The error has those that failed; otherwise
/// the answer is how many steps were taken.
pub fn run_through(program: PathBuf, seed: u64, count: u64) -> Result<usize> {
    runtime()?.block_on(async {
        let driver = Arc::new(Driver::Core(Provider::new(program)));
        let reports = run(&driver, seed, count, JOBS_OF_TEST, |_| {}).await?;
        let failures: String =
            reports.iter().filter(|it| !it.is_clean()).map(Report::to_string).collect();
        let steps = reports.iter().map(|report| report.steps).sum();
        if failures.is_empty() { Ok(steps) } else { Err(failures.into()) }
    })
}

/// Walks one chain through a provider program; the error has what was wrong.
pub fn repeat(program: PathBuf, chain: &str) -> Result {
    let chain: Chain = chain.parse()?;
    let report = runtime()?.block_on(walk(&Driver::Core(Provider::new(program)), &chain));
    if report.is_clean() { Ok(()) } else { Err(report.to_string().into()) }
}
