//! `cargo xtask bench`: what the provider asks of the API, and what it adds to Terraform's own time.
//!
//! Everything is measured on the release build with real Terraform against the simulator, which runs
//! in this process. Times depend on the machine; counts of requests do not, and ratios hardly do,
//! because the two sides of each are measured in turn.

#![expect(clippy::print_stdout, reason = "a command line tool talks on stdout")]

mod chart;
mod creation;
mod estate;
mod meter;
mod overhead;
mod page;
mod peers;
mod plots;
mod refresh;
mod requests;
mod scale;
mod site;
mod start;
mod statistics;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use testkit::terraform::Cli;
use testkit::{Result, project};

use estate::Estate;
use page::Findings;
use site::Equipment;

/// Measures what the provider asks of the API, and what it adds to Terraform's own time.
#[derive(Parser, Debug, Clone, Copy, Default)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    /// Measure smaller estates and less often; print the table and leave docs/ as it is.
    #[arg(long)]
    quick: bool,
    /// How often each plan is measured. Default: seven times, or three times with `--quick`.
    #[arg(long, value_name = "NUMBER")]
    rounds: Option<usize>,
}

/// How much is measured of each thing.
struct Extent {
    starts: usize,
    rounds: usize,
    refreshes: &'static [(usize, usize)],
    /// Numbers of objects, each with the number of times that so many are applied; with thousands that
    /// takes Terraform minutes.
    overheads: &'static [(usize, usize)],
    scale: Estate,
    /// What is created: on one instance, and spread over many.
    creations: [Estate; 2],
}

const CREATIONS: [Estate; 2] = [
    Estate { instances: 1, databases: 200, users: 200 },
    Estate { instances: 20, databases: 10, users: 10 },
];

const FULL: Extent = Extent {
    starts: 40,
    rounds: 7,
    refreshes: &[(1, 1), (20, 20), (21, 21), (200, 200), (1000, 1000)],
    overheads: &[(200, 3), (1000, 3), (5000, 0)],
    scale: Estate { instances: 100, databases: 50, users: 50 },
    creations: CREATIONS,
};

const QUICK: Extent = Extent {
    starts: 10,
    rounds: 3,
    refreshes: &[(1, 1), (20, 20), (21, 21), (200, 200)],
    overheads: &[(200, 1), (1000, 1)],
    scale: Estate { instances: 20, databases: 50, users: 50 },
    creations: CREATIONS,
};

fn main() -> ExitCode {
    if let Some(code) = meter::stand_in() {
        return code;
    }
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nFailed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures, prints the table, and writes the page with its plots.
fn run(arguments: Arguments) -> Result {
    let extent = if arguments.quick { &QUICK } else { &FULL };
    let rounds = arguments.rounds.unwrap_or(extent.rounds).max(1);
    let began = Instant::now();
    let findings = measure(extent, rounds)?;
    let page = page::page(&findings);
    println!("\n{page}");
    if !arguments.quick {
        let docs = project::root().join("docs");
        std::fs::write(docs.join("benchmarks.md"), &page)?;
        plots::draw(&docs, &findings)?;
        println!("Written to docs/benchmarks.md, with its plots.");
    }
    println!("Measured in {} s.", began.elapsed().as_secs());
    Ok(())
}

fn measure(extent: &Extent, rounds: usize) -> Result<Findings> {
    let equipment = Equipment { cli: Cli::find()?, provider: project::release_build()? };
    println!("Start of the provider");
    let start = start::measure(&equipment.provider, extent.starts)?;
    let mut refreshes = Vec::new();
    for (databases, users) in extent.refreshes {
        println!("Plan of 1 instance, {databases} databases and {users} users");
        refreshes.push(refresh::measure(&equipment, *databases, *users)?);
    }
    let mut creations = Vec::new();
    for estate in extent.creations {
        println!("Creation of {} objects", estate.objects());
        creations.push(creation::measure(&equipment, estate)?);
    }
    let floor = overhead::floor(&equipment, rounds)?;
    let mut overheads = Vec::new();
    for (objects, applies) in extent.overheads {
        println!("Plan and apply of {objects} objects, beside as many built-in ones");
        overheads.push(overhead::measure(&equipment, *objects, *applies, rounds)?);
    }
    let latency = refresh::LATENCY.as_millis();
    println!("Plan of {} objects at {latency} ms a call", extent.scale.objects());
    let scale = scale::measure(&equipment, extent.scale)?;
    Ok(Findings {
        terraform: format!("{} {}", equipment.cli.name(), equipment.cli.version()?.number),
        rounds,
        start,
        refreshes,
        creations,
        floor,
        overheads,
        scale,
    })
}
