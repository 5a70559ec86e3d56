//! The one thing that turns a request into a checked reply: it brings the token, keeps to the rate
//! limits, sends again what may be sent again, and takes for an answer only what the API said.
//!
//! Everything above sends through it and through nothing else.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::http::limiter::{LimitClass, RateLimiter};
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::retry::Retrier;
use crate::http::transport::Transport;
use crate::identity::authenticator::Identity;
use crate::value::context::CallContext;
use crate::value::error::Error;
use crate::value::settings::Settings;
use crate::value::timing::Timing;

/// Sends requests within the bounds of one operation. Cheap to clone: all clones share one login, one
/// connection pool and the rate limits.
#[derive(Clone)]
pub(crate) struct Sender {
    shared: Arc<Shared>,
    context: CallContext,
}

struct Shared {
    timing: Timing,
    transport: Arc<Transport>,
    limiter: Arc<RateLimiter>,
    identity: Arc<Identity>,
}

impl Sender {
    /// Checks the URLs over which credentials and tokens will travel; sends nothing.
    pub(crate) fn new(settings: Settings, context: CallContext) -> Result<Self, Error> {
        let timing = settings.timing.clone();
        let transport =
            Arc::new(Transport::new(settings.user_agent.clone(), timing.request_timeout));
        let limiter = Arc::new(RateLimiter::default());
        let identity = Identity::new(settings, Arc::clone(&transport), Arc::clone(&limiter))?;
        let identity = Arc::new(identity);
        let shared = Shared { timing, transport, limiter, identity };
        Ok(Self { shared: Arc::new(shared), context })
    }

    /// Sends a request until the API accepts or refuses it.
    pub(crate) async fn send(&self, request: &Request) -> Result<Reply, Error> {
        self.sent(request, true).await
    }

    /// The same for whoever holds what others wait for: a rate limit that is hit is
    /// [`Error::RateLimited`], to be waited for with [`opened`](Self::opened).
    pub(crate) async fn send_unless_limited(&self, request: &Request) -> Result<Reply, Error> {
        self.sent(request, false).await
    }

    /// Waits until a rate limit that was hit allows requests again. If that is after the deadline, the
    /// error comes at once.
    pub(crate) async fn opened(&self, limit: LimitClass) -> Result<(), Error> {
        self.shared.limiter.opened(limit, self.bounded().context()).await
    }

    async fn sent(&self, request: &Request, waits_for_limits: bool) -> Result<Reply, Error> {
        let context = self.context.bounded(self.shared.timing.operation_timeout);
        let retrier = Retrier {
            transport: &self.shared.transport,
            limiter: &self.shared.limiter,
            timing: &self.shared.timing,
            context: &context,
            waits_for_limits,
        };
        retrier.send(&self.shared.identity, request).await
    }

    /// Logs in and finds the endpoint, unless that has been done.
    pub(crate) async fn sign_in(&self) -> Result<(), Error> {
        self.shared.identity.sign_in(self.bounded().context()).await
    }

    /// The same sender in another context.
    pub(crate) fn in_context(&self, context: CallContext) -> Self {
        Self { shared: Arc::clone(&self.shared), context }
    }

    /// The same sender, with a deadline if it had none.
    pub(crate) fn bounded(&self) -> Self {
        self.in_context(self.context.bounded(self.shared.timing.operation_timeout))
    }

    /// Finds out what must be known even though the operation is over: what became of a write whose
    /// reply was lost. A caller who has asked to stop waits for that no longer than
    /// [`Timing::last_look`].
    pub(crate) async fn find_out<T, Work>(
        &self,
        work: impl FnOnce(Self) -> Work,
    ) -> Result<T, Error>
    where
        Work: Future<Output = Result<T, Error>>,
    {
        let lasting = self.in_context(CallContext::lasting(self.shared.timing.request_timeout));
        tokio::select! {
            biased;
            result = work(lasting) => result,
            () = self.context.overdue(self.shared.timing.last_look) => Err(Error::Interrupted {
                what: "what became of a request".to_owned(),
            }),
        }
    }

    /// The bounds of the operation.
    pub(crate) fn context(&self) -> &CallContext {
        &self.context
    }

    /// Delays and limits of time.
    pub(crate) fn timing(&self) -> &Timing {
        &self.shared.timing
    }

    /// What the servers' clock showed at a moment in the past; `None` if no reply had a date.
    pub(crate) fn server_time(&self, moment: Instant) -> Option<Timestamp> {
        self.shared.transport.clock().at(moment)
    }
}
