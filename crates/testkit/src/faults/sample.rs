//! A part of the cases, small enough for every run of the tests.

use std::collections::BTreeSet;

use super::case::Case;

/// A part of the cases in which each fault and each kind of call is met at least once.
pub fn sample(cases: Vec<Case>) -> Vec<Case> {
    let (mut faults, mut calls) = (BTreeSet::new(), BTreeSet::new());
    let order = scattered(cases.len());
    let mut cases: Vec<_> = cases.into_iter().map(Some).collect();
    let mut sample = Vec::new();
    for index in order {
        let Some(case) = cases.get_mut(index).and_then(Option::take) else { continue };
        let new_fault = faults.insert((case.fault.name, case.fault.span));
        let new_call = calls.insert((case.call.scenario, case.call.line()));
        if new_fault || new_call {
            sample.push((index, case));
        }
    }
    sample.sort_by_key(|(index, _)| *index);
    sample.into_iter().map(|(_, case)| case).collect()
}

/// The numbers below `count`, each once, neighbours far apart.
fn scattered(count: usize) -> impl Iterator<Item = usize> {
    /// A prime, so that no count but its own multiples brings the same numbers again.
    const STRIDE: usize = 7919;
    (0..count).map(move |index| index * STRIDE % count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattered_numbers_come_once_each() {
        let numbers: BTreeSet<usize> = scattered(1000).collect();

        assert_eq!(numbers.len(), 1000);
        assert_eq!(numbers.last(), Some(&999));
    }
}
