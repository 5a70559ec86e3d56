//! `cargo xtask faults`: every fault at every API call of every life, through the real provider.
//!
//! A life is played once without faults, which tells its calls. Then it is played again for each call
//! and each fault: apply, let the fault end, apply again, destroy. What became of it is read in the
//! simulator: it is as before, nothing was made twice, nothing existed that neither the state nor a
//! message named, and what belongs to others was not touched.

mod calls;
mod cli;
mod core;
mod fault;
mod lives;
mod matrix;
mod scene;
mod signal;
mod table;
mod terraform;
mod witness;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use core::Equipment;
use matrix::{Case, Player, Report};
use scene::Scene;
use testkit::terraform::Cli;
use testkit::{Result, project, provider};
use witness::Outcome;

/// How many cases of a sample are played at the same time: most of them wait most of the time.
const JOBS_OF_SAMPLE: usize = 12;

/// After how many cases there is a word about how it goes.
const NEWS: usize = 500;

/// Which part of the matrix is played, and how.
#[derive(clap::Args, Debug, Clone, Default)]
pub(crate) struct Arguments {
    /// Play a part of the matrix, with each fault and each kind of call at least once, through the
    /// Terraform command line tool.
    #[arg(long)]
    terraform: bool,
    /// Only cases whose description has this text, such as `user` or `POST /instances` or `413`.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// How many cases are played at the same time. Default: sixteen for each processor, for most of
    /// them wait most of the time; one with the tool.
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<usize>,
}

/// Plays the matrix and prints the table; anything but survival is an error.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let started = Instant::now();
    // A copy, so that a build meanwhile does not exchange the program.
    let folder = tempfile::Builder::new().prefix("rackspace-faults-").tempdir()?;
    let provider = folder.path().join(provider::PROGRAM);
    std::fs::copy(project::debug_build()?, &provider)?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let (player, jobs) = if arguments.terraform {
        (Player::Cli { tool: Cli::find()?, provider }, 1)
    } else {
        (Player::Core(Equipment::new(provider)), 16)
    };
    let jobs = arguments.jobs.unwrap_or(jobs * processors);
    let reports = runtime()?.block_on(async {
        let player = Arc::new(player);
        let scenes = lives::all();
        let mut cases = chosen(cases(&scenes, &player).await?, &arguments.only);
        if arguments.terraform {
            cases = sample(cases);
        }
        println!("{} cases, {jobs} at a time.\n", cases.len());
        Result::Ok(play(&scenes, &player, cases, jobs).await)
    })?;
    println!("{}", table::table(&reports));
    let failures = table::failures(&reports);
    if !failures.is_empty() {
        println!("{failures}");
    }
    if let Some(halts) = table::halts(&reports) {
        println!("{halts}");
    }
    println!("Played in {} s.", started.elapsed().as_secs());
    println!("{}", table::verdict(&reports));
    if reports.iter().all(|report| report.outcome.survived()) {
        return Ok(());
    }
    Err("not every case was survived".into())
}

/// Plays a part of the matrix through a provider program, with each fault and each kind of call at
/// least once. The error tells what was not survived; otherwise the answer is how many cases were.
///
/// On a machine that is short of time a deadline can end a case that would have ended well. So a case
/// that got stuck is played once more by itself; what was lost, damaged or made twice was.
pub fn play_sample(program: PathBuf) -> Result<usize> {
    runtime()?.block_on(async {
        let player = Arc::new(Player::Core(Equipment::new(program)));
        let scenes = lives::all();
        let cases = sample(cases(&scenes, &player).await?);
        let mut reports = play(&scenes, &player, cases, JOBS_OF_SAMPLE).await;
        for report in &mut reports {
            if matches!(report.outcome, Outcome::Stuck | Outcome::Broken) {
                let again = vec![report.case.clone()];
                if let Some(second) = play(&scenes, &player, again, 1).await.pop() {
                    *report = second;
                }
            }
        }
        let failures = table::failures(&reports);
        if failures.is_empty() { Ok(reports.len()) } else { Err(failures.into()) }
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// The whole matrix.
async fn cases(scenes: &[Scene], player: &Player) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for scene in scenes {
        cases.extend(calls::cases(&calls::calls(scene, player).await?));
    }
    Ok(cases)
}

fn chosen(mut cases: Vec<Case>, only: &[String]) -> Vec<Case> {
    cases.retain(|case| {
        let description = format!("{}: {}", case.call, case.fault.name);
        only.iter().all(|text| description.contains(text))
    });
    cases
}

/// A part of the cases in which each fault and each kind of call is met at least once.
fn sample(cases: Vec<Case>) -> Vec<Case> {
    let (mut faults, mut calls) = (BTreeSet::new(), BTreeSet::new());
    let order = scattered(cases.len());
    let mut cases: Vec<_> = cases.into_iter().map(Some).collect();
    let mut sample = Vec::new();
    for index in order {
        let Some(case) = cases.get_mut(index).and_then(Option::take) else { continue };
        let new_fault = faults.insert((case.fault.name, case.fault.span));
        let new_call = calls.insert((case.call.scene, case.call.line()));
        if new_fault || new_call {
            sample.push((index, case));
        }
    }
    sample.sort_by_key(|(index, _)| *index);
    sample.into_iter().map(|(_, case)| case).collect()
}

/// The numbers below `count`, each once, neighbours far apart.
fn scattered(count: usize) -> impl Iterator<Item = usize> {
    /// A prime, so that no count but its own multiples brings the same numbers again.
    const STRIDE: usize = 7919;
    (0..count).map(move |index| index * STRIDE % count)
}

/// Plays cases, several at a time, and returns their reports in the order of the cases.
async fn play(
    scenes: &[Scene],
    player: &Arc<Player>,
    cases: Vec<Case>,
    jobs: usize,
) -> Vec<Report> {
    let scenes: BTreeMap<&str, Arc<Scene>> =
        scenes.iter().map(|scene| (scene.name, Arc::new(scene.clone()))).collect();
    let places = Arc::new(Semaphore::new(jobs.max(1)));
    let mut running = JoinSet::new();
    let total = cases.len();
    for (index, case) in cases.into_iter().enumerate() {
        let Some(scene) = scenes.get(case.call.scene).cloned() else { continue };
        let (player, places) = (Arc::clone(player), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            (index, matrix::play(&scene, &player, case).await)
        });
    }
    let (mut reports, mut bad) = (Vec::new(), 0);
    while let Some(ended) = running.join_next().await {
        let (index, report) = match ended {
            Ok(report) => report,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        };
        bad += usize::from(!report.outcome.survived());
        reports.push((index, report));
        if reports.len() % NEWS == 0 {
            println!("{} of {total} played, {bad} of them not survived.", reports.len());
        }
    }
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattered_numbers_come_once_each() {
        let numbers: BTreeSet<usize> = scattered(1000).collect();

        assert_eq!(numbers.len(), 1000);
        assert_eq!(numbers.last(), Some(&999));
    }
}
