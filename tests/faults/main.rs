//! A part of the fault cases, each fault and each kind of API call at least once, and random walks. All
//! cases, and as many walks as anybody wants, are run by `cargo xtask faults`.

mod walks;

#[test]
fn nothing_is_lost_or_made_twice_whatever_fails() {
    let program = testkit::provider::under_test().unwrap();

    let survived = testkit::faults::run_sample(program).unwrap_or_else(|lost| panic!("{lost}"));

    assert!(survived > 50, "only {survived} cases were run");
}
