//! `cargo xtask faults`: every fault at every API call of every life, through the real provider.
//!
//! A life is played once without faults, which tells its calls. Then it is played again for each call
//! and each fault: apply, let the fault end, apply again, destroy. What became of it is read in the
//! simulator: it is as before, nothing was made twice, nothing existed that neither the state nor a
//! message named, and what belongs to others was not touched.

mod cli;
mod core;
mod fault;
mod matrix;
mod scene;
mod table;
mod terraform;
mod witness;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::terraform::Cli;
use crate::{Result, project};
use core::Equipment;
use matrix::{Case, Player, Report};
use scene::Scene;

/// Cases that go through the command line tool. Each takes seconds.
const SAMPLE: usize = 48;

/// Which part of the matrix is played, and how.
#[derive(clap::Args, Debug, Clone, Default)]
pub(crate) struct Arguments {
    /// Play a sample of the matrix through the Terraform command line tool.
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
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let started = Instant::now();
    let provider = project::debug_build()?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let (player, jobs) = if arguments.terraform {
        (Player::Cli { tool: Cli::find()?, provider }, 1)
    } else {
        (Player::Core(Equipment::new(provider)), 16)
    };
    let jobs = arguments.jobs.unwrap_or(jobs * processors);
    let reports = runtime.block_on(async {
        let player = Arc::new(player);
        let scenes = scene::all();
        let mut cases = chosen(cases(&scenes, &player).await?, &arguments.only);
        if arguments.terraform {
            cases = sample(cases, SAMPLE);
        }
        println!("{} cases, {jobs} at a time.\n", cases.len());
        Result::Ok(play(&scenes, &player, cases, jobs).await)
    })?;
    println!("{}", table::table(&reports));
    let failures = table::failures(&reports);
    if !failures.is_empty() {
        println!("{failures}");
    }
    println!("Played in {} s.", started.elapsed().as_secs());
    println!("{}", table::verdict(&reports));
    if reports.iter().all(|report| report.outcome.survived()) {
        return Ok(());
    }
    Err("not every case was survived".into())
}

/// The whole matrix.
async fn cases(scenes: &[Scene], player: &Player) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for scene in scenes {
        cases.extend(matrix::cases(&matrix::calls(scene, player).await?));
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

/// Some of the cases, spread evenly over the calls and, within these, over the faults.
fn sample(cases: Vec<Case>, wanted: usize) -> Vec<Case> {
    let total = cases.len();
    if wanted >= total {
        return cases;
    }
    let taken = |index: usize| index * wanted / total;
    let picked =
        cases.into_iter().enumerate().filter(|(index, _)| taken(*index) != taken(index + 1));
    picked.map(|(_, case)| case).collect()
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
    for (index, case) in cases.into_iter().enumerate() {
        let Some(scene) = scenes.get(case.call.scene).cloned() else { continue };
        let (player, places) = (Arc::clone(player), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            (index, matrix::play(&scene, &player, case).await)
        });
    }
    let mut reports: Vec<_> = running.join_all().await;
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}
