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

use crate::world::{Run, World};

/// An ID that nothing has.
const ID: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

/// Compares the diagnostics of a failed run with the snapshot of that name.
#[track_caller]
fn shows(name: &str, run: &Run) {
    assert_eq!(run.code, Some(1), "terraform did not fail:\n{}", run.text);
    let told = redacted(&diagnostics(&run.text));
    insta::with_settings!({
        snapshot_path => "snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, told) });
}

/// The boxes that Terraform draws around diagnostics, sorted, because operations run side by side.
fn diagnostics(text: &str) -> String {
    let boxes = text.split('╷').skip(1).filter_map(|rest| rest.split('╵').next());
    let mut boxes: Vec<String> = boxes
        .map(|text| {
            let lines = text.lines().map(|line| line.trim_start_matches('│').trim_end());
            let lines: Vec<&str> =
                lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
            lines.join("\n").trim().to_owned()
        })
        .collect();
    boxes.sort();
    boxes.join("\n\n----\n\n")
}

/// The text without what is different in every run: IDs, ports, times and folders.
fn redacted(text: &str) -> String {
    let mut redacted = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let hidden = id(rest).or_else(|| port(rest)).or_else(|| folder(rest));
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

fn folder(text: &str) -> Option<(&'static str, usize)> {
    let temporary = std::env::temp_dir().join("world-");
    let rest = text.strip_prefix(temporary.to_str()?)?;
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    Some(("<home>", text.len() - rest.len() + length))
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
