use std::sync::{Arc, Mutex};

use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

/// What `events` writes, line by line, as JSON.
fn log(events: impl FnOnce()) -> Vec<Value> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let layer = Hclog::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), events);
    let lines = lines.lock().unwrap();
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'line>(line: &'line Value, key: &str) -> &'line str {
    line[key].as_str().unwrap_or_else(|| panic!("{key} is not a string in {line}"))
}

#[test]
fn an_event_has_the_four_keys_and_its_fields() {
    let lines =
        log(|| tracing::warn!(target: "clouddb::lane", attempt = 2_u32, dry = true, "Busy"));

    assert_eq!(text(&lines[0], "@level"), "warn");
    assert_eq!(text(&lines[0], "@message"), "Busy");
    assert_eq!(text(&lines[0], "@module"), "clouddb.lane");
    assert_eq!(lines[0]["attempt"], 2);
    assert_eq!(lines[0]["dry"], true);
}

#[test]
fn the_timestamp_has_six_digits_and_is_in_utc() {
    let lines = log(|| tracing::info!("now"));

    let shape: String = text(&lines[0], "@timestamp")
        .chars()
        .map(|character| if character.is_ascii_digit() { '0' } else { character })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
}

#[test]
fn a_message_that_is_missing_is_an_empty_string() {
    let lines = log(|| tracing::info!(answer = 42));

    assert_eq!(text(&lines[0], "@message"), "");
}

#[test]
fn nothing_that_an_event_says_reaches_the_terminal_as_a_command() {
    let said = "a\u{1b}[2J\u{9b}31m\u{202e}\u{7}\u{7f}b";
    let lines = log(|| tracing::info!(status = said, error = %said, "message {said}"));

    for key in ["@message", "status", "error"] {
        let text = text(&lines[0], key);
        assert!(!text.contains(|sign: char| sign.is_control() || sign == '\u{202e}'), "{text:?}");
        assert!(text.ends_with('b'), "{text:?}");
    }
}

#[test]
fn an_event_carries_the_fields_of_its_spans() {
    let lines = log(|| {
        let outer = tracing::info_span!("call", rpc = "ReadResource", id = tracing::field::Empty);
        let _outer = outer.enter();
        outer.record("id", "i-1");
        let _inner = tracing::info_span!("request", rpc = "GET").entered();
        tracing::info!(status = 200, "Answered");
    });

    assert_eq!(lines[0]["rpc"], "GET");
    assert_eq!(lines[0]["id"], "i-1");
    assert_eq!(lines[0]["status"], 200);
}

#[test]
fn an_error_is_told_with_its_causes() {
    let cause = std::io::Error::other("connection reset");
    let error = std::io::Error::other(Wrapped(cause));
    let lines = log(|| tracing::error!(error = &error as &dyn std::error::Error, "Failed"));

    assert_eq!(lines[0]["error"], "no answer: connection reset");
}

#[derive(Debug)]
struct Wrapped(std::io::Error);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn a_line_break_does_not_break_the_line() {
    let line = line("info", "m", "one\ntwo", Map::new());

    assert_eq!(line.matches('\n').count(), 1);
    assert!(line.ends_with('\n'));
}

#[test]
fn long_texts_are_cut_and_short_ones_kept() {
    let fields = Map::from_iter([
        ("body".to_owned(), Value::from("ü\"\u{1}".repeat(100_000))),
        ("id".to_owned(), Value::from("i-1")),
    ]);

    let line = line("info", "m", "Answered", fields);

    assert!(line.len() <= LONGEST_LINE, "{} bytes", line.len());
    let line: Value = serde_json::from_str(&line).unwrap();
    assert!(text(&line, "body").ends_with(" [cut]"));
    assert_eq!(text(&line, "id"), "i-1");
    assert_eq!(text(&line, "@message"), "Answered");
}

#[test]
fn a_line_of_very_many_fields_keeps_its_message() {
    let fields = (0..20_000).map(|number| (format!("field_{number}"), Value::from(1))).collect();

    let line = line("info", "m", "Answered", fields);

    assert!(line.len() <= LONGEST_LINE, "{} bytes", line.len());
    assert_eq!(text(&serde_json::from_str(&line).unwrap(), "@message"), "Answered");
}
