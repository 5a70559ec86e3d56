//! `cargo xtask dist`: the files of a release, as the registries of Terraform and `OpenTofu` want them.
//!
//! One zip for each platform, a manifest, the checksums of all, and their signature if a key is named:
//! <https://developer.hashicorp.com/terraform/registry/providers/publishing#manually-preparing-a-release>.

#![expect(clippy::print_stdout, reason = "a command line tool talks on stdout")]

mod archive;
mod bill;
mod check;
mod compile;
mod licences;
mod missing;
mod platform;
mod release;
mod signature;
mod sums;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use testkit::provider::VERSION;
use testkit::{Result, project};

use missing::{MISSING, Missing};
use platform::{PLATFORMS, Platform};
use release::Release;
use signature::Key;

/// Makes the files of a release in dist/.
#[derive(Parser, Debug, Default)]
#[command(name = "cargo xtask dist")]
struct Arguments {
    /// A target of Rust to build for; may be given several times. Default: every platform that this
    /// machine can build for.
    #[arg(long = "target", value_name = "TARGET")]
    targets: Vec<String>,
    /// Build nothing: complete the release from the zips that stand in dist/ already, made on several
    /// machines.
    #[arg(long, conflicts_with = "targets")]
    packed: bool,
    /// The tag that is released. It has to be that of the version, `v` and its number.
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// The key that signs the checksums, as `gpg --local-user` takes it. gpg never asks: a passphrase
    /// comes from its agent.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Install what is missing first, with rustup, from `PyPI` and crates.io: the standard library and
    /// the linker for each target, and what writes the bill of materials.
    #[arg(long)]
    install_tools: bool,
    /// Prove a release of this machine's platform instead: what the program needs and holds, that two
    /// builds are equal, and that Terraform installs it from a registry and refuses what was altered.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nFailed: {error}");
            if error.is::<Missing>() { ExitCode::from(MISSING) } else { ExitCode::FAILURE }
        }
    }
}

fn run(arguments: &Arguments) -> Result {
    if arguments.check {
        return check::run(arguments.install_tools);
    }
    if let Some(tag) = arguments.tag.as_deref().filter(|tag| *tag != format!("v{VERSION}")) {
        return Err(format!("the tag {tag} is not that of version {VERSION}").into());
    }
    let key = arguments.key.as_deref().map(Key::named);
    if arguments.install_tools && arguments.targets.is_empty() {
        tools::install_cyclonedx()?;
    }
    if arguments.packed {
        return Release::of_zips(folder()).finish(key.as_ref());
    }
    let mut release = Release::begin(folder())?;
    if arguments.install_tools {
        install_tools(&arguments.targets)?;
    }
    let (chosen, is_choice) = chosen(&arguments.targets)?;
    for (platform, target) in chosen {
        match target {
            Ok(target) => {
                println!("Building for {} ({target}).", platform.name);
                let program = compile::program(&project::root(), target, &compile::folder())?;
                release.add(platform, target, &program)?;
            }
            Err(missing) if is_choice => return Err(Missing(missing).into()),
            Err(missing) => println!("Skipped {}: {missing}", platform.name),
        }
    }
    release.finish(key.as_ref())
}

/// Installs what the named targets need, or what every one that can be built here does.
fn install_tools(targets: &[String]) -> Result {
    let all = PLATFORMS.iter().filter_map(Platform::first_of_this_system);
    let named = targets.iter().map(|name| Platform::of(name).map(|(_, target)| target));
    let targets: Vec<&str> =
        if targets.is_empty() { all.collect() } else { named.collect::<Result<_>>()? };
    for target in targets {
        platform::install_tools(target)?;
    }
    Ok(())
}

/// Where the files go: `dist/` of the checkout, which git ignores.
fn folder() -> PathBuf {
    project::root().join("dist")
}

/// A platform, and the target that serves it on this machine or why there is none.
type Choice = (&'static Platform, std::result::Result<&'static str, String>);

/// What is to be built, and whether somebody has chosen it.
fn chosen(targets: &[String]) -> Result<(Vec<Choice>, bool)> {
    if targets.is_empty() {
        let all = PLATFORMS.iter().map(|platform| (platform, platform.target()));
        return Ok((all.collect(), false));
    }
    let named = targets.iter().map(|name| {
        let (platform, target) = Platform::of(name)?;
        Ok((platform, platform::missing(target).map_or(Ok(target), Err)))
    });
    Ok((named.collect::<Result<_>>()?, true))
}
