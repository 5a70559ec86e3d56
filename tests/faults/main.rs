//! A part of the fault matrix: each fault and each kind of API call at least once. All of it is played
//! by `cargo xtask faults`.

use std::path::PathBuf;

#[test]
fn nothing_is_lost_or_made_twice_whatever_fails() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_terraform-provider-rackspace"));

    let survived = xtask::faults::play_sample(program).unwrap_or_else(|lost| panic!("{lost}"));

    assert!(survived > 50, "only {survived} cases were played");
}
