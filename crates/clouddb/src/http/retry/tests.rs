use super::*;

#[test]
fn pauses_double_up_to_the_longest() {
    let seconds = |step| growing(Duration::from_secs(1), Duration::from_secs(30), step).as_secs();

    assert_eq!([0, 1, 2, 3, 4, 5, 100].map(seconds), [1, 2, 4, 8, 16, 30, 30]);
}

#[test]
fn a_random_pause_is_never_longer_than_the_whole() {
    let whole = Duration::from_secs(30);

    let pauses: Vec<Duration> = (0..1000).map(|_| jitter(whole)).collect();

    assert!(pauses.iter().all(|pause| *pause <= whole));
    assert!(pauses.iter().any(|pause| *pause < whole / 2));
    assert!(pauses.iter().any(|pause| *pause > whole / 2));
    assert_eq!(jitter(Duration::ZERO), Duration::ZERO);
}
