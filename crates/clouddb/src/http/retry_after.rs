//! How long a reply asks to wait before the next request.
//!
//! See <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/limits.rst>.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use crate::value::clock::{between, http_date, timestamp};

/// How long a reply asks to wait, in its header or its body: seconds, an HTTP date, or RFC 3339.
pub(crate) fn asked_pause(status: u16, headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    if !matches!(status, 413 | 429 | 503) {
        return None;
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = header("date").and_then(http_date).unwrap_or_else(Timestamp::now);
    if let Some(pause) = header("retry-after").and_then(|text| pause_from(text, now)) {
        return Some(pause);
    }
    let body: serde_json::Map<String, Value> = serde_json::from_slice(body).ok()?;
    let fault = body.values().find(|value| value.is_object())?;
    let wish = ["retryAfter", "retryAt"].into_iter().find_map(|key| fault.get(key))?;
    match wish {
        Value::Number(seconds) => seconds.as_u64().map(Duration::from_secs),
        Value::String(text) => pause_from(text, now),
        _ => None,
    }
}

fn pause_from(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    http_date(text).or_else(|| timestamp(text)).map(|then| between(now, then))
}

#[cfg(test)]
mod tests;
