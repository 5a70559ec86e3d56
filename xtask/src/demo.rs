//! `cargo xtask demo`: the provider at work, in the hands of real Terraform.
//!
//! The simulator stands in for Rackspace, in this process and on loopback. Every step runs Terraform
//! as a person would, shows what it prints, and then asks both sides, Terraform's state and the
//! simulator, whether that was true. Everything is in one temporary directory.
//!
//! With `--engine mariadb` a database server is behind each instance, and it is a client of that who looks.

mod client;
mod database_steps;
mod demonstration;
mod interrupt;
mod steps;

use clap::ValueEnum;
use clouddb_sim::{Engine, MariaDb};
use testkit::terraform::Cli;
use testkit::{Result, project, provider};

use demonstration::Demonstration;
use steps::Step;

use crate::debian_packages::{DATABASE_SERVER, by_hand, missing};

/// What to show.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What carries the databases of the simulated instances
    #[arg(long, value_enum, default_value = "memory")]
    engine: EngineName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    /// Nothing: what Terraform does
    Memory,
    /// A MariaDB server for each instance: what an application sees of it
    Mariadb,
}

/// Shows what is asked for, or says what is not installed.
pub(crate) fn run(arguments: &Arguments) -> Result {
    match arguments.engine {
        EngineName::Memory => in_memory(),
        EngineName::Mariadb if missing(&DATABASE_SERVER).is_empty() => with_database_server(),
        EngineName::Mariadb => {
            let by_hand = by_hand(&missing(&DATABASE_SERVER));
            println!("Skipped: no database server is installed ({by_hand}).");
            Ok(())
        }
    }
}

/// Shows what Terraform does.
pub(crate) fn in_memory() -> Result {
    show(Engine::Memory, &steps::STEPS)
}

/// Shows what an application sees, where a database server is installed.
pub(crate) fn with_database_server() -> Result {
    show(Engine::MariaDb(MariaDb::default()), &database_steps::STEPS)
}

/// Runs every step; an error says which one did not do what it announced.
fn show(engine: Engine, steps: &[Step]) -> Result {
    let cli = Cli::find()?;
    let version = cli.version()?.number;
    println!("Building {}, for development.", provider::PROGRAM);
    let program = project::debug_build()?;
    let interrupt = interrupt::hold()?;

    let mut demo = Demonstration::new(cli, &program, engine)?;
    println!(
        "{} {version} will run in {} against the simulator at {}.",
        demo.sandbox().cli().name(),
        demo.sandbox().root().display(),
        demo.simulator().url(),
    );
    for (number, step) in steps.iter().enumerate() {
        println!("\n=== {} of {}. {}", number + 1, steps.len(), step.title);
        let done = (step.run)(&mut demo);
        if interrupt.came() {
            return Err("interrupted; nothing is left behind".into());
        }
        done.map_err(|error| format!("step {}, \"{}\": {error}", number + 1, step.title))?;
    }
    demo.remove()?;
    println!("\nAll {} steps did what they said, and nothing is left behind.", steps.len());
    Ok(())
}
