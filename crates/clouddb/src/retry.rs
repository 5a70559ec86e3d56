//! Sending a request until there is a verdict: what is repeated, after which pause, how often.
//!
//! A request that was never sent can always be sent again. One that may have taken effect is sent
//! again only where that does no harm ([`Repeat`]); what becomes of the others is decided by
//! `lost_reply`.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tokio::time::Instant;
use url::Url;

use crate::http::{Repeat, Reply, Request};
use crate::rate::{Gates, asked_pause};
use crate::scope::{Awaited, Ended, Scope};
use crate::wire::Wire;
use crate::{Error, Pace, Secret, Sent};

/// A server that has never answered is more likely a wrong address than an outage.
const TRIES_TO_MEET: u32 = 3;

/// Where a request goes, and what opens the door there.
#[derive(Clone)]
pub(crate) struct Pass {
    /// The URL below which the path of the request lies.
    pub(crate) base: Url,
    /// The token, where one is needed.
    pub(crate) token: Option<Secret>,
    /// Which login the token is from.
    pub(crate) generation: u64,
}

/// Hands out passes.
pub(crate) trait Doorkeeper: Sync {
    /// A pass that should be good.
    fn pass(&self, scope: &Scope) -> impl Future<Output = Result<Pass, Error>> + Send;
    /// Whether a pass that the server did not take can be replaced.
    fn renew(
        &self,
        scope: &Scope,
        refused: &Pass,
    ) -> impl Future<Output = Result<bool, Error>> + Send;
}

/// Sends requests within the bounds of one operation.
pub(crate) struct Delivery<'a> {
    pub(crate) wire: &'a Arc<Wire>,
    pub(crate) gates: &'a Gates,
    pub(crate) pace: &'a Pace,
    pub(crate) scope: &'a Scope,
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
    /// Whether the pass was renewed for it.
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

impl Delivery<'_> {
    /// Sends until the server accepts or refuses, and returns what it accepted.
    pub(crate) async fn deliver(
        &self,
        doorkeeper: &impl Doorkeeper,
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
            let leave = self.gates.pass(request.limit_class(), self.scope).await?;
            let pass = doorkeeper.pass(self.scope).await?;
            let reply = match self.once(&pass, request, &tries).await {
                Ok(reply) => reply,
                Err(error) => {
                    drop(leave);
                    self.after_no_reply(&pass, request, error, &mut tries).await?;
                    continue;
                }
            };
            match next(request, &reply, &tries) {
                Next::Accept => return accepted(request, reply),
                Next::Refuse => return Err(reply.refused()),
                Next::Renew => {
                    drop(leave);
                    tries.renewed = true;
                    if !doorkeeper.renew(self.scope, &pass).await? {
                        return Err(reply.refused());
                    }
                }
                Next::PauseAll(asked) => {
                    let pause = asked.min(self.pace.longest_rate_pause);
                    tracing::info!(call = %reply.call, ?pause, "the API asks to wait");
                    self.gates.close(request.limit_class(), pause, Box::new(reply.refusal()));
                }
                Next::BackOff => {
                    drop(leave);
                    tries.maybe_done |= reply.status != 429;
                    self.back_off(reply.refused(), &mut tries).await?;
                }
            }
        }
    }

    /// One exchange. A write that is on its way is waited for past the deadline, and for a moment
    /// when the caller asks to stop, or its outcome would be unknown; a read is not worth that.
    async fn once(&self, pass: &Pass, request: &Request, tries: &Tries) -> Result<Reply, Error> {
        let ended = |ended: Ended| tries.awaited.ended(ended, None, None);
        let exchange = self.wire.exchange(&pass.base, request, pass.token.as_ref());
        if request.method == Method::GET {
            return self.scope.run(exchange).await.map_err(ended)?;
        }
        if let Some(over) = self.scope.over() {
            return Err(ended(over));
        }
        tokio::select! {
            biased;
            result = exchange => result,
            () = self.scope.overdue(self.pace.grace) => {
                Err(Error::CutShort { call: request.call() })
            }
        }
    }

    async fn after_no_reply(
        &self,
        pass: &Pass,
        request: &Request,
        error: Error,
        tries: &mut Tries,
    ) -> Result<(), Error> {
        let Error::Transport { sent, .. } = &error else { return Err(error) };
        let (never_met, sent) = (!self.wire.has_met(&pass.base), *sent);
        if sent == Sent::Maybe && request.repeat == Repeat::Never {
            return Err(error);
        }
        if never_met && tries.repeats + 1 >= TRIES_TO_MEET {
            return Err(error);
        }
        tries.maybe_done |= sent == Sent::Maybe;
        self.back_off(error, tries).await
    }

    /// Delays before a repeat; returns the error if there is no time left for that.
    async fn back_off(&self, error: Error, tries: &mut Tries) -> Result<(), Error> {
        let pause = jitter(growing(self.pace.first_retry, self.pace.longest_retry, tries.repeats));
        let since = *tries.outage_since.get_or_insert_with(Instant::now);
        if since.elapsed() + pause > self.pace.longest_outage || !self.scope.allows(pause) {
            return Err(error);
        }
        tries.repeats += 1;
        tracing::info!(error = %error, ?pause, "sending again after a pause");
        match self.scope.pause(pause).await {
            Ok(()) => Ok(()),
            Err(Ended::Late) => Err(error),
            Err(ended @ Ended::Stopped) => Err(tries.awaited.ended(ended, None, None)),
        }
    }
}

/// An accepted write is answered with nothing or with a document. Anything else is from somebody in
/// between, and the API may never have seen the request.
fn accepted(request: &Request, reply: Reply) -> Result<Reply, Error> {
    let foreign = request.method != Method::GET
        && reply.is_success()
        && !reply.body.is_empty()
        && serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&reply.body)
            .is_err();
    if foreign {
        return Err(reply.undecodable("it is neither empty nor a JSON object"));
    }
    Ok(reply)
}

fn next(request: &Request, reply: &Reply, tries: &Tries) -> Next {
    if reply.is_success() {
        return Next::Accept;
    }
    if let Some(asked) = asked_pause(reply) {
        return Next::PauseAll(asked);
    }
    match (reply.status, request.repeat) {
        (404, Repeat::SafeToDelete) if tries.maybe_done => Next::Accept,
        (401, _) if !tries.renewed => Next::Renew,
        (429, _) | (502..=504, Repeat::Safe | Repeat::SafeToDelete) => Next::BackOff,
        // A write that ends in 500 has met an error of its own, which the next one would meet too.
        (500, _) if request.method == Method::GET => Next::BackOff,
        _ => Next::Refuse,
    }
}

/// The pause that comes after `step` others: each is twice the one before, up to the longest.
fn growing(first: Duration, longest: Duration, step: u32) -> Duration {
    first.saturating_mul(1_u32.checked_shl(step).unwrap_or(u32::MAX)).min(longest)
}

/// A random part of a pause, so that callers who failed together do not come back together.
fn jitter(pause: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish();
    let fraction = u32::try_from(random >> 32).unwrap_or_default();
    (pause * fraction) / u32::MAX
}

#[cfg(test)]
mod tests;
