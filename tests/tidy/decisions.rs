//! The law that every decision under `docs/adr` says whether it still holds and since when, and that
//! the index says the same.

use std::path::Path;

use crate::obeyed;
use crate::tree;

const FOLDER: &str = "docs/adr";

#[test]
fn every_decision_has_a_status_and_a_date_and_a_row() {
    let pages: Vec<(String, String)> = tree::files()
        .iter()
        .filter(|file| file.parent() == Some(Path::new(FOLDER)) && !file.ends_with("README.md"))
        .map(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            (name, tree::read(file).unwrap())
        })
        .collect();
    let index = tree::read(&Path::new(FOLDER).join("README.md")).unwrap();

    assert!(!pages.is_empty());
    obeyed(&offences(&pages, &index));
}

#[test]
fn each_offence_is_found() {
    let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let page =
        |status: &str, date: &str| format!("# 0001: It\n\n* Status: {status}\n* Date: {date}\n");
    let row = |status: &str| format!("| [0001](0001-it.md) | It | {status} | 2026-01-31 |\n");
    let found = |page: &str, index: &str| {
        let pages = [named("0001-it.md", page), named("0002-other.md", "")];
        offences(&pages, index).iter().filter(|it| it.starts_with("0001")).count()
    };

    let amended = "amended by [0002](0002-other.md)";
    assert_eq!(found(&page("accepted", "2026-01-31"), &row("accepted")), 0);
    assert_eq!(found(&page(amended, "2026-01-31"), &row(amended)), 0);
    assert_eq!(found("# 0001: It\n\n## Context\n", &row("accepted")), 1);
    assert_eq!(found(&page("settled", "2026-01-31"), &row("settled")), 1);
    assert_eq!(found(&page("superseded by [0003](0003-no.md)", "2026-01-31"), ""), 1);
    assert_eq!(found(&page("accepted", "in spring"), ""), 1);
    assert_eq!(found(&page("accepted", "2026-01-31"), ""), 1);
    assert_eq!(found(&page(amended, "2026-01-31"), &row("accepted")), 1);
}

/// `pages` are names and texts.
fn offences(pages: &[(String, String)], index: &str) -> Vec<String> {
    let exists = |name: &str| pages.iter().any(|(it, _)| it == name);
    let offence = |(name, text): &(String, String)| {
        let Some((title, status, date)) = head(name, text) else {
            return Some(format!("{name}: the page begins with title, `* Status:` and `* Date:`"));
        };
        if !is_status(status, exists) {
            return Some(format!(
                "{name}: the status is accepted, or amended or superseded by a page"
            ));
        }
        let number = name.get(..4).unwrap_or_default();
        let row = format!("| [{number}]({name}) | {title} | {status} | {date} |");
        (!index.lines().any(|line| line == row)).then(|| format!("{name}: the index lacks {row}"))
    };
    pages.iter().filter_map(offence).collect()
}

/// Title, status and date of a page.
fn head<'t>(name: &str, text: &'t str) -> Option<(&'t str, &'t str, &'t str)> {
    let mut lines = text.lines();
    let title = lines.next()?.strip_prefix(&format!("# {}: ", name.get(..4)?))?;
    lines.next().filter(|line| line.is_empty())?;
    let status = lines.next()?.strip_prefix("* Status: ")?;
    let date = lines.next()?.strip_prefix("* Date: ")?;
    is_date(date).then_some((title, status, date))
}

fn is_status(status: &str, exists: impl Fn(&str) -> bool) -> bool {
    let by = ["amended by ", "superseded by "].iter().find_map(|it| status.strip_prefix(it));
    let Some(link) = by else { return status == "accepted" };
    let target = link.strip_prefix('[').and_then(|it| it.strip_suffix(')'));
    target.and_then(|it| it.split_once("](")).is_some_and(|(number, name)| {
        name.strip_prefix(number).is_some_and(|rest| rest.starts_with('-')) && exists(name)
    })
}

/// `2026-01-31`
fn is_date(text: &str) -> bool {
    text.split('-').map(str::len).eq([4, 2, 2])
        && text.bytes().all(|b| b == b'-' || b.is_ascii_digit())
}
