//! The rule of a fault: which calls it is about, and what it does to them.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::faults::effect::{FaultEffect, FaultKind, RetryAfter};
use crate::message::path::matches;

/// A fault that waits for matching calls.
///
/// ```
/// use clouddb_sim::Fault;
/// // The second listing of databases fails twice, then all is well again.
/// let fault = Fault::on("GET", "/instances/*/databases").status(503).retry_after(1).skip(1).times(2);
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(default = "any")]
    method: String,
    path: String,
    #[serde(default)]
    kind: FaultKind,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    retry_after: Option<RetryAfter>,
    #[serde(default, deserialize_with = "duration")]
    delay: Duration,
    #[serde(default)]
    after_effect: bool,
    #[serde(default)]
    expire_tokens: bool,
    #[serde(default)]
    skip: u32,
    #[serde(default = "once")]
    times: u32,
}

fn any() -> String {
    "*".into()
}

fn once() -> u32 {
    1
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}

impl Fault {
    /// A fault for calls of this method (`*`: any) to this path.
    ///
    /// The path is the one below the account, encoded as it is sent (`/instances`), or the whole path
    /// for calls outside the database service (`/v2.0/tokens`). In it `*` stands for one segment and a
    /// last `**` for any number of them. Until one of the methods below says otherwise, the fault
    /// changes nothing; it happens once, and before the call has any effect.
    pub fn on(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            kind: FaultKind::Delay,
            status: None,
            message: None,
            body: None,
            retry_after: None,
            delay: Duration::ZERO,
            after_effect: false,
            expire_tokens: false,
            skip: 0,
            times: 1,
        }
    }

    /// Answers with this status and the fault body that belongs to it.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        if self.kind == FaultKind::Delay {
            self.kind = FaultKind::Status;
        }
        self
    }

    /// The message of the fault. `{request}` in it, or in a body, stands for what the call said: method,
    /// path, token and body. Careless services repeat them.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Answers with exactly this body, as JSON; the status is 200 unless one is given.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        if self.kind == FaultKind::Delay {
            self.kind = FaultKind::Status;
        }
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

    /// Closes the connection without a reply.
    #[must_use]
    pub fn drop_connection(self) -> Self {
        self.kind(FaultKind::Drop)
    }

    /// Carries the call out and closes the connection in the middle of the reply's body.
    #[must_use]
    pub fn cut_reply(mut self) -> Self {
        self.after_effect = true;
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
    pub fn last_answer(mut self) -> Self {
        self.after_effect = true;
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

    /// Adds `Retry-After`, as an HTTP date this many seconds from the reply.
    #[must_use]
    pub fn retry_after_date(mut self, seconds: u64) -> Self {
        self.retry_after = Some(RetryAfter::Date(seconds));
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
        self.kind = kind;
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

    fn effect(&self) -> FaultEffect {
        let reply = self.kind.reply(self.status, self.message.as_deref(), self.body.as_deref());
        let instead = match self.retry_after {
            Some(retry_after) => reply.map(|it| it.with("Retry-After", retry_after.value())),
            None => reply,
        };
        FaultEffect {
            delay: self.delay,
            expire_tokens: self.expire_tokens,
            carried_out: self.after_effect || self.kind.carries_out(),
            instead,
            delivery: self.kind.delivery(),
        }
    }
}
