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
    let mut targets = Vec::new();
    for platform in PLATFORMS.iter().filter(|it| it.name != here.name) {
        let Some(target) = platform.compiled_with_zig() else { continue };
        if install_tools && !platform::has_std(target) {
            // Without a network the word below says what is missing.
            drop(tools::install_std(target));
        }
        if platform::has_std(target) {
            targets.push(target);
        } else {
            println!("[skipped] {}: the standard library for {target} is missing", platform.name);
        }
    }
    if targets.is_empty() {
        return Ok(());
    }
    check(&targets)?;
    println!("[ok] the program compiles for {}", targets.join(", "));
    Ok(())
}

/// All at once: what runs while building is then built once, and no processor waits for the end of one.
fn check(targets: &[&str]) -> Result {
    let mut check = tools::cargo_zig();
    check.args(["check", "--locked", "--package", provider::PROGRAM, "--bin", provider::PROGRAM]);
    for target in targets {
        check.args(["--target", target]);
    }
    process::run(check.arg("--target-dir").arg(compile::folder()))
}
