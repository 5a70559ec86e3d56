//! The token of a login, where it is good, and for how long.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::http::authenticator::Authorization;
use crate::http::reply::Reply;
use crate::identity::catalog::Access;
use crate::identity::regions::Regions;
use crate::value::clock::{between, http_date, timestamp};
use crate::value::error::Error;
use crate::value::settings::{Credentials, Secret, Settings};

/// A token is renewed this long before it expires. Identity hands out a new one only in the last
/// hour of the old one.
const RENEW_AHEAD: Duration = Duration::from_mins(5);

/// A login, which is good in every region of the account.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) token: Secret,
    /// Which login the token is from.
    pub(crate) generation: u64,
    pub(crate) regions: Arc<Regions>,
    /// When it should be replaced; `None` for one that does not tell.
    pub(crate) renew_at: Option<Instant>,
    pub(crate) expires_at: Option<Instant>,
    /// The same as Identity tells it, which is to be shown and not to be waited for.
    pub(crate) expires: Option<Timestamp>,
}

impl Session {
    /// The session for which nobody has to be asked: a ready token and an endpoint.
    pub(crate) fn given(settings: &Settings) -> Option<Result<Self, Error>> {
        let Credentials::Token { token, account_id } = &settings.credentials else {
            return None;
        };
        let endpoint = settings.endpoint.as_ref()?;
        Some(Regions::given(settings, endpoint, account_id).map(|regions| Self {
            token: token.clone(),
            generation: 0,
            regions: Arc::new(regions),
            renew_at: None,
            expires_at: None,
            expires: None,
        }))
    }

    /// The session that the answer to a login opens.
    pub(crate) fn opened(
        settings: &Settings,
        reply: &Reply,
        generation: u64,
    ) -> Result<Self, Error> {
        let access: Access = reply.unwrapped("access")?;
        let regions = Regions::told(settings, &access, |what| reply.undecodable(what))?;
        let now = reply.header("date").and_then(http_date).unwrap_or_else(Timestamp::now);
        let expires = access.token.expires.as_deref().and_then(timestamp);
        let life = expires.map(|at| between(now, at));
        let fetched = Instant::now();
        Ok(Self {
            token: access.token.id.into(),
            generation,
            regions: Arc::new(regions),
            renew_at: life.map(|life| fetched + life - RENEW_AHEAD.min(life / 2)),
            expires_at: life.map(|life| fetched + life),
            expires,
        })
    }

    /// What opens the API in a region; without one, where calls go that name none.
    pub(crate) fn authorization(&self, region: Option<&str>) -> Result<Authorization, Error> {
        let base = self.regions.base(region)?.clone();
        Ok(Authorization { base, token: Some(self.token.clone()), generation: self.generation })
    }

    pub(crate) fn is_due(&self) -> bool {
        self.renew_at.is_some_and(|at| at <= Instant::now())
    }

    pub(crate) fn is_expired(&self) -> bool {
        self.expires_at.is_some_and(|at| at <= Instant::now())
    }
}
