//! The one thing that turns a request into a checked reply: it brings the token, keeps to the rate
//! limits, sends again what may be sent again, and takes for an answer only what the API said.
//!
//! Everything above sends through it and through nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use url::Url;

use crate::http::limiter::{LimitClass, RateLimiter};
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::retry::Retrier;
use crate::http::transport::Transport;
use crate::identity::authenticator::{Identity, InRegion};
use crate::identity::regions::Regions;
use crate::identity::token::Session;
use crate::value::context::CallContext;
use crate::value::error::Error;
use crate::value::settings::Settings;
use crate::value::timing::Timing;

/// Sends requests to one region within the bounds of one operation. Cheap to clone: all clones share
/// one login, one connection pool and the rate limits of each region.
#[derive(Clone)]
pub(crate) struct Sender {
    shared: Arc<Shared>,
    destination: Arc<Destination>,
    context: CallContext,
}

/// Where the requests go, and what limits their rate there.
struct Destination {
    /// `None` where calls go that name no region.
    region: Option<String>,
    limiter: Arc<RateLimiter>,
}

struct Shared {
    timing: Timing,
    transport: Arc<Transport>,
    identity: Arc<Identity>,
    /// The address that takes the place of the catalog.
    endpoint: Option<Url>,
    destinations: Mutex<HashMap<Option<String>, Arc<Destination>>>,
}

impl Sender {
    /// Checks the URLs over which credentials and tokens will travel; sends nothing.
    pub(crate) fn new(settings: Settings, context: CallContext) -> Result<Self, Error> {
        let timing = settings.timing.clone();
        let transport =
            Arc::new(Transport::new(settings.user_agent.clone(), timing.request_timeout));
        let limiter = Arc::new(RateLimiter::default());
        let endpoint = settings.endpoint.clone();
        let identity = Identity::new(settings, Arc::clone(&transport), Arc::clone(&limiter))?;
        let identity = Arc::new(identity);
        let destination = Arc::new(Destination { region: None, limiter });
        let destinations = Mutex::new(HashMap::from([(None, Arc::clone(&destination))]));
        let shared = Shared { timing, transport, identity, endpoint, destinations };
        Ok(Self { shared: Arc::new(shared), destination, context })
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
        self.destination.limiter.opened(limit, self.bounded().context()).await
    }

    async fn sent(&self, request: &Request, waits_for_limits: bool) -> Result<Reply, Error> {
        let context = self.context.bounded(self.shared.timing.operation_timeout);
        let retrier = Retrier {
            transport: &self.shared.transport,
            limiter: &self.destination.limiter,
            timing: &self.shared.timing,
            context: &context,
            waits_for_limits,
        };
        let region = self.destination.region.as_deref();
        retrier.send(&InRegion { identity: &self.shared.identity, region }, request).await
    }

    /// The login; logs in, unless that has been done and the token is good for some minutes more.
    pub(crate) async fn session(&self) -> Result<Session, Error> {
        self.shared.identity.session(self.bounded().context()).await
    }

    /// The regions that the login opens; logs in, unless that has been done.
    pub(crate) async fn regions(&self) -> Result<Arc<Regions>, Error> {
        self.shared.identity.regions(self.bounded().context()).await
    }

    /// The region that the requests go to; `None` where calls go that name none.
    pub(crate) fn region(&self) -> Option<&str> {
        self.destination.region.as_deref()
    }

    /// The address that takes the place of the catalog.
    pub(crate) fn endpoint(&self) -> Option<&Url> {
        self.shared.endpoint.as_ref()
    }

    /// The same sender to a region, by its name as the catalog writes it; without one, to where calls
    /// go that name none.
    pub(crate) fn to_region(&self, name: Option<&str>) -> Self {
        let mut all = self.shared.destinations.lock().unwrap_or_else(PoisonError::into_inner);
        let region = name.map(str::to_owned);
        let new = || Arc::new(Destination { region: region.clone(), limiter: Arc::default() });
        let destination = Arc::clone(all.entry(region.clone()).or_insert_with(new));
        Self { destination, ..self.clone() }
    }

    /// The same sender in another context.
    pub(crate) fn in_context(&self, context: CallContext) -> Self {
        Self { context, ..self.clone() }
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

#[cfg(test)]
impl Sender {
    /// One that has sent nothing, for tests of what is decided without sending.
    pub(crate) fn idle(context: CallContext) -> Self {
        use crate::value::settings::Credentials;

        let token = Credentials::Token { token: "t".to_owned().into(), account_id: "1".to_owned() };
        Self::new(Settings::new(token), context).unwrap()
    }
}
