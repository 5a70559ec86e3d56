//! `tracing` events in the JSON of hclog, the logger of Terraform and its plugins.
//!
//! Terraform parses a line as JSON if it can, and it is strict about four keys: `@level`, `@message`, `@module` and
//! `@timestamp` have to be strings (it fails on others), and the timestamp has exactly six digits of a second (with
//! more, the line is shown raw and its level is lost). Every other key is a field.
//! See <https://github.com/hashicorp/go-plugin/blob/main/log_entry.go>.

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::printable;

/// Longest line in bytes, its end included. Terraform cuts at 64 KiB, and half a line is no JSON.
const LONGEST_LINE: usize = 60 * 1024;

/// Hands each event to `write`, as a line.
pub(super) struct Hclog<W> {
    write: W,
}

impl<W: Fn(&str)> Hclog<W> {
    pub(super) fn new(write: W) -> Self {
        Self { write }
    }
}

impl<S, W> Layer<S> for Hclog<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // What the spans say comes first, outermost before inner, so that the event has the last word on a key.
        let mut fields = Fields::default();
        let spans = context.event_scope(event).into_iter().flat_map(Scope::from_root);
        for span in spans {
            if let Some(known) = span.extensions().get::<Fields>() {
                fields.named.extend(known.named.clone());
            }
        }
        event.record(&mut fields);
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        let module = event.metadata().target().replace("::", ".");
        (self.write)(&line(level, &module, &fields.message, fields.named));
    }
}

/// One line with its end, short enough for Terraform.
pub(super) fn line(
    level: &str,
    module: &str,
    message: &str,
    mut fields: Map<String, Value>,
) -> String {
    let now = format!("{:.6}", Timestamp::now());
    for (key, value) in
        [("@level", level), ("@message", message), ("@module", module), ("@timestamp", &now)]
    {
        fields.insert(key.to_owned(), Value::from(value));
    }
    for value in fields.values_mut() {
        if let Value::String(text) = value {
            *text = printable::signs(text);
        }
    }
    shortened(fields)
}

/// Cuts the longest texts until the line fits; a line of too many fields keeps only the keys of hclog.
fn shortened(mut fields: Map<String, Value>) -> String {
    let mut longest = LONGEST_LINE;
    loop {
        let mut line = Value::Object(fields).to_string();
        line.push('\n');
        if line.len() <= LONGEST_LINE {
            return line;
        }
        // Parsing back is costly, but hardly any line is so long.
        fields = serde_json::from_str(&line).unwrap_or_default();
        longest /= 2;
        if longest < 64 {
            fields.retain(|key, _| key.starts_with('@'));
        }
        for value in fields.values_mut() {
            if let Value::String(text) = value {
                cut(text, longest.max(64));
            }
        }
    }
}

fn cut(text: &mut String, longest: usize) {
    if text.len() > longest {
        text.truncate(text.floor_char_boundary(longest));
        text.push_str(" [cut]");
    }
}

/// What an event or a span says.
#[derive(Debug, Default)]
struct Fields {
    message: String,
    named: Map<String, Value>,
}

impl Fields {
    fn insert(&mut self, field: &Field, value: Value) {
        self.named.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, Value::from(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.insert(field, Value::from(value));
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            // Writing to a String does not fail.
            let _ = write!(text, ": {cause}");
            source = cause.source();
        }
        self.insert(field, Value::from(text));
    }

    /// Messages and `%value` arrive here too, in a form whose `Debug` is their `Display`.
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        self.record_str(field, &text);
    }
}

#[cfg(test)]
mod tests;
