//! The grammar of CHANGELOG.md, which is HashiCorp's:
//! <https://developer.hashicorp.com/terraform/plugin/best-practices/versioning#changelog-specification>.

use std::path::Path;

use crate::obeyed;
use crate::registry::{Noun, registered};
use crate::tree;

/// The sections of a release, in their order.
const SECTIONS: [&str; 5] = ["BREAKING CHANGES", "NOTES", "FEATURES", "ENHANCEMENTS", "BUG FIXES"];

/// What a line of the section FEATURES begins with.
const FEATURES: [&str; 7] = [
    "**New Provider:** `",
    "**New Resource:** `",
    "**New Data Source:** `",
    "**New Ephemeral Resource:** `",
    "**New List Resource:** `",
    "**New Action:** `",
    "**New Function:** `",
];

/// What a line of another section begins with.
const SCOPES: [&str; 7] = [
    "provider: ",
    "resource/rackspace_",
    "data-source/rackspace_",
    "ephemeral-resource/rackspace_",
    "list-resource/rackspace_",
    "action/rackspace_",
    "function/",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[test]
fn the_changelog_obeys_the_grammar_and_announces_everything() {
    let text = tree::read(Path::new("CHANGELOG.md")).unwrap();
    let mut offences = ungrammatical(&text, env!("CARGO_PKG_VERSION"));
    for (noun, name) in registered() {
        let entry = match noun {
            Noun::Resource => format!("* **New Resource:** `{name}`"),
            Noun::DataSource => format!("* **New Data Source:** `{name}`"),
            Noun::EphemeralResource => format!("* **New Ephemeral Resource:** `{name}`"),
            Noun::ListResource => format!("* **New List Resource:** `{name}`"),
            Noun::Action => format!("* **New Action:** `{name}`"),
            Noun::Function => format!("* **New Function:** `{name}`"),
        };
        if !text.contains(&entry) {
            offences.push(format!("CHANGELOG.md never says \"{entry}\""));
        }
    }
    obeyed(&offences);
}

#[test]
fn a_breach_of_the_grammar_is_found() {
    let fine = "# Changelog\n\n## 0.2.0 (Unreleased)\n\nBUG FIXES:\n\n\
        * resource/rackspace_db_user: A host is kept\n\n## 0.1.0 (May 4, 2026)\n\nFEATURES:\n\n\
        * **New Resource:** `rackspace_db_user`\n";
    assert_eq!(ungrammatical(fine, "0.2.0"), Vec::<String>::new());

    let breaches = [
        ("0.2.0 (Unreleased)", "0.2 (Unreleased)"),
        ("0.2.0 (Unreleased)", "0.2.0"),
        ("(May 4, 2026)", "(4 May 2026)"),
        ("(May 4, 2026)", "(May 4, 26)"),
        ("BUG FIXES:", "Bug fixes:"),
        ("BUG FIXES:", "BUG FIXES:\n\nFEATURES:"),
        ("* resource/rackspace_db_user: A", "* A"),
        ("* **New Resource:** `", "* New resource `"),
        ("A host is kept", "A host is kept."),
        ("0.1.0 (May", "0.3.0 (May"),
    ];
    for (right, wrong) in breaches {
        assert!(!ungrammatical(&fine.replace(right, wrong), "0.2.0").is_empty(), "{wrong}");
    }
    assert_eq!(ungrammatical(fine, "0.3.0").len(), 1, "the version of the workspace is missing");
}

fn ungrammatical(text: &str, current: &str) -> Vec<String> {
    let mut offences = Vec::new();
    let mut section: Option<usize> = None;
    let mut releases: Vec<[u64; 3]> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut offend = |what: &str| offences.push(format!("CHANGELOG.md:{}: {what}", index + 1));
        if let Some(heading) = line.strip_prefix("## ") {
            section = None;
            match release(heading) {
                Some(version) if releases.last().is_some_and(|newer| *newer <= version) => {
                    offend("releases stand newest first");
                }
                Some(version) => releases.push(version),
                None => offend("a release is \"X.Y.Z (Unreleased)\" or \"X.Y.Z (Month D, YYYY)\""),
            }
        } else if let Some(entry) = line.strip_prefix("* ") {
            let allowed: &[&str] = match section.and_then(|it| SECTIONS.get(it)) {
                Some(&"FEATURES") => &FEATURES,
                Some(_) => &SCOPES,
                None => &[],
            };
            if !allowed.iter().any(|start| entry.starts_with(start)) {
                offend("an entry begins with what it is about, in one of the sections");
            }
            if entry.ends_with('.') {
                offend("an entry has no full stop");
            }
        } else if let (Some(title), false) = (line.strip_suffix(':'), releases.is_empty()) {
            match SECTIONS.iter().position(|it| *it == title) {
                Some(place) if section.is_none_or(|before| before < place) => section = Some(place),
                Some(_) => offend("the sections have an order, and each stands once"),
                None => offend("no section has that name"),
            }
        } else if !line.is_empty() && !releases.is_empty() {
            offend("a line is a release, a section or an entry");
        }
    }
    if releases.first() != numbers(current).as_ref() {
        offences.push(format!("CHANGELOG.md: the newest release is not {current}"));
    }
    offences
}

fn release(heading: &str) -> Option<[u64; 3]> {
    let (version, rest) = heading.split_once(' ')?;
    let when = rest.strip_prefix('(')?.strip_suffix(')')?;
    (when == "Unreleased" || is_date(when)).then(|| numbers(version))?
}

fn numbers(version: &str) -> Option<[u64; 3]> {
    let parts: Option<Vec<u64>> = version.split('.').map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}

fn is_date(text: &str) -> bool {
    let Some((day, year)) = text.split_once(", ") else { return false };
    let Some((month, day)) = day.split_once(' ') else { return false };
    let is_day = day.parse::<u8>().is_ok_and(|it| (1..=31).contains(&it));
    let is_year = year.len() == 4 && year.parse::<u16>().is_ok();
    MONTHS.contains(&month) && is_day && is_year
}
