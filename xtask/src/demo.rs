//! `cargo xtask demo`: the provider at work, in the hands of real Terraform.
//!
//! The simulator stands in for Rackspace, in this process and on loopback. Every chapter runs
//! Terraform as a person would, shows what it prints, and then asks both sides, Terraform's state
//! and the simulator, whether that was true. Everything is in one temporary directory.

mod chapters;
mod interrupt;
mod stage;

use testkit::terraform::Cli;
use testkit::{Result, project, provider};

use chapters::CHAPTERS;
use stage::Stage;

/// Plays every chapter; an error says which one did not do what it announced.
pub(crate) fn run() -> Result {
    let cli = Cli::find()?;
    println!("Building the release of {}.", provider::PROGRAM);
    let binary = project::release_build()?;
    let interrupt = interrupt::hold()?;

    let mut stage = Stage::set(cli, &binary)?;
    println!(
        "{} {} will run in {} against the simulator at {}.",
        stage.cli().name(),
        stage.cli().version()?.number,
        stage.folder().display(),
        stage.simulator().url(),
    );
    for (number, chapter) in CHAPTERS.iter().enumerate() {
        println!("\n=== {}. {}", number + 1, chapter.title);
        let played = (chapter.play)(&mut stage);
        if interrupt.came() {
            return Err("interrupted; nothing is left behind".into());
        }
        played
            .map_err(|error| format!("chapter {}, \"{}\": {error}", number + 1, chapter.title))?;
    }
    stage.clear_away()?;
    println!("\nAll {} chapters did what they said, and nothing is left behind.", CHAPTERS.len());
    Ok(())
}
