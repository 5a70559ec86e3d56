//! The table of cases and outcomes: a row for each fault, a column for each call, and in each cell
//! the worst that came of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::fault::{self, Span};
use super::matrix::Report;
use super::witness::Outcome;

const LEGEND: [(Outcome, char, &str); 8] = [
    (Outcome::Unnoticed, '.', "the command succeeded all the same"),
    (Outcome::Recovered, 'r', "the next apply made it good"),
    (Outcome::Told, 't', "made good after an import that the error had named"),
    (Outcome::Broken, 'B', "a law of Terraform was broken"),
    (Outcome::Stuck, 'S', "the next apply did not make it good"),
    (Outcome::Damaged, 'X', "something else was touched"),
    (Outcome::Duplicated, 'D', "something was created twice"),
    (Outcome::Lost, 'L', "something was left that nobody named"),
];

/// The table, its legend and the list of what went wrong.
pub(super) fn table(reports: &[Report]) -> String {
    let mut calls: Vec<String> = Vec::new();
    let mut outcomes: BTreeMap<(String, usize), (Outcome, usize)> = BTreeMap::new();
    for report in reports {
        let call = report.case.call.line();
        let column = calls.iter().position(|it| *it == call).unwrap_or_else(|| {
            calls.push(call);
            calls.len() - 1
        });
        let place = (row(&report.case.fault), column);
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
    for kind in fault::all() {
        let name = row(&kind);
        let mut marks = String::new();
        for column in 0..calls.len() {
            let found = outcomes.get(&(name.clone(), column));
            let _ = write!(marks, "{:>3}", found.map_or(' ', |(outcome, _)| mark(*outcome)));
        }
        let cases = (0..calls.len()).filter_map(|column| outcomes.get(&(name.clone(), column)));
        let cases: usize = cases.map(|(_, count)| count).sum();
        if cases > 0 {
            line(&mut text, &format!("{name:52}{marks}  {cases:>5}"));
        }
    }
    text.push('\n');
    for (outcome, mark, meaning) in LEGEND {
        let count = reports.iter().filter(|report| report.outcome == outcome).count();
        if count > 0 {
            line(&mut text, &format!("{mark}  {count:>5}  {meaning}"));
        }
    }
    text
}

/// Each case that went wrong, with what was found.
pub(super) fn failures(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports.iter().filter(|report| !report.outcome.survived()) {
        line(&mut text, &format!("\n{}: {}", report.case.call, row(&report.case.fault)));
        for finding in &report.findings {
            line(
                &mut text,
                &format!("  {} {}", mark(finding.outcome), finding.what.replace('\n', "\n    ")),
            );
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

fn row(kind: &fault::Kind) -> String {
    let span = match kind.span {
        Span::Once => "",
        Span::Thrice => ", three times",
        Span::Lasting => ", lasting",
    };
    format!("{}{span}", kind.name)
}

fn mark(outcome: Outcome) -> char {
    LEGEND.iter().find(|(it, _, _)| *it == outcome).map_or('?', |(_, mark, _)| *mark)
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}
