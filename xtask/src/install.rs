//! `cargo xtask install`: the provider for a plain `terraform init`.
//!
//! Terraform searches some folders of the machine before it asks a registry. A provider found there
//! is taken from there, so no configuration of the command line tool is needed:
//! <https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories>.

mod mirror;
mod settings;

use std::path::{Path, PathBuf};

use testkit::{Result, project, provider};

/// What is installed, or whether it is taken away again.
#[derive(clap::Args, Debug, Clone, Copy, Default)]
pub(crate) struct Arguments {
    /// Build nothing, and place the zips that `cargo xtask dist` has made.
    #[arg(long)]
    packed: bool,
    /// Remove every version of the provider from where this command places it.
    #[arg(long, conflicts_with = "packed")]
    uninstall: bool,
}

/// Puts the provider into the implied local mirror, or takes it away from there.
pub(crate) fn run(arguments: Arguments) -> Result {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let mirror = mirror::implied(variable)?;
    if arguments.uninstall {
        return uninstall(&mirror);
    }
    let placed = if arguments.packed {
        mirror::place_packed(&project::root().join("dist"), &mirror)?
    } else {
        println!("Building the release of {}.", provider::PROGRAM);
        mirror::place(&project::release_build()?, &mirror)?
    };
    for path in placed {
        println!("Placed {}", path.display());
    }
    println!(
        "\nA configuration that names the source \"{}\" finds it by `terraform init`.\n\
         A directory that was initialised with an earlier build has that build's checksum in \
         .terraform.lock.hcl: delete that file there and run `terraform init` again.",
        provider::SOURCE
    );
    for file in settings::files(variable) {
        if let Some(warning) = settings::warning(&file, &mirror) {
            println!("\nWarning: {warning}");
        }
    }
    Ok(())
}

fn uninstall(mirror: &Path) -> Result {
    let removed = mirror::remove(mirror)?;
    if removed.is_empty() {
        println!("Nothing of the provider is in {}.", mirror.display());
    }
    for path in removed {
        println!("Removed {}", path.display());
    }
    Ok(())
}
