//! The rule of a fault: which calls it is about, and what it does to them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::faults::effect::{FaultEffect, FaultKind, Late, RetryAfter, TakesEffect, duration};
use crate::message::path::matches;
use crate::message::reply::Flow;

/// A fault that waits for matching calls.
///
/// ```
/// use clouddb_sim::Fault;
/// // The second listing of databases fails twice, then all is well again.
/// let fault = Fault::on("GET", "/instances/*/databases").status(503).retry_after(1).skip(1).times(2);
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(default = "any")]
    pub(super) method: String,
    pub(super) path: String,
    /// None until something says it: see [`Fault::resolved_kind`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<FaultKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_after: Option<RetryAfter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) item: Option<String>,
    #[serde(default, with = "duration", skip_serializing_if = "Duration::is_zero")]
    pub(super) delay: Duration,
    #[serde(default, with = "duration", skip_serializing_if = "Duration::is_zero")]
    pub(super) hold: Duration,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) after_effect: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) late: Option<Late>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) namesake: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) flow: Flow,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) expire_tokens: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) skip: u32,
    #[serde(default = "once")]
    pub(super) times: u32,
}

fn is_default<T: Default + PartialEq>(it: &T) -> bool {
    *it == T::default()
}

fn any() -> String {
    "*".into()
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault for calls of this method (`*`: any) to this path.
    ///
    /// The path is the one below the account, encoded as it is sent (`/instances`), or the whole path
    /// for calls outside the database service (`/v2.0/tokens`). In it `*` stands for one segment and a
    /// last `**` for any number of them. Until one of the methods below says otherwise, the fault
    /// happens once and before the call has any effect; one that changes nothing is refused.
    pub fn on(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            kind: None,
            status: None,
            message: None,
            body: None,
            retry_after: None,
            item: None,
            delay: Duration::ZERO,
            hold: Duration::ZERO,
            after_effect: false,
            late: None,
            namesake: false,
            flow: Flow::Whole,
            expire_tokens: false,
            skip: 0,
            times: 1,
        }
    }

    /// Answers with this status and the fault body that belongs to it.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The message of the fault. `{request}` in it, or in a body, stands for what the call said: method,
    /// path, token and body. Careless services repeat them. `{id}` stands for the last segment of the
    /// path.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Answers 404 in the API's own words, as if the object in the path did not exist.
    #[must_use]
    pub fn missing(self) -> Self {
        self.status(404).message("Resource {id} cannot be found.")
    }

    /// Answers with exactly this body, as JSON; the status is 200 unless one is given.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The call has no effect. This is the default.
    #[must_use]
    pub fn before_effect(mut self) -> Self {
        self.after_effect = false;
        self
    }

    /// The call is carried out, and then the fault hides its reply.
    #[must_use]
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }

    /// The call is refused now, and carried out this long after the reply.
    #[must_use]
    pub fn late_effect(mut self, late: Duration) -> Self {
        self.late = Some(Late::Time(late));
        self
    }

    /// The call is refused now, and carried out right before this one of the calls that come after it:
    /// with 1, before the next one.
    #[must_use]
    pub fn late_effect_before_call(mut self, calls: u32) -> Self {
        self.late = Some(Late::Calls(calls));
        self
    }

    /// Carries the call out as usual, and holds its reply back for this long.
    #[must_use]
    pub fn hold_reply(mut self, hold: Duration) -> Self {
        self.hold = hold;
        self
    }

    /// Just before the call somebody else makes the same one, with passwords of their own; what that
    /// made is in `Simulator::namesakes`.
    #[must_use]
    pub fn namesake(mut self) -> Self {
        self.namesake = true;
        self
    }

    /// Answers as usual, without this item in the list: an ID, a name, an address, a user as `name@host`,
    /// or `*` for every item.
    #[must_use]
    pub fn omit(mut self, item: impl Into<String>) -> Self {
        self.item = Some(item.into());
        self.kind(FaultKind::Omit)
    }

    /// The body of the reply never ends: blanks follow it, as fast as they are taken.
    #[must_use]
    pub fn endless_body(mut self) -> Self {
        self.flow = Flow::Endless;
        self
    }

    /// The body of the reply comes one byte at a time, ten in a second.
    #[must_use]
    pub fn dripping_body(mut self) -> Self {
        self.flow = Flow::Drip;
        self
    }

    /// The body of the reply has 100 MB: JSON with blanks before it, a page over and over.
    #[must_use]
    pub fn huge_body(mut self) -> Self {
        self.flow = Flow::Huge;
        self
    }

    /// Closes the connection without a reply.
    #[must_use]
    pub fn drop_connection(self) -> Self {
        self.kind(FaultKind::Drop)
    }

    /// Carries the call out and closes the connection in the middle of the reply's body.
    #[must_use]
    pub fn cut_reply(self) -> Self {
        self.kind(FaultKind::Cut)
    }

    /// Never answers; the connection stays open.
    #[must_use]
    pub fn never_answer(self) -> Self {
        self.kind(FaultKind::Hang)
    }

    /// Answers as usual, and from then on refuses connections, until
    /// `Simulator::open_door`.
    #[must_use]
    pub fn last_answer(self) -> Self {
        self.kind(FaultKind::Leave)
    }

    /// Answers with a page of HTML, as a proxy in front does; the status is 502 unless one is given.
    #[must_use]
    pub fn html(self) -> Self {
        self.kind(FaultKind::Html)
    }

    /// Answers with well-formed JSON of a shape that nobody asked for; 200 unless a status is given.
    #[must_use]
    pub fn garbage(self) -> Self {
        self.kind(FaultKind::Garbage)
    }

    /// Every token that was issued has expired when the call arrives.
    #[must_use]
    pub fn expire_tokens(mut self) -> Self {
        self.expire_tokens = true;
        self
    }

    /// Waits this long before the call is carried out or refused.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Adds `Retry-After`, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(RetryAfter::Seconds(seconds));
        self
    }

    /// Adds `Retry-After`, as an HTTP date this many seconds from the reply; a negative number is in the
    /// past.
    #[must_use]
    pub fn retry_after_date(mut self, seconds: i64) -> Self {
        self.retry_after = Some(RetryAfter::Date(seconds));
        self
    }

    /// Adds `Retry-After` with a text that is neither seconds nor a date.
    #[must_use]
    pub fn retry_after_text(mut self, text: impl Into<String>) -> Self {
        self.retry_after = Some(RetryAfter::Text(text.into()));
        self
    }

    /// Lets this many matching calls pass first.
    #[must_use]
    pub fn skip(mut self, calls: u32) -> Self {
        self.skip = calls;
        self
    }

    /// Happens this many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Happens for ever.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    fn kind(mut self, kind: FaultKind) -> Self {
        self.kind = Some(kind);
        self
    }
}

impl Fault {
    /// True for the calls that this fault waits for.
    fn is_about(&self, method: &str, path: &str) -> bool {
        let meant = self.method == "*" || self.method.eq_ignore_ascii_case(method);
        meant && matches(&self.path, path)
    }

    /// What this fault does to the next call, if it is about it and its turn has come.
    pub(crate) fn effect_on(&mut self, method: &str, path: &str) -> Option<FaultEffect> {
        if self.is_spent() || !self.is_about(method, path) {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        if self.times != u32::MAX {
            self.times -= 1;
        }
        Some(self.effect())
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.times == 0
    }

    /// What was said of the kind; a status or a body alone mean a status fault.
    pub(super) fn resolved_kind(&self) -> FaultKind {
        let spoken = self.status.is_some() || self.body.is_some();
        self.kind.unwrap_or(if spoken { FaultKind::Status } else { FaultKind::Delay })
    }

    pub(super) fn effect(&self) -> FaultEffect {
        let kind = self.resolved_kind();
        let reply = kind.reply(self.status, self.message.as_deref(), self.body.as_deref());
        let instead = match &self.retry_after {
            Some(retry_after) => reply.map(|it| it.with("Retry-After", retry_after.value())),
            None => reply,
        };
        let takes_effect = match self.late {
            Some(late) => TakesEffect::AfterReply(late),
            None if self.after_effect || kind.carries_out() => TakesEffect::BeforeReply,
            None => TakesEffect::Never,
        };
        FaultEffect {
            delay: self.delay,
            expire_tokens: self.expire_tokens,
            namesake: self.namesake,
            takes_effect,
            instead,
            omitted: self.item.clone(),
            hold: self.hold,
            flow: self.flow,
            delivery: kind.delivery(),
        }
    }
}
