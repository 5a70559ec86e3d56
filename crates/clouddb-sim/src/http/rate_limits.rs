//! Rate limits, off unless the options say otherwise.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use serde_json::json;

use crate::message::fields;
use crate::message::reply::Reply;
use crate::options::limits::{RateLimitBody, RateLimits};
use crate::state::place::Place;

/// Calls in the present window, by account and kind.
#[derive(Debug, Default)]
pub(crate) struct Counters(BTreeMap<(Place, &'static str), (Instant, u32)>);

impl Counters {
    /// Counts a call and refuses it if it is one too many.
    pub(crate) fn count(
        &mut self,
        limits: &RateLimits,
        method: &str,
        below: &[&str],
        place: &Place,
    ) -> Result<(), Reply> {
        let Some((kind, max)) = kind(limits, method, below) else { return Ok(()) };
        let now = Instant::now();
        let (began, calls) = self.0.entry((place.clone(), kind)).or_insert((now, 0));
        if now.duration_since(*began) >= limits.window {
            (*began, *calls) = (now, 0);
        }
        *calls += 1;
        if *calls <= max {
            return Ok(());
        }
        let left = limits.window.saturating_sub(now.duration_since(*began));
        Err(refusal(limits.body, left, method, max))
    }
}

/// The kind of a call and how many of it fit in a window.
fn kind(limits: &RateLimits, method: &str, below: &[&str]) -> Option<(&'static str, u32)> {
    match (method, below) {
        ("GET", _) => Some(("get", limits.gets)),
        ("POST", ["instances"]) => Some(("create instance", limits.instances)),
        ("DELETE", ["instances", _]) => Some(("delete instance", limits.instances)),
        ("POST", ["instances", _, "root"]) => Some(("root", limits.root)),
        ("POST", ["instances", _, "action"]) => Some(("action", limits.actions)),
        ("POST", ["instances", _, "databases"]) => Some(("create databases", limits.databases)),
        ("DELETE", ["instances", _, "databases", _]) => Some(("delete database", limits.databases)),
        (_, ["instances", _, "users", ..]) => Some(("users", limits.users)),
        ("POST", ["backups"]) => Some(("create backup", limits.backups)),
        ("DELETE", ["backups", _]) => Some(("delete backup", limits.backup_deletes)),
        _ => None,
    }
}

fn refusal(body: RateLimitBody, left: Duration, method: &str, max: u32) -> Reply {
    // Whole seconds, rounded up: a client that waits exactly that long must be let through.
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let until = SystemTime::now() + Duration::from_secs(seconds);
    let stamp = jiff::Timestamp::try_from(until).unwrap_or_default();
    let mut fault = json!({ "code": 413, "message": "OverLimit Retry..." });
    let (details, key, value, header) = match body {
        RateLimitBody::Trove => {
            fields::set(&mut fault, "message", "This request was rate-limited.");
            let details = format!("Only {max} {method} request(s) can be made to * every minute.");
            (details, "retryAfter", seconds.to_string(), seconds.to_string())
        }
        RateLimitBody::Repose => (
            "Error Details...".into(),
            "retryAfter",
            stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            httpdate::fmt_http_date(until),
        ),
        RateLimitBody::ReposeUk => (
            "Error Details...".into(),
            "retryAt",
            stamp.strftime("%Y-%m-%dT%H:%M:%SUTC").to_string(),
            httpdate::fmt_http_date(until),
        ),
    };
    fields::set(&mut fault, "details", details);
    fields::set(&mut fault, key, value);
    Reply::json(413, &json!({ "overLimit": fault })).with("Retry-After", header)
}
