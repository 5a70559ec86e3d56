//! `cargo xtask codegen`: the Rust side of `proto/`.

use testkit::Result;

use crate::package;

/// Writes the bindings, or with `check` says which of them are not what would be written.
pub(crate) fn run(check: bool) -> Result {
    let arguments: &[&str] = if check { &["--check"] } else { &[] };
    package::run("xtask-codegen", "dev", arguments)
}
