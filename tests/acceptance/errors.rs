//! Every kind of failure as a person meets it: the diagnostics as Terraform prints them, word for word.
//!
//! Read a changed snapshot as an operator would, at night. Does it say what happened, on which object,
//! what is true now, and what to do? `INSTA_UPDATE=always cargo test --test acceptance errors` writes
//! the snapshots.

mod data;
mod instances;
mod login;
mod objects;
mod plans;

use testkit::provider::as_of_terraform;
use testkit::world::{Run, World};

/// An ID that nothing has.
const ID: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

/// Compares the diagnostics of a failed run with the snapshot of that name.
#[track_caller]
fn shows(name: &str, run: &Run) {
    assert_eq!(run.code, Some(1), "terraform did not fail:\n{}", run.text);
    let told = diagnostics(&as_of_terraform(&run.text));
    insta::with_settings!({
        snapshot_path => "snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, told) });
}

/// The errors that Terraform printed, sorted, because operations run side by side. Terraform writes
/// them after all else, each with a title at the beginning of a line.
fn diagnostics(text: &str) -> String {
    let mut errors: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().skip_while(|line| !line.starts_with("Error: ")) {
        if line.starts_with("Error: ") {
            errors.push(Vec::new());
        }
        if let Some(error) = errors.last_mut() {
            error.push(line.trim_end());
        }
    }
    // Terraform's own remark that it was interrupted.
    errors.retain(|error| error.first() != Some(&"Error: execution halted"));
    assert!(!errors.is_empty(), "no error in:\n{text}");
    let mut errors: Vec<String> =
        errors.into_iter().map(|error| wrapped(&redacted(&unwrapped(&error)))).collect();
    errors.sort();
    errors.join("\n\n")
}

/// The lines with each paragraph on one: Terraform breaks it where its IDs and times make it long.
fn unwrapped(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let goes_on = !line.is_empty() && !line.starts_with(' ') && !text.ends_with('\n');
        text.push_str(if text.is_empty() {
            ""
        } else if goes_on {
            " "
        } else {
            "\n"
        });
        text.push_str(line);
        if line.is_empty() {
            text.push('\n');
        }
    }
    text
}

/// The paragraphs broken again, as Terraform does it.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        if paragraph.starts_with(' ') || paragraph.is_empty() {
            lines.push(paragraph.to_owned());
            continue;
        }
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 78 {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
    lines.join("\n").trim().to_owned()
}

/// The text without what is different in every run: IDs, ports, times and folders.
fn redacted(text: &str) -> String {
    let mut redacted = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let hidden =
            id(rest).or_else(|| port(rest)).or_else(|| folder(rest)).or_else(|| time(rest));
        let (shown, length) = match hidden {
            Some((name, length)) => (name.to_owned(), length),
            None => (character.to_string(), character.len_utf8()),
        };
        redacted.push_str(&shown);
        rest = rest.get(length..).unwrap_or_default();
    }
    redacted
}

fn id(text: &str) -> Option<(&'static str, usize)> {
    let candidate = text.get(..36)?;
    let shape = candidate.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let hex = candidate.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    (shape && hex).then_some(("<id>", 36))
}

fn port(text: &str) -> Option<(&'static str, usize)> {
    let digits = text.strip_prefix("127.0.0.1:")?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    Some(("<address>", "127.0.0.1:".len() + length))
}

fn time(text: &str) -> Option<(&'static str, usize)> {
    let (shown, digits) = ["after <time>", "allowed in <time>"]
        .into_iter()
        .find_map(|shown| Some((shown, text.strip_prefix(shown.strip_suffix("<time>")?)?)))?;
    let unit = digits.trim_start_matches(|it: char| it.is_ascii_digit());
    let rest = ["ms", "s", " s", "m"].into_iter().find_map(|it| unit.strip_prefix(it))?;
    (unit.len() < digits.len()).then_some((shown, text.len() - rest.len()))
}

fn folder(text: &str) -> Option<(&'static str, usize)> {
    let temporary = std::env::temp_dir().join(testkit::sandbox::PREFIX);
    let rest = text.strip_prefix(temporary.to_str()?)?;
    let rest = rest.trim_start_matches(|it: char| it.is_ascii_alphanumeric());
    let rest = rest.strip_prefix("/work").unwrap_or(rest);
    Some(("<folder>", text.len() - rest.len()))
}

fn instance(more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"web\" {{\n  name        = \"web\"\n  flavor      = 2\n  volume_size = 10\n{more}}}\n"
    )
}

fn database(instance_id: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_database\" \"shop\" {{\n  instance_id = \"{instance_id}\"\n  name        = \"shop\"\n{more}}}\n"
    )
}

fn user(instance_id: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_user\" \"app\" {{\n  instance_id = \"{instance_id}\"\n  name        = \"app\"\n  password    = \"s3cret-word\"\n{more}}}\n"
    )
}

fn backup(instance_id: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_backup\" \"nightly\" {{\n  instance_id = \"{instance_id}\"\n  name        = \"nightly\"\n{more}}}\n"
    )
}

const ONE_SECOND: &str = "  timeouts {\n    create = \"1s\"\n  }\n";

/// A world that gives up on an API out of order at once.
fn impatient() -> World {
    let mut world = World::new();
    world.set("RAX_DB_LONGEST_OUTAGE", "1ms");
    world.set("RAX_DB_REQUEST_TIMEOUT", "2s");
    world
}
