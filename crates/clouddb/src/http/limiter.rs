//! Rate limits: which requests count against the same one, and where all callers of one wait together.
//!
//! The limits are those of
//! <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/general-api-info/limits.rst>.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::value::context::{Awaited, CallContext, Ended};
use crate::value::error::{Error, Refusal};

/// Requests that the API counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LimitClass {
    Logins,
    Reads,
    Instances,
    Actions,
    Databases,
    Users,
    Root,
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
            ("POST", ["instances", _, "root"]) => Self::Root,
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
pub(crate) struct RateLimiter {
    limits: Mutex<HashMap<LimitClass, Limit>>,
}

/// A limit that was hit.
#[derive(Clone)]
struct Limit {
    paused_until: Instant,
    one_at_a_time_until: Instant,
    /// How often it was hit since a request of the class was accepted.
    hits: u32,
    /// When the first of these was.
    since: Instant,
    /// Whether the last of these came after the longest outage.
    lasts: bool,
    /// What the API said.
    refusal: Box<Refusal>,
    /// Held by the one who sends while it is one at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// The permission to send one request, to be kept until its reply has been judged.
#[must_use]
#[derive(Debug)]
pub(crate) struct Permit {
    _turn: Option<OwnedMutexGuard<()>>,
}

impl RateLimiter {
    /// Lets nobody send for a time. A limit that is paused for longer stays so. One that lets nothing
    /// through for longer than an outage may last is waited for no more.
    pub(crate) fn pause(
        &self,
        class: LimitClass,
        pause: Duration,
        refusal: Box<Refusal>,
        longest_outage: Duration,
    ) {
        let until = Instant::now() + pause;
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Limit {
            paused_until: until,
            one_at_a_time_until: until,
            hits: 0,
            since: Instant::now(),
            lasts: false,
            refusal,
            turn: Arc::default(),
        };
        let limit = limits.entry(class).or_insert_with(new);
        if limit.hits == 0 {
            limit.since = Instant::now();
        }
        limit.hits += 1;
        limit.lasts = limit.since.elapsed() > longest_outage;
        limit.paused_until = limit.paused_until.max(until);
        limit.one_at_a_time_until = limit.one_at_a_time_until.max(until + WINDOW);
    }

    /// How often the limit was hit since a request of the class was accepted.
    pub(crate) fn hits(&self, class: LimitClass) -> u32 {
        self.limit(class).map_or(0, |limit| limit.hits)
    }

    /// A request of the class was accepted, or refused for another reason.
    pub(crate) fn accepted(&self, class: LimitClass) {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limit) = limits.get_mut(&class) {
            limit.hits = 0;
            limit.lasts = false;
        }
    }

    /// Waits until the limit is not paused, as [`acquire`](Self::acquire) does.
    pub(crate) async fn opened(
        &self,
        class: LimitClass,
        context: &CallContext,
    ) -> Result<(), Error> {
        while let Some(limit) = self.limit(class) {
            let pause = limit.paused_until.saturating_duration_since(Instant::now());
            if pause.is_zero() {
                break;
            }
            limit.wait(pause, context).await?;
        }
        Ok(())
    }

    /// Waits until one more request may be sent. If that is after the deadline, the error comes at
    /// once.
    pub(crate) async fn acquire(
        &self,
        class: LimitClass,
        context: &CallContext,
    ) -> Result<Permit, Error> {
        while let Some(limit) = self.limit(class) {
            let pause = limit.paused_until.saturating_duration_since(Instant::now());
            if !pause.is_zero() {
                limit.wait(pause, context).await?;
                continue;
            }
            let turn = context.run(Arc::clone(&limit.turn).lock_owned()).await;
            let turn = turn.map_err(|ended| limit.ended(ended))?;
            // Whoever went before may have been refused.
            if self.limit(class).is_none_or(|it| it.paused_until <= Instant::now()) {
                return Ok(Permit { _turn: Some(turn) });
            }
        }
        Ok(Permit { _turn: None })
    }

    /// The limit, if it was hit not long ago.
    fn limit(&self, class: LimitClass) -> Option<Limit> {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = limits.get(&class)?;
        if limit.one_at_a_time_until <= Instant::now() {
            limits.remove(&class);
            return None;
        }
        Some(limit.clone())
    }
}

impl Limit {
    /// Pauses; if that is for longer than there is time, the error comes at once.
    async fn wait(&self, pause: Duration, context: &CallContext) -> Result<(), Error> {
        if self.lasts {
            return Err(self.lasting());
        }
        if !context.allows(pause) {
            return Err(self.ended(Ended::Late));
        }
        context.pause(pause).await.map_err(|ended| self.ended(ended))
    }

    /// The error where it has let nothing through for too long.
    fn lasting(&self) -> Error {
        let refusal = self.refusal.clone();
        match refusal.status {
            503 => Error::Unavailable(refusal),
            _ => Error::RateLimited { refusal, retry_after: None },
        }
    }

    /// The error of a caller who cannot wait for it.
    fn ended(&self, ended: Ended) -> Error {
        match ended {
            Ended::Late => Error::RateLimited {
                refusal: self.refusal.clone(),
                retry_after: Some(self.paused_until.saturating_duration_since(Instant::now())),
            },
            Ended::Stopped => {
                let what = self.refusal.call.to_string();
                Awaited::new("request", what, "allowed yet").ended(ended, None, None)
            }
        }
    }
}

#[cfg(test)]
mod tests;
