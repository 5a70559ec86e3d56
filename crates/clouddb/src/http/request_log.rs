//! One line in the log for each request; bodies at TRACE only, their secrets masked, headers never.

use std::time::Instant;

use http::Method;
use serde_json::Value;
use url::Url;

use crate::http::reply::Reply;
use crate::value::error::{Call, Cause};
use crate::value::limits::LONGEST_LOGGED;
use crate::value::secret;

/// A request is about to be sent with a body.
pub(crate) fn body(call: &Call, body: &Value) {
    tracing::trace!(call = %call, body = %secret::masked(body), "request body");
}

/// A reply came.
pub(crate) fn reply(url: &Url, reply: &Reply, started: Instant) {
    tracing::debug!(
        method = %reply.call.method, path = url.path(), status = reply.status,
        duration_ms = millis(started), request_id = reply.request_id(), "exchange"
    );
    if tracing::enabled!(tracing::Level::TRACE) {
        let body = match serde_json::from_slice(&reply.body) {
            _ if reply.body.len() > LONGEST_LOGGED => format!("{} bytes", reply.body.len()),
            // Text by text: written as JSON, what they quote would be escaped once more.
            Ok(document) => {
                secret::scrubbed_document(&secret::masked(&document), &reply.secrets).to_string()
            }
            Err(_) => format!("{} bytes that are not JSON", reply.body.len()),
        };
        tracing::trace!(call = %reply.call, body, "reply body");
    }
}

/// No reply came.
pub(crate) fn no_reply(method: &Method, url: &Url, error: &Cause, started: Instant) {
    tracing::debug!(
        method = %method, path = url.path(),
        duration_ms = millis(started), error = %error, "no reply"
    );
}

fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
