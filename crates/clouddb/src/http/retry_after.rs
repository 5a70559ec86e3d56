//! How long a reply asks to wait before the next request.
//!
//! See <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/limits.rst>.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use crate::value::clock::{between, http_date, timestamp};

/// The longest wish that is taken at its word.
const LONGEST_WISH: Duration = Duration::from_hours(24);

/// How long a reply asks to wait, in its header or its body: seconds, an HTTP date, or RFC 3339. A wish
/// that is over, or that cannot be read, asks for no time, but is one.
pub(crate) fn asked_pause(status: u16, headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    if !matches!(status, 413 | 429 | 503) {
        return None;
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = header("date").and_then(http_date).unwrap_or_else(Timestamp::now);
    if headers.contains_key("retry-after") {
        let pause = header("retry-after").and_then(|text| pause_from(text, now));
        return Some(pause.unwrap_or_default());
    }
    let body: serde_json::Map<String, Value> = serde_json::from_slice(body).ok()?;
    let fault = body.values().find(|value| value.is_object())?;
    let wish = ["retryAfter", "retryAt"].into_iter().find_map(|key| fault.get(key))?;
    let pause = match wish {
        Value::Number(number) => seconds(number.as_f64()?),
        Value::String(text) => pause_from(text, now),
        _ => None,
    };
    Some(pause.unwrap_or_default())
}

fn pause_from(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return seconds(number);
    }
    let then = http_date(text).or_else(|| timestamp(text))?;
    Some(between(now, then).min(LONGEST_WISH))
}

fn seconds(number: f64) -> Option<Duration> {
    Some(Duration::try_from_secs_f64(number.ceil()).ok()?.min(LONGEST_WISH))
}

#[cfg(test)]
mod tests;
