//! What a fault does to one call.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::message::path::decode;
use crate::message::reply::{Flow, Reply, default_message, reason};
use crate::message::request::Request;
use crate::options::clock::shifted;

/// What a fault does to one call.
#[derive(Debug, Clone)]
pub(crate) struct FaultEffect {
    pub(crate) delay: Duration,
    pub(crate) expire_tokens: bool,
    /// Somebody else makes the same call just before.
    pub(crate) namesake: bool,
    /// When the call is carried out, whatever is answered.
    pub(crate) takes_effect: TakesEffect,
    /// Sent instead of the call's own reply.
    pub(crate) instead: Option<Reply>,
    /// What is taken out of the list that the call's own reply shows.
    pub(crate) omitted: Option<String>,
    /// How long the reply is held back, after an effect that comes before it.
    pub(crate) hold: Duration,
    pub(crate) flow: Flow,
    pub(crate) delivery: Delivery,
}

/// When a call is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakesEffect {
    Never,
    BeforeReply,
    AfterReply(Late),
}

/// How long after its reply a call is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Late {
    Time(#[serde(with = "duration")] Duration),
    /// Right before this one of the calls that come after it.
    Calls(u32),
}

/// A duration such as `1s`.
pub(crate) mod duration {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(from)?;
        humantime::parse_duration(&text).map_err(serde::de::Error::custom)
    }

    pub(crate) fn serialize<S: Serializer>(it: &Duration, into: S) -> Result<S::Ok, S::Error> {
        into.collect_str(&humantime::format_duration(*it))
    }
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
            namesake: false,
            takes_effect: TakesEffect::BeforeReply,
            instead: None,
            omitted: None,
            hold: Duration::ZERO,
            flow: Flow::Whole,
            delivery: Delivery::Whole,
        }
    }

    /// What is sent, if anything is: the call's own reply, spoilt, or another.
    pub(crate) fn reply_to(&self, request: &Request, own: Option<Reply>) -> Option<Reply> {
        let reply = self.instead(request).or(own)?;
        let reply = match &self.omitted {
            Some(item) => without(reply, item),
            None => reply,
        };
        Some(Reply { flow: self.flow, ..reply })
    }

    /// What is sent instead of the call's own reply. In it `{id}` stands for the last segment of the
    /// path, and `{request}` for the request, quoted as its place needs it.
    fn instead(&self, request: &Request) -> Option<Reply> {
        const REQUEST: &str = "{request}";
        let mut reply = self.instead.clone()?;
        let is_json = serde_json::from_str::<Value>(&reply.body).is_ok();
        let mut put = |mark: &str, text: &str| {
            let quoted = Value::from(text).to_string();
            let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
            reply.body = reply.body.replace(mark, if is_json { inside } else { text });
        };
        put("{id}", &decode(request.path.rsplit('/').next().unwrap_or_default()));
        let token = request.token.as_deref().unwrap_or_default();
        let body = String::from_utf8_lossy(&request.body);
        let said = format!("{} {} X-Auth-Token: {token} {body}", request.method, request.path);
        put(REQUEST, &said);
        Some(reply)
    }
}

/// The reply without an item of its list, which is named by its ID, its name, its address, or name and host;
/// `*` is every item.
fn without(reply: Reply, item: &str) -> Reply {
    let Ok(Value::Object(mut body)) = serde_json::from_str(&reply.body) else { return reply };
    let is_meant = |value: &Value| {
        let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
        item == "*"
            || [text("id"), text("name"), text("address")].contains(&item)
            || item.rsplit_once('@').is_some_and(|it| it == (text("name"), text("host")))
    };
    for (name, field) in &mut body {
        if let (false, Value::Array(items)) = (name == "links", field) {
            items.retain(|value| !is_meant(value));
        }
    }
    Reply { body: Value::Object(body).to_string(), ..reply }
}

/// The kinds of faults, by the names that the control interface gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The normal reply, only later.
    Delay,
    Status,
    Drop,
    Cut,
    Hang,
    Leave,
    Html,
    Garbage,
    /// The normal reply, with an item missing from its list.
    Omit,
}

impl FaultKind {
    /// True if the call always has its effect: what is sent is its own reply.
    pub(crate) fn carries_out(self) -> bool {
        matches!(self, Self::Delay | Self::Cut | Self::Leave | Self::Omit)
    }

    /// True if its own reply is sent, and to its end.
    pub(crate) fn sends_its_own(self) -> bool {
        matches!(self, Self::Delay | Self::Omit)
    }

    /// Its name in the control interface.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Status => "status",
            Self::Drop => "drop",
            Self::Cut => "cut",
            Self::Hang => "hang",
            Self::Leave => "leave",
            Self::Html => "html",
            Self::Garbage => "garbage",
            Self::Omit => "omit",
        }
    }

    /// True if another reply takes the place of the call's own.
    pub(crate) fn replaces(self) -> bool {
        matches!(self, Self::Status | Self::Html | Self::Garbage)
    }

    pub(crate) fn delivery(self) -> Delivery {
        match self {
            Self::Drop => Delivery::Dropped,
            Self::Cut => Delivery::Cut,
            Self::Hang => Delivery::Never,
            Self::Leave => Delivery::Last,
            Self::Delay | Self::Status | Self::Html | Self::Garbage | Self::Omit => Delivery::Whole,
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
            Self::Delay | Self::Drop | Self::Cut | Self::Hang | Self::Leave | Self::Omit => None,
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

/// The header `Retry-After`, in either of its two forms, or in none.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RetryAfter {
    Seconds(u64),
    /// An HTTP date this many seconds from now, or before now.
    Date(i64),
    /// Exactly this.
    Text(String),
}

impl RetryAfter {
    pub(crate) fn value(&self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Date(seconds) => httpdate::fmt_http_date(shifted(SystemTime::now(), *seconds)),
            Self::Text(text) => text.clone(),
        }
    }
}
