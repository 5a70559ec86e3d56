//! The table of cases and outcomes: a row for each fault, a column for each call, and in each cell
//! the worst that came of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use testkit::faults::{Report, all_faults};
use testkit::oracle::Outcome;

/// The table and its legend.
pub(super) fn table(reports: &[Report]) -> String {
    let mut calls: Vec<String> = Vec::new();
    let mut outcomes: BTreeMap<(String, usize), (Outcome, usize)> = BTreeMap::new();
    for report in reports {
        let call = report.case.call.line();
        let column = calls.iter().position(|it| *it == call).unwrap_or_else(|| {
            calls.push(call);
            calls.len() - 1
        });
        let place = (report.case.fault.to_string(), column);
        let (worst, count) = outcomes.entry(place).or_insert((Outcome::Unnoticed, 0));
        *worst = (*worst).max(report.outcome);
        *count += 1;
    }
    let mut text = String::new();
    for (column, call) in calls.iter().enumerate() {
        line(&mut text, &format!("{:>3}  {call}", column + 1));
    }
    let mut numbers = String::new();
    for column in 1..=calls.len() {
        let _ = write!(numbers, "{column:>3}");
    }
    line(&mut text, &format!("\n{:52}{numbers}  cases", "fault"));
    for kind in all_faults() {
        let name = kind.to_string();
        let mut marks = String::new();
        for column in 0..calls.len() {
            let found = outcomes.get(&(name.clone(), column));
            let _ = write!(marks, "{:>3}", found.map_or(' ', |(outcome, _)| outcome.mark()));
        }
        let cases = (0..calls.len()).filter_map(|column| outcomes.get(&(name.clone(), column)));
        let cases: usize = cases.map(|(_, count)| count).sum();
        if cases > 0 {
            line(&mut text, &format!("{name:52}{marks}  {cases:>5}"));
        }
    }
    text.push('\n');
    for outcome in Outcome::ALL {
        let count = reports.iter().filter(|report| report.outcome == outcome).count();
        if count > 0 {
            line(&mut text, &format!("{}  {count:>5}  {}", outcome.mark(), outcome.meaning()));
        }
    }
    text
}

/// How long the provider took to return after Ctrl-C; nothing if nobody pressed it.
pub(super) fn halts(reports: &[Report]) -> Option<String> {
    let mut halts: Vec<Duration> = reports.iter().filter_map(|it| it.halted_after).collect();
    halts.sort_unstable();
    let (half, longest) = (halts.get(halts.len() / 2)?, halts.last()?);
    Some(format!(
        "After Ctrl-C the command ended within {} ms at most, within {} ms in half of {} cases.",
        longest.as_millis(),
        half.as_millis(),
        halts.len()
    ))
}

/// `N cases: N survived, 0 lost, 0 duplicated`, and what else went wrong, if anything did.
pub(super) fn verdict(reports: &[Report]) -> String {
    let count = |wanted: &dyn Fn(Outcome) -> bool| {
        reports.iter().filter(|report| wanted(report.outcome)).count()
    };
    let survived = count(&Outcome::survived);
    let lost = count(&|it| it == Outcome::Lost);
    let duplicated = count(&|it| it == Outcome::Duplicated);
    let mut text = format!(
        "{} cases: {survived} survived, {lost} lost, {duplicated} duplicated",
        reports.len()
    );
    let others = reports.len() - survived - lost - duplicated;
    if others > 0 {
        let _ = write!(text, ", {others} failed in another way");
    }
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}
