//! Rate limits: which requests count against the same one, how long the API asks to wait, and the
//! gates at which all callers of a limit wait together.
//!
//! The limits are those of
//! <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/limits.rst>.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::clock::{between, http_date, timestamp};
use crate::http::Reply;
use crate::scope::{Awaited, Ended, Scope};
use crate::{Error, Refusal};

/// Requests that the API counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LimitClass {
    Logins,
    Reads,
    Instances,
    Actions,
    Databases,
    Users,
    BackupCreations,
    BackupDeletions,
    Others,
}

impl LimitClass {
    pub(crate) fn of(method: &Method, segments: &[String]) -> Self {
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (method.as_str(), words.as_slice()) {
            (_, ["tokens", ..]) => Self::Logins,
            ("GET", _) => Self::Reads,
            ("POST", ["instances", _, "action"]) => Self::Actions,
            (_, ["instances", _, "databases", ..]) => Self::Databases,
            (_, ["instances", _, "users", ..]) => Self::Users,
            ("POST", ["instances"]) | ("DELETE", ["instances", _]) => Self::Instances,
            ("POST", ["backups"]) => Self::BackupCreations,
            ("DELETE", ["backups", _]) => Self::BackupDeletions,
            _ => Self::Others,
        }
    }
}

/// The limits count by the minute.
const WINDOW: Duration = Duration::from_mins(1);

/// For each limit that was hit: until when nobody sends.
///
/// When that time is over, callers do not rush out together, or nearly all of them would be refused
/// again: for one more window they send one at a time, so that a limit refuses one request a window
/// and not one a caller.
#[derive(Default)]
pub(crate) struct Gates {
    gates: Mutex<HashMap<LimitClass, Gate>>,
}

#[derive(Clone)]
struct Gate {
    closed_until: Instant,
    narrow_until: Instant,
    /// What the API said.
    refusal: Box<Refusal>,
    /// Held by the one who sends while the gate is narrow.
    way: Arc<tokio::sync::Mutex<()>>,
}

/// The leave to send one request, to be kept until its reply has been judged.
#[must_use]
#[derive(Debug)]
pub(crate) struct Leave {
    _way: Option<OwnedMutexGuard<()>>,
}

impl Gates {
    /// Closes a gate for a time. A gate that is closed for longer stays so.
    pub(crate) fn close(&self, class: LimitClass, pause: Duration, refusal: Box<Refusal>) {
        let until = Instant::now() + pause;
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Gate {
            closed_until: until,
            narrow_until: until + WINDOW,
            refusal,
            way: Arc::default(),
        };
        let gate = gates.entry(class).or_insert_with(new);
        gate.closed_until = gate.closed_until.max(until);
        gate.narrow_until = gate.narrow_until.max(until + WINDOW);
    }

    /// Waits until a gate lets one more request through. If it opens after the deadline, the error
    /// comes at once.
    pub(crate) async fn pass(&self, class: LimitClass, scope: &Scope) -> Result<Leave, Error> {
        while let Some(gate) = self.gate(class) {
            let closed_for = gate.closed_until.saturating_duration_since(Instant::now());
            if !scope.allows(closed_for) {
                return Err(gate.ended(Ended::Late));
            }
            if !closed_for.is_zero() {
                scope.pause(closed_for).await.map_err(|ended| gate.ended(ended))?;
                continue;
            }
            let way = scope.run(Arc::clone(&gate.way).lock_owned()).await;
            let way = way.map_err(|ended| gate.ended(ended))?;
            // Whoever went before may have been refused.
            if self.gate(class).is_none_or(|it| it.closed_until <= Instant::now()) {
                return Ok(Leave { _way: Some(way) });
            }
        }
        Ok(Leave { _way: None })
    }

    /// The gate of a limit that was hit not long ago.
    fn gate(&self, class: LimitClass) -> Option<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.get(&class)?;
        if gate.narrow_until <= Instant::now() {
            gates.remove(&class);
            return None;
        }
        Some(gate.clone())
    }
}

impl Gate {
    /// The error of a caller who cannot wait for it.
    fn ended(&self, ended: Ended) -> Error {
        match ended {
            Ended::Late => Error::RateLimited {
                refusal: self.refusal.clone(),
                retry_after: Some(self.closed_until.saturating_duration_since(Instant::now())),
            },
            Ended::Stopped => {
                let what = self.refusal.call.to_string();
                Awaited::new("request", what, "allowed yet").ended(ended, None, None)
            }
        }
    }
}

/// How long a reply asks to wait, in its header or its body: seconds, an HTTP date, or RFC 3339.
pub(crate) fn asked_pause(reply: &Reply) -> Option<Duration> {
    if !matches!(reply.status, 413 | 429 | 503) {
        return None;
    }
    let now = reply.header("date").and_then(http_date).unwrap_or_else(Timestamp::now);
    if let Some(pause) = reply.header("retry-after").and_then(|text| pause_from(text, now)) {
        return Some(pause);
    }
    let body: serde_json::Map<String, Value> = serde_json::from_slice(&reply.body).ok()?;
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
