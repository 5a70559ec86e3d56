//! The log: what `tracing` events become on stderr, and which of them.
//!
//! Terraform reads stderr line by line, shows what fits its own level, and writes it to `TF_LOG_PATH`
//! (<https://developer.hashicorp.com/terraform/internals/debugging>). Without a level in the environment no event
//! is even put together.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::env;
use std::io::{self, Write as _};
use std::panic::PanicHookInfo;

use serde_json::{Map, Value};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use hclog::Hclog;

mod hclog;

/// Libraries that, at their lower levels, trace what passes through them, secrets included.
const TRANSPORTS: [&str; 8] =
    ["h2", "hyper", "hyper_util", "mio", "reqwest", "rustls", "tonic", "tower"];

/// Starts the log at the level of the environment, and makes a panic a line of it.
pub(super) fn start() {
    std::panic::set_hook(Box::new(write_panic));
    let variable = |name| env::var(name).ok();
    let level = level(variable("TF_LOG_PROVIDER").as_deref(), variable("TF_LOG").as_deref());
    if level == LevelFilter::OFF {
        return;
    }
    let subscriber = tracing_subscriber::registry().with(filter(level)).with(Hclog::new(write));
    // Someone else's subscriber may be there already; then the log is theirs.
    drop(subscriber.try_init());
}

/// Writes an error line even when the log is off: for what ends the process or a call.
pub(super) fn write_error(module: &str, message: &str) {
    write(&hclog::line("error", module, message, Map::new()));
}

/// The level that the environment asks for: that of providers, or else the general one.
///
/// `JSON` means everything, and so does a word that is no level; Terraform reads its variable the same way.
fn level(provider: Option<&str>, general: Option<&str>) -> LevelFilter {
    let is_set = |value: &&str| !value.is_empty();
    let Some(word) = provider.filter(is_set).or(general.filter(is_set)) else {
        return LevelFilter::OFF;
    };
    match word.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

fn filter(level: LevelFilter) -> Targets {
    // More verbose is greater.
    let quiet = level.min(LevelFilter::WARN);
    Targets::new().with_default(level).with_targets(TRANSPORTS.map(|transport| (transport, quiet)))
}

fn write(line: &str) {
    // One call a line, so that lines of several threads do not mix. Without stderr there is nobody to tell.
    drop(io::stderr().lock().write_all(line.as_bytes()));
}

/// The default hook's text begins with "thread ... panicked" and, in Go's manner, a line that begins with "panic: "
/// would make Terraform report a crash, although the call at fault answers with a diagnostic.
fn write_panic(panic: &PanicHookInfo<'_>) {
    let reason = panic.payload_as_str().unwrap_or("no reason given");
    let mut fields = Map::new();
    if let Some(location) = panic.location() {
        fields.insert("location".to_owned(), Value::from(location.to_string()));
    }
    // Taken only when RUST_BACKTRACE asks for it, and told only here.
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        fields.insert("backtrace".to_owned(), Value::from(backtrace.to_string()));
    }
    let message = format!("The provider panicked: {reason}");
    write(&hclog::line("error", "tfplug.panic", &message, fields));
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn the_provider_variable_beats_the_general_one() {
        assert_eq!(level(Some("error"), Some("TRACE")), LevelFilter::ERROR);
        assert_eq!(level(Some(""), Some("WARN")), LevelFilter::WARN);
        assert_eq!(level(None, Some("Debug")), LevelFilter::DEBUG);
        assert_eq!(level(Some("OFF"), Some("TRACE")), LevelFilter::OFF);
    }

    #[test]
    fn nothing_set_is_off_and_json_is_everything() {
        assert_eq!(level(None, None), LevelFilter::OFF);
        assert_eq!(level(None, Some("JSON")), LevelFilter::TRACE);
        assert_eq!(level(None, Some("yes")), LevelFilter::TRACE);
        assert_eq!(level(None, Some("INFO")), LevelFilter::INFO);
    }

    #[test]
    fn transports_are_heard_only_when_they_warn() {
        let everything = filter(LevelFilter::TRACE);
        assert!(everything.would_enable("clouddb::lane", &Level::TRACE));
        assert!(everything.would_enable("h2::codec", &Level::WARN));
        assert!(!everything.would_enable("h2::codec", &Level::INFO));

        let errors = filter(LevelFilter::ERROR);
        assert!(!errors.would_enable("h2::codec", &Level::WARN));
    }
}
