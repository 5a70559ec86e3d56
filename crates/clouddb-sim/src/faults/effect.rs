//! What a fault does to one call.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::message::reply::{Reply, default_message, reason};
use crate::message::request::Request;

/// What a fault does to one call.
#[derive(Debug, Clone)]
pub(crate) struct FaultEffect {
    pub(crate) delay: Duration,
    pub(crate) expire_tokens: bool,
    /// The call is carried out, whatever is answered.
    pub(crate) carried_out: bool,
    /// Sent instead of the call's own reply.
    pub(crate) instead: Option<Reply>,
    pub(crate) delivery: Delivery,
}

/// How much of a reply is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    Cut,
    Dropped,
    Never,
    /// Whole, and nothing after it: the server refuses connections from now on.
    Last,
}

impl FaultEffect {
    /// What happens to a call that meets no fault.
    pub(crate) fn none() -> Self {
        Self {
            delay: Duration::ZERO,
            expire_tokens: false,
            carried_out: true,
            instead: None,
            delivery: Delivery::Whole,
        }
    }

    /// What is sent instead of the call's own reply, with the request in it where it has `{request}`,
    /// quoted as its place needs it.
    pub(crate) fn reply_to(&self, request: &Request) -> Option<Reply> {
        const MARK: &str = "{request}";
        let reply = self.instead.clone()?;
        if !reply.body.contains(MARK) {
            return Some(reply);
        }
        let token = request.token.as_deref().unwrap_or_default();
        let body = String::from_utf8_lossy(&request.body);
        let said = format!("{} {} X-Auth-Token: {token} {body}", request.method, request.path);
        let is_json = serde_json::from_str::<Value>(&reply.body).is_ok();
        let quoted = Value::from(said.as_str()).to_string();
        let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        let body = reply.body.replace(MARK, if is_json { inside } else { &said });
        Some(Reply { body, ..reply })
    }
}

/// The kinds of faults, by the names that the control interface gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The normal reply, only later.
    #[default]
    Delay,
    Status,
    Drop,
    Cut,
    Hang,
    Leave,
    Html,
    Garbage,
}

impl FaultKind {
    /// True if the call has its effect even when nobody asked for it.
    pub(crate) fn carries_out(self) -> bool {
        matches!(self, Self::Delay | Self::Cut | Self::Leave)
    }

    pub(crate) fn delivery(self) -> Delivery {
        match self {
            Self::Drop => Delivery::Dropped,
            Self::Cut => Delivery::Cut,
            Self::Hang => Delivery::Never,
            Self::Leave => Delivery::Last,
            Self::Delay | Self::Status | Self::Html | Self::Garbage => Delivery::Whole,
        }
    }

    /// The reply that takes the place of the call's own, if this kind has one.
    pub(crate) fn reply(
        self,
        status: Option<u16>,
        message: Option<&str>,
        body: Option<&str>,
    ) -> Option<Reply> {
        match self {
            Self::Delay | Self::Drop | Self::Cut | Self::Hang | Self::Leave => None,
            Self::Status => Some(if let Some(body) = body {
                Reply { body: body.into(), ..Reply::empty(status.unwrap_or(200)) }
            } else {
                let status = status.unwrap_or(503);
                Reply::fault(status, message.unwrap_or_else(|| default_message(status)))
            }),
            Self::Html => {
                let status = status.unwrap_or(502);
                let reason = reason(status);
                Some(Reply::html(
                    status,
                    format!(
                        "<html><head><title>{status} {reason}</title></head>\
                         <body><h1>{reason}</h1></body></html>"
                    ),
                ))
            }
            Self::Garbage => {
                Some(Reply::json(status.unwrap_or(200), &json!([{ "weather": "fine" }])))
            }
        }
    }
}

/// The header `Retry-After`, in either of its two forms.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RetryAfter {
    Seconds(u64),
    /// An HTTP date this many seconds from now.
    Date(u64),
}

impl RetryAfter {
    pub(crate) fn value(self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Date(seconds) => {
                httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds))
            }
        }
    }
}
