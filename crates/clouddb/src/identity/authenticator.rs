//! Logging in at Rackspace Identity v2.0: one token for all calls, fetched once however many calls
//! wait for it, renewed before it expires, and once when the API does not take it. It is good in every
//! region of the account.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::Instant;
use url::Url;

use crate::http::authenticator::{Authenticator, Authorization};
use crate::http::base_url::check_private;
use crate::http::limiter::RateLimiter;
use crate::http::retry::Retrier;
use crate::http::transport::Transport;
use crate::identity::regions::Regions;
use crate::identity::requests;
use crate::identity::token::Session;
use crate::value::context::{Awaited, CallContext};
use crate::value::error::Error;
use crate::value::settings::{Credentials, Settings};

/// A token that replaced a refused one this short a time ago is not replaced again: the API means
/// something else than the token, such as a missing right, whichever call is next.
const RENEWAL_REST: Duration = Duration::from_mins(1);

/// Logs in, and remembers for how long that lasts.
pub(crate) struct Identity {
    settings: Settings,
    auth_url: Url,
    transport: Arc<Transport>,
    limiter: Arc<RateLimiter>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    login: Option<WeakShared<Login>>,
    generation: u64,
    /// The region where calls go that name none, as the first login told it: were it another after a
    /// renewal, half a run would go elsewhere.
    home: Option<String>,
    /// When a refused token was last replaced.
    renewed_at: Option<Instant>,
    /// Why these credentials get no login. Asked again they would get the same answer, and an account
    /// that is asked often enough with a wrong key is locked.
    refused: Option<Error>,
}

type Login = BoxFuture<'static, Result<Session, Error>>;

impl Identity {
    /// Checks the URLs over which credentials or a token would travel.
    pub(crate) fn new(
        settings: Settings,
        transport: Arc<Transport>,
        limiter: Arc<RateLimiter>,
    ) -> Result<Self, Error> {
        check_private("the Identity URL", &settings.auth_url, &settings)?;
        if let Some(endpoint) = &settings.endpoint {
            check_private("the endpoint", endpoint, &settings)?;
        }
        let auth_url = below_version(&settings.auth_url);
        Ok(Self { settings, auth_url, transport, limiter, state: Mutex::default() })
    }

    /// The regions that the login opens; logs in, unless that has been done.
    pub(crate) async fn regions(
        self: &Arc<Self>,
        context: &CallContext,
    ) -> Result<Arc<Regions>, Error> {
        Ok(self.session(context).await?.regions)
    }

    /// The login; logs in, unless that has been done and the token is good for some minutes more.
    pub(crate) async fn session(self: &Arc<Self>, context: &CallContext) -> Result<Session, Error> {
        if let Some(session) = Session::given(&self.settings) {
            return session;
        }
        if let Some(refused) = self.state().refused.clone() {
            return Err(refused);
        }
        let present = self.state().session.clone();
        match present {
            Some(session) if !session.is_due() => return Ok(session),
            _ => {}
        }
        let awaited = Awaited::new("login", self.auth_url.as_str(), "answered");
        let login = context.run(self.login()).await;
        match (login.map_err(|ended| awaited.ended(ended, None, None))?, present) {
            // The old token is good for some more minutes, which may outlast the trouble.
            (
                Err(Error::Unavailable(_) | Error::Transport { .. } | Error::RateLimited { .. }),
                Some(session),
            ) if !session.is_expired() => Ok(session),
            (result, _) => result,
        }
    }

    /// The login under way, or a new one. It goes on for as long as somebody waits for it.
    fn login(self: &Arc<Self>) -> Shared<Login> {
        let mut state = self.state();
        if let Some(login) = state.login.as_ref().and_then(WeakShared::upgrade) {
            return login;
        }
        state.generation += 1;
        let (identity, generation) = (Arc::clone(self), state.generation);
        let login = async move {
            let result = identity.log_in(generation).await;
            let mut state = identity.state();
            state.login = None;
            match &result {
                Ok(session) => {
                    let home = session.regions.home_name().ok().flatten();
                    state.home = home.map(str::to_owned);
                    state.session = Some(session.clone());
                }
                Err(error @ (Error::Unauthorized(_) | Error::UnknownRegion { .. })) => {
                    state.refused = Some(error.clone());
                }
                Err(_) => {}
            }
            result
        };
        let login = login.boxed().shared();
        state.login = login.downgrade();
        login
    }

    /// `POST /v2.0/tokens`
    async fn log_in(&self, generation: u64) -> Result<Session, Error> {
        // However short an outage may be, one login has the time for its reply.
        let timing = &self.settings.timing;
        let context = CallContext::lasting(timing.outage_timeout.max(timing.request_timeout));
        let retrier = Retrier {
            transport: &self.transport,
            limiter: &self.limiter,
            timing,
            context: &context,
            waits_for_limits: true,
        };
        let reply = retrier
            .send(&Anonymous(&self.auth_url), &requests::login(&self.settings.credentials))
            .await?;
        let home = self.settings.region.clone().or_else(|| self.state().home.clone());
        let settings = Settings { region: home, ..self.settings.clone() };
        Session::opened(&settings, &reply, generation)
    }

    fn can_log_in_again(&self) -> bool {
        !matches!(self.settings.credentials, Credentials::Token { .. })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The base URL of Identity for any spelling of its address: with and without the version, a slash at
/// the end, and the path of the login.
fn below_version(address: &Url) -> Url {
    let mut segments: Vec<&str> = address.path().split('/').filter(|it| !it.is_empty()).collect();
    segments.pop_if(|last| *last == "tokens");
    let is_version = |it: &&str| {
        it.strip_prefix('v').is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit()))
    };
    if !segments.iter().any(is_version) {
        segments.push("v2.0");
    }
    let mut url = address.clone();
    url.set_path(&segments.join("/"));
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// The way into the API in one region; without one, where calls go that name none.
pub(crate) struct InRegion<'a> {
    pub(crate) identity: &'a Arc<Identity>,
    pub(crate) region: Option<&'a str>,
}

impl Authenticator for InRegion<'_> {
    async fn authorize(&self, context: &CallContext) -> Result<Authorization, Error> {
        self.identity.session(context).await?.authorization(self.region)
    }

    async fn renew(&self, context: &CallContext, refused: &Authorization) -> Result<bool, Error> {
        if !self.identity.can_log_in_again() {
            return Ok(false);
        }
        {
            let mut state = self.identity.state();
            // Whoever was refused with the same token before has had it replaced already.
            if state.session.as_ref().is_some_and(|it| it.generation == refused.generation) {
                if state.renewed_at.is_some_and(|at| at.elapsed() < RENEWAL_REST) {
                    return Ok(false);
                }
                state.session = None;
                state.renewed_at = Some(Instant::now());
            }
        }
        self.identity.session(context).await?;
        Ok(true)
    }
}

/// The way into Identity itself, which takes no token.
struct Anonymous<'a>(&'a Url);

impl Authenticator for Anonymous<'_> {
    async fn authorize(&self, _scope: &CallContext) -> Result<Authorization, Error> {
        Ok(Authorization { base: self.0.clone(), token: None, generation: 0 })
    }

    async fn renew(&self, _scope: &CallContext, _refused: &Authorization) -> Result<bool, Error> {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_identity_may_be_spelt_in_every_way() {
        for (address, base) in [
            ("https://id", "https://id/v2.0"),
            ("https://id/", "https://id/v2.0"),
            ("https://id/v2.0", "https://id/v2.0"),
            ("https://id/v2.0/", "https://id/v2.0"),
            ("https://id/v2.0/tokens", "https://id/v2.0"),
            ("https://id/v2.0/tokens/", "https://id/v2.0"),
            ("https://id/tokens", "https://id/v2.0"),
            ("https://id//v2.0//tokens//?a=b#c", "https://id/v2.0"),
            ("https://id:8443/cloud/identity", "https://id:8443/cloud/identity/v2.0"),
            ("https://id/v3", "https://id/v3"),
        ] {
            assert_eq!(below_version(&address.parse().unwrap()).as_str(), base, "{address}");
        }
    }
}
