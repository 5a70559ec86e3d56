//! Sending a request until there is a verdict: what is repeated, after which pause, how often.
//!
//! A request that was never sent can always be sent again. One that would be done twice
//! ([`Repeat::Never`]) is sent again by nobody here, whatever it was answered with: no reply proves
//! that it had no effect, only a look does, and that is taken above.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tokio::time::Instant;

use crate::http::authenticator::{Authenticator, Authorization};
use crate::http::evidence;
use crate::http::limiter::RateLimiter;
use crate::http::reply::Reply;
use crate::http::request::{Repeat, Request};
use crate::http::transport::Transport;
use crate::value::context::{Awaited, CallContext, Ended};
use crate::value::error::{Error, Sent};
use crate::value::timing::Timing;

/// A server that has never answered is more likely a wrong address than an outage.
const TRIES_TO_MEET: u32 = 3;

/// How often a write is sent that ends in 500.
const TRIES_OF_A_500: u32 = 3;

/// Sends requests within the bounds of one operation.
pub(crate) struct Retrier<'a> {
    pub(crate) transport: &'a Arc<Transport>,
    pub(crate) limiter: &'a RateLimiter,
    pub(crate) timing: &'a Timing,
    pub(crate) context: &'a CallContext,
    /// Whether a limit that is hit is waited for here; otherwise it is an error, and whoever holds what
    /// others wait for gives it back first. A service that is out of order serves the others no better.
    pub(crate) waits_for_limits: bool,
}

/// What has been tried for one request.
struct Tries {
    awaited: Awaited,
    /// Repeats because the server was out of order.
    repeats: u32,
    /// Since when it has been.
    outage_since: Option<Instant>,
    /// Whether an earlier try may have taken effect.
    maybe_done: bool,
    /// Whether the authorization was renewed for it.
    renewed: bool,
}

/// What to do about a reply.
enum Next {
    Accept,
    Renew,
    PauseAll(Duration),
    BackOff,
    Refuse,
}

impl Retrier<'_> {
    /// Sends until the server accepts or refuses, and returns what it accepted.
    pub(crate) async fn send(
        &self,
        authenticator: &impl Authenticator,
        request: &Request,
    ) -> Result<Reply, Error> {
        request.check()?;
        let mut tries = Tries {
            awaited: Awaited::new("request", request.call().to_string(), "answered"),
            repeats: 0,
            outage_since: None,
            maybe_done: false,
            renewed: false,
        };
        loop {
            let permit = self.limiter.acquire(request.limit_class(), self.context).await?;
            let authorization = authenticator.authorize(self.context).await?;
            let reply = match self.once(&authorization, request, &tries).await {
                Ok(reply) => reply,
                Err(error) => {
                    drop(permit);
                    self.after_no_reply(&authorization, request, error, &mut tries).await?;
                    continue;
                }
            };
            match next(request, &reply, &tries) {
                Next::Accept => {
                    self.limiter.accepted(request.limit_class());
                    return evidence::accepted(request, reply);
                }
                Next::Refuse => {
                    self.limiter.accepted(request.limit_class());
                    return Err(evidence::refused(request, &reply));
                }
                Next::Renew => {
                    drop(permit);
                    tries.renewed = true;
                    let renewed = authenticator.renew(self.context, &authorization).await?;
                    if !renewed || request.repeat == Repeat::Never {
                        return Err(evidence::refused(request, &reply));
                    }
                }
                Next::PauseAll(asked) => {
                    let hits = self.limiter.hits(request.limit_class());
                    let pause = self.pause_at_least(hits).max(asked);
                    let pause = pause.min(self.timing.max_retry_after);
                    tracing::info!(call = %reply.call, ?pause, "the API asks to wait");
                    let (class, outage) = (request.limit_class(), self.timing.outage_timeout);
                    self.limiter.pause(class, pause, Box::new(reply.refusal()), outage);
                    let out_of_order = reply.status == 503;
                    if request.repeat == Repeat::Never || !(self.waits_for_limits || out_of_order) {
                        return Err(evidence::refused(request, &reply));
                    }
                    tries.maybe_done |= out_of_order;
                }
                Next::BackOff => {
                    drop(permit);
                    tries.maybe_done |= reply.status != 429;
                    self.back_off(reply.refused(), &mut tries).await?;
                }
            }
        }
    }

    /// One exchange. A write that is on its way is waited for past the deadline, and for a moment
    /// when the caller asks to stop, or its outcome would be unknown; a read is not worth that.
    async fn once(
        &self,
        authorization: &Authorization,
        request: &Request,
        tries: &Tries,
    ) -> Result<Reply, Error> {
        let ended = |ended: Ended| tries.awaited.ended(ended, None, None);
        let Authorization { base, token, .. } = authorization;
        let exchange = self.transport.exchange(base, request, token.as_ref(), self.context);
        if request.method == Method::GET {
            return self.context.run(exchange).await.map_err(ended)?;
        }
        if let Some(over) = self.context.over() {
            return Err(ended(over));
        }
        tokio::select! {
            biased;
            result = exchange => result,
            () = self.context.overdue(self.timing.grace) => {
                Err(Error::CutShort { call: request.call() })
            }
        }
    }

    async fn after_no_reply(
        &self,
        authorization: &Authorization,
        request: &Request,
        error: Error,
        tries: &mut Tries,
    ) -> Result<(), Error> {
        let Error::Transport { sent, .. } = &error else { return Err(error) };
        let (never_met, sent) = (!self.transport.has_met(&authorization.base), *sent);
        if sent == Sent::Maybe && request.repeat == Repeat::Never {
            return Err(error);
        }
        if never_met && tries.repeats + 1 >= TRIES_TO_MEET {
            return Err(error);
        }
        tries.maybe_done |= sent == Sent::Maybe;
        self.back_off(error, tries).await
    }

    /// The least pause before a repeat that the server asks to put off, whatever it asks for: a time
    /// that is over already would make a storm of requests.
    fn pause_at_least(&self, step: u32) -> Duration {
        let timing = self.timing;
        let least = growing(timing.retry_interval, timing.max_retry_interval, step);
        least + jitter(least)
    }

    /// Delays before a repeat; returns the error if there is no time left for that.
    async fn back_off(&self, error: Error, tries: &mut Tries) -> Result<(), Error> {
        let longest =
            growing(self.timing.retry_interval, self.timing.max_retry_interval, tries.repeats);
        let pause = varied(longest);
        let since = *tries.outage_since.get_or_insert_with(Instant::now);
        if since.elapsed() + pause > self.timing.outage_timeout || !self.context.allows(pause) {
            return Err(error);
        }
        tries.repeats += 1;
        tracing::info!(error = %error, ?pause, "sending again after a pause");
        match self.context.pause(pause).await {
            Ok(()) => Ok(()),
            Err(Ended::Late) => Err(error),
            Err(ended @ Ended::Stopped) => Err(tries.awaited.ended(ended, None, None)),
        }
    }
}

fn next(request: &Request, reply: &Reply, tries: &Tries) -> Next {
    if reply.is_success() {
        return Next::Accept;
    }
    if let Some(asked) = reply.asked_pause() {
        return Next::PauseAll(asked);
    }
    match (reply.status, request.repeat) {
        // Nobody sends it again here, but whoever does keeps to the limit.
        (429, Repeat::Never) => Next::PauseAll(Duration::ZERO),
        (404, Repeat::SafeToDelete) if tries.maybe_done && reply.tells_absence() => Next::Accept,
        (401, _) if !tries.renewed && !reply.refusal().is_of_the_call() => Next::Renew,
        (_, Repeat::Never) => Next::Refuse,
        // A write that ends in 500 again has met an error of its own.
        (500, _) if request.method != Method::GET && tries.repeats + 1 >= TRIES_OF_A_500 => {
            Next::Refuse
        }
        _ if reply.is_passing() => Next::BackOff,
        _ => Next::Refuse,
    }
}

/// The pause that comes after `step` others: each is twice the one before, up to the longest.
fn growing(first: Duration, longest: Duration, step: u32) -> Duration {
    first.saturating_mul(1_u32.checked_shl(step).unwrap_or(u32::MAX)).min(longest)
}

/// A pause that is at least half as long.
fn varied(longest: Duration) -> Duration {
    let half = longest / 2;
    half + jitter(half)
}

/// A random part of a pause, so that callers who failed together do not come back together.
fn jitter(pause: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish();
    let fraction = u32::try_from(random >> 32).unwrap_or_default();
    (pause * fraction) / u32::MAX
}

#[cfg(test)]
mod tests;
