//! The other platforms: what is not built here is at least compiled, without being linked.

use testkit::{Result, process, provider};

use crate::platform::{self, PLATFORMS, Platform};
use crate::{compile, tools};

/// The program compiles for every platform but this one, as far as its standard library can be had.
pub(super) fn compiles(here: &Platform, install_tools: bool) -> Result {
    if !tools::has("zigbuild") {
        println!(
            "[skipped] the other platforms: cargo-zigbuild, which compiles for them, is missing"
        );
        return Ok(());
    }
    for platform in PLATFORMS.iter().filter(|it| it.name != here.name) {
        let Some(target) = platform.compiled_with_zig() else { continue };
        if install_tools && !platform::has_std(target) {
            // Without a network the word below says what is missing.
            drop(tools::install_std(target));
        }
        if !platform::has_std(target) {
            println!("[skipped] {}: the standard library for {target} is missing", platform.name);
            continue;
        }
        compiles_for(target)?;
        println!("[ok] the program compiles for {} ({target})", platform.name);
    }
    Ok(())
}

fn compiles_for(target: &str) -> Result {
    let mut check = tools::cargo_zig();
    check.args(["check", "--locked", "--package", provider::PROGRAM, "--bin", provider::PROGRAM]);
    process::run(check.args(["--target", target, "--target-dir"]).arg(compile::folder()))
}
