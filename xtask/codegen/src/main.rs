//! `cargo xtask codegen`: the Rust side of `proto/`, written to `crates/tfplug/src/wire/generated/` and checked in.
//!
//! Everything is done by Rust libraries, so neither `protoc` nor a build script is needed, and a reviewer sees what
//! a change of the interface does to the code. `--check` compares instead of writing; a test does the same.

#![expect(clippy::print_stdout, reason = "a command line tool talks on stdout")]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The interface files, relative to `proto/`.
const SOURCES: [&str; 5] = [
    "tfplugin6.proto",
    "grpc_controller.proto",
    "grpc_stdio.proto",
    "grpc_broker.proto",
    "health.proto",
];

/// Where the code goes, relative to the root of the repository.
const TARGET: &str = "crates/tfplug/src/wire/generated";

const HEADER: &str = "\
// SPDX-License-Identifier: MPL-2.0
//
// Made by `cargo xtask codegen` from the files in `proto/`. Do not edit.
";

/// `--check` compares instead of writing.
fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    match run(check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nFailed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the generated code, or with `check` only compares it with what is checked in.
///
/// Fails when an interface file does not compile, a file cannot be read or written, or the check finds a difference.
fn run(check: bool) -> Result {
    let files = generate()?;
    if check {
        return match stale(&files)?.as_slice() {
            [] => Ok(()),
            stale => {
                let names: Vec<_> = stale.iter().map(|path| path.display().to_string()).collect();
                let names = names.join(", ");
                Err(format!("{names}: not what proto/ says; run `cargo xtask codegen`").into())
            }
        };
    }
    fs::create_dir_all(root()?.join(TARGET))?;
    for path in strangers(&files)? {
        fs::remove_file(path)?;
    }
    for (path, text) in &files {
        fs::write(path, text)?;
    }
    Ok(())
}

/// The generated files: where each belongs, and its text.
fn generate() -> Result<Vec<(PathBuf, String)>> {
    let root = root()?;
    let proto = root.join("proto");
    let interface = protox::compile(SOURCES, [&proto])?;
    let scratch = tempfile::tempdir()?;
    tonic_prost_build::configure()
        .out_dir(scratch.path())
        // The peers are at the ends of a unix socket that tonic did not open.
        .build_transport(false)
        .client_mod_attribute(".", r#"#[cfg(feature = "client")]"#)
        // An interface that grows leaves the code compiling: new calls answer Unimplemented.
        .generate_default_stubs(true)
        .bytes(".")
        .compile_fds(interface)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(scratch.path())? {
        let made = entry?.path();
        let package = made.file_stem().ok_or("a generated file without a name")?;
        let module = package.to_string_lossy().replace('.', "_");
        let path = root.join(TARGET).join(module).with_extension("rs");
        files.push((path, format!("{HEADER}\n{}", fs::read_to_string(made)?)));
    }
    files.sort();
    Ok(files)
}

/// Files whose checked-in text differs, and files that nothing generates any more.
fn stale(files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>> {
    let mut stale = strangers(files)?;
    for (path, text) in files {
        if fs::read_to_string(path).ok().as_ref() != Some(text) {
            stale.push(path.clone());
        }
    }
    Ok(stale)
}

/// Files in the target folder that are not among the generated ones.
fn strangers(files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>> {
    let mut strangers = Vec::new();
    for entry in fs::read_dir(root()?.join(TARGET))? {
        let path = entry?.path();
        if files.iter().all(|(generated, _)| *generated != path) {
            strangers.push(path);
        }
    }
    Ok(strangers)
}

fn root() -> Result<&'static Path> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(package.ancestors().nth(2).ok_or("xtask/codegen/ is not below the root")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checked_in_code_is_what_the_interface_files_say() {
        let stale = stale(&generate().unwrap()).unwrap();

        assert!(stale.is_empty(), "run `cargo xtask codegen`: {stale:?}");
    }

    #[test]
    fn a_changed_file_is_stale() {
        let mut files = generate().unwrap();
        files[0].1.push('\n');

        assert_eq!(stale(&files).unwrap(), [files[0].0.clone()]);
    }

    #[test]
    fn a_file_that_nothing_generates_is_stale() {
        let files = generate().unwrap();

        assert_eq!(stale(&files[1..]).unwrap(), [files[0].0.clone()]);
    }
}
