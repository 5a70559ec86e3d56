#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "a command line tool talks on stdout")]

mod bench;
mod ci;
mod codegen;
mod debian_packages;
mod demo;
mod dist;
mod docs;
mod faults;
mod fuzz;
mod install;
mod mutants;
mod newer_terraform;
mod package;
mod page_pictures;
mod progress;
mod workflows;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use progress::Progress;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's automation", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the provider at work: real Terraform against the local simulator, from create to destroy.
    Demo(demo::Arguments),
    /// Put the provider where `terraform init` finds it, or take it away from there.
    Install(install::Arguments),
    /// Write the Registry pages under docs/ from the schemas and the examples.
    Docs {
        /// Change nothing; fail if a page differs from what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Take the pictures of the simulator's page that stand in docs/, with the Chromium of this machine.
    PagePictures,
    /// Write the bindings of the plugin protocol from proto/.
    Codegen {
        /// Change nothing; fail if a file differs from what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Run every scenario with every fault at every API call, and look for what was lost or made twice.
    #[command(disable_help_flag = true)]
    Faults {
        /// Which of them: `cargo xtask faults --help` says it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Deform everything that comes from outside, for longer than the tests do.
    Fuzz(fuzz::Arguments),
    /// Change what decides about writes, one place at a time, and show which changes no test notices.
    Mutants(mutants::Arguments),
    /// Measure requests, time and memory beside Terraform's own, and write docs/benchmarks.md.
    #[command(disable_help_flag = true)]
    Bench {
        /// What to measure: `cargo xtask bench --help` says it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Make the files of a release in dist/, or prove one.
    #[command(disable_help_flag = true)]
    Dist {
        /// What to make: `cargo xtask dist --help` says it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Install the newest Terraform that the tests are run with, and say how to name it to them.
    NewerTerraform,
    /// Everything that has to hold before a change lands.
    Ci,
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let _progress = Progress::start();
    let done = match command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Install(arguments) => install::run(arguments),
        Command::Docs { check } => docs::run(check),
        Command::PagePictures => page_pictures::run(),
        Command::Codegen { check } => codegen::run(check),
        Command::Faults { arguments } => faults::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Mutants(arguments) => mutants::run(&arguments),
        Command::Bench { arguments } => bench::run(&arguments),
        Command::Dist { arguments } => dist::run(&arguments),
        Command::NewerTerraform => newer_terraform::run(),
        Command::Ci => ci::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nFailed: {error}");
            ExitCode::FAILURE
        }
    }
}
