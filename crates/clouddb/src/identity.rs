//! Logging in at Rackspace Identity v2.0: one token for all calls, fetched once however many calls
//! wait for it, renewed before it expires, and once when the API does not take it.
//!
//! See <https://github.com/rackerlabs/docs-cloud-identity/blob/master/api-docs/api-reference/token-operations.rst>.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use crate::clock::{between, http_date, timestamp};
use crate::http::{Path, Repeat, Reply, Request};
use crate::rate::Gates;
use crate::retry::{Delivery, Doorkeeper, Pass};
use crate::scope::{Awaited, Scope};
use crate::wire::{Wire, check_private};
use crate::{Credentials, Error, Settings};

mod catalog;

use catalog::Access;

/// A token is renewed this long before it expires. Identity hands out a new one only in the last
/// hour of the old one.
const RENEW_AHEAD: Duration = Duration::from_mins(5);

/// A token that replaced a refused one this short a time ago is not replaced again: the API means
/// something else than the token, such as a missing right, whichever call is next.
const RENEWAL_REST: Duration = Duration::from_mins(1);

/// Logs in, and remembers for how long that lasts.
pub(crate) struct Identity {
    settings: Settings,
    auth_url: Url,
    wire: Arc<Wire>,
    gates: Arc<Gates>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    login: Option<WeakShared<Login>>,
    generation: u64,
    /// When a refused token was last replaced.
    renewed_at: Option<Instant>,
    /// Why these credentials get no login. Asked again they would get the same answer, and an account
    /// that is asked often enough with a wrong key is locked.
    refused: Option<Error>,
}

type Login = BoxFuture<'static, Result<Session, Error>>;

/// A login.
#[derive(Clone)]
struct Session {
    pass: Pass,
    /// When it should be replaced; `None` for one that does not tell.
    renew_at: Option<Instant>,
    expires_at: Option<Instant>,
}

impl Session {
    fn is_due(&self) -> bool {
        self.renew_at.is_some_and(|at| at <= Instant::now())
    }

    fn is_expired(&self) -> bool {
        self.expires_at.is_some_and(|at| at <= Instant::now())
    }
}

impl Identity {
    /// Checks the URLs over which credentials or a token would travel.
    pub(crate) fn new(
        settings: Settings,
        wire: Arc<Wire>,
        gates: Arc<Gates>,
    ) -> Result<Self, Error> {
        check_private("the Identity URL", &settings.auth_url)?;
        if let Some(endpoint) = &settings.endpoint {
            check_private("the endpoint", endpoint)?;
        }
        let mut auth_url = settings.auth_url.clone();
        if auth_url.path() == "/" {
            auth_url.set_path("/v2.0");
        }
        Ok(Self { settings, auth_url, wire, gates, state: Mutex::default() })
    }

    async fn session(self: &Arc<Self>, scope: &Scope) -> Result<Session, Error> {
        if let Some(session) = self.given() {
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
        let login = scope.run(self.login()).await;
        match (login.map_err(|ended| awaited.ended(ended, None, None))?, present) {
            // The old token is good for some more minutes, which may outlast the trouble.
            (
                Err(Error::Unavailable(_) | Error::Transport { .. } | Error::RateLimited { .. }),
                Some(session),
            ) if !session.is_expired() => Ok(session),
            (result, _) => result,
        }
    }

    /// The session for which nobody has to be asked: a ready token and an endpoint.
    fn given(&self) -> Option<Result<Session, Error>> {
        let Credentials::Token { token, account_id } = &self.settings.credentials else {
            return None;
        };
        let endpoint = self.settings.endpoint.as_ref()?;
        Some(catalog::with_account(endpoint, account_id).map(|base| Session {
            pass: Pass { base, token: Some(token.clone()), generation: 0 },
            renew_at: None,
            expires_at: None,
        }))
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
                Ok(session) => state.session = Some(session.clone()),
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
        let pace = &self.settings.pace;
        let scope = Scope::lasting(pace.longest_outage.max(pace.request_timeout));
        let delivery = Delivery { wire: &self.wire, gates: &self.gates, pace, scope: &scope };
        let reply = delivery
            .deliver(&Entrance(&self.auth_url), &login_request(&self.settings.credentials))
            .await?;
        self.open(&reply, generation)
    }

    fn open(&self, reply: &Reply, generation: u64) -> Result<Session, Error> {
        let access: Access = reply.unwrapped("access")?;
        let base = access.base(&self.settings).map_err(|error| match error {
            catalog::Trouble::Refused(error) => error,
            catalog::Trouble::Unclear(what) => reply.undecodable(what),
        })?;
        check_private("the endpoint in the service catalog", &base)?;
        let now = reply.header("date").and_then(http_date).unwrap_or_else(Timestamp::now);
        let life = access.token.expires.as_deref().and_then(timestamp).map(|at| between(now, at));
        let fetched = Instant::now();
        Ok(Session {
            pass: Pass { base, token: Some(access.token.id.into()), generation },
            renew_at: life.map(|life| fetched + life - RENEW_AHEAD.min(life / 2)),
            expires_at: life.map(|life| fetched + life),
        })
    }

    fn can_log_in_again(&self) -> bool {
        !matches!(self.settings.credentials, Credentials::Token { .. })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Doorkeeper for Arc<Identity> {
    async fn pass(&self, scope: &Scope) -> Result<Pass, Error> {
        Ok(self.session(scope).await?.pass)
    }

    async fn renew(&self, scope: &Scope, refused: &Pass) -> Result<bool, Error> {
        if !self.can_log_in_again() {
            return Ok(false);
        }
        {
            let mut state = self.state();
            // Whoever was refused with the same token before has had it replaced already.
            if state.session.as_ref().is_some_and(|it| it.pass.generation == refused.generation) {
                if state.renewed_at.is_some_and(|at| at.elapsed() < RENEWAL_REST) {
                    return Ok(false);
                }
                state.session = None;
                state.renewed_at = Some(Instant::now());
            }
        }
        self.session(scope).await?;
        Ok(true)
    }
}

/// The way into Identity itself, which takes no token.
struct Entrance<'a>(&'a Url);

impl Doorkeeper for Entrance<'_> {
    async fn pass(&self, _scope: &Scope) -> Result<Pass, Error> {
        Ok(Pass { base: self.0.clone(), token: None, generation: 0 })
    }

    async fn renew(&self, _scope: &Scope, _refused: &Pass) -> Result<bool, Error> {
        Ok(false)
    }
}

fn login_request(credentials: &Credentials) -> Request {
    let auth: Value = match credentials {
        Credentials::ApiKey { username, api_key } => json!({
            "RAX-KSKEY:apiKeyCredentials": {
                "username": username, "apiKey": api_key.expose_secret(),
            }
        }),
        Credentials::Password { username, password } => json!({
            "passwordCredentials": {
                "username": username, "password": password.expose_secret(),
            }
        }),
        Credentials::Token { token, account_id } => json!({
            "tenantId": account_id, "token": { "id": token.expose_secret() },
        }),
    };
    // A second login does no harm.
    Request::post(Path::of("tokens"), json!({ "auth": auth })).repeat(Repeat::Safe)
}

#[cfg(test)]
mod fuzz;
