//! The table of the rules in CONTRIBUTING.md.

use std::path::Path;

use super::rule::{Rule, When};

/// What stands above the rows.
const HEAD: &str =
    "| Block | Attribute | Rule | Checked by | Message |\n| --- | --- | --- | --- | --- |\n";

/// Set to write the table instead of comparing it.
const WRITE: &str = "WRITE_TABLE";

#[test]
fn the_table_in_contributing_has_a_row_for_each_rule_and_no_other() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(HEAD).expect("the head of the table");
    let (found, after) = rest.split_once("\n\n").expect("the end of the table");
    let rows: Vec<String> = super::all().iter().map(row).collect();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, format!("{before}{HEAD}{}\n\n{after}", rows.join("\n"))).unwrap();
        return;
    }
    let found: Vec<&str> = found.lines().collect();

    let offences = differences(&rows, &found);

    assert!(
        offences.is_empty(),
        "`{WRITE}=1 cargo test --test acceptance table` writes the table anew:\n{}",
        offences.join("\n")
    );
}

#[test]
fn a_missing_a_superfluous_and_a_doubled_row_are_found() {
    let row = |it: &str| it.to_owned();

    assert!(differences(&[row("a"), row("b")], &["a", "b"]).is_empty());
    assert_eq!(differences(&[row("a"), row("b")], &["a"]), ["missing: b"]);
    assert_eq!(differences(&[row("a")], &["a", "b"]), ["no such rule: b"]);
    assert_eq!(differences(&[row("a"), row("a")], &["a", "a"]), ["two rules of one row: a"]);
}

fn differences(rows: &[String], found: &[&str]) -> Vec<String> {
    let mut offences = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        if !found.contains(&row.as_str()) {
            offences.push(format!("missing: {row}"));
        }
        if rows.iter().take(number).any(|it| it == row) {
            offences.push(format!("two rules of one row: {row}"));
        }
    }
    let unknown = found.iter().filter(|row| !rows.iter().any(|it| it == *row));
    offences.extend(unknown.map(|row| format!("no such rule: {row}")));
    offences
}

fn row(rule: &Rule) -> String {
    let block = match rule.frame.kind {
        "resource" => format!("`{}`", rule.frame.name),
        kind => format!("`{kind} \"{}\"`", rule.frame.name),
    };
    let attribute = if rule.attribute.contains(' ') {
        rule.attribute.to_owned()
    } else {
        format!("`{}`", rule.attribute)
    };
    let checked = match rule.when {
        When::Validate => "validate",
        When::Plan => "plan",
        When::Warning => "plan (a warning)",
    };
    let detail = rule.detail.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    format!("| {block} | {attribute} | {} | {checked} | {}: {detail} |", rule.words, rule.summary)
}
