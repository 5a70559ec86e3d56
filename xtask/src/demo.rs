//! `cargo xtask demo`: the provider at work, in the hands of real Terraform.
//!
//! The simulator stands in for Rackspace, in this process and on loopback. Every step runs Terraform
//! as a person would, shows what it prints, and then asks both sides, Terraform's state and the
//! simulator, whether that was true. Everything is in one temporary directory.

mod demonstration;
mod interrupt;
mod steps;

use testkit::terraform::Cli;
use testkit::{Result, project, provider};

use demonstration::Demonstration;
use steps::STEPS;

/// Runs every step; an error says which one did not do what it announced.
pub(crate) fn run() -> Result {
    let cli = Cli::find()?;
    let version = cli.version()?.number;
    println!("Building {}, for development.", provider::PROGRAM);
    let program = project::debug_build()?;
    let interrupt = interrupt::hold()?;

    let mut demo = Demonstration::new(cli, &program)?;
    println!(
        "{} {version} will run in {} against the simulator at {}.",
        demo.sandbox().cli().name(),
        demo.sandbox().root().display(),
        demo.simulator().url(),
    );
    for (number, step) in STEPS.iter().enumerate() {
        println!("\n=== {} of {}. {}", number + 1, STEPS.len(), step.title);
        let done = (step.run)(&mut demo);
        if interrupt.came() {
            return Err("interrupted; nothing is left behind".into());
        }
        done.map_err(|error| format!("step {}, \"{}\": {error}", number + 1, step.title))?;
    }
    demo.remove()?;
    println!("\nAll {} steps did what they said, and nothing is left behind.", STEPS.len());
    Ok(())
}
