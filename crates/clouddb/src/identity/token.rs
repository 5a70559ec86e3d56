//! The token of a login, where it is good, and for how long.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::http::authenticator::Authorization;
use crate::http::base_url::check_private;
use crate::http::reply::Reply;
use crate::identity::catalog::{self, Access, Trouble};
use crate::value::clock::{between, http_date, timestamp};
use crate::value::error::Error;
use crate::value::settings::{Credentials, Settings};

/// A token is renewed this long before it expires. Identity hands out a new one only in the last
/// hour of the old one.
const RENEW_AHEAD: Duration = Duration::from_mins(5);

/// A login.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) authorization: Authorization,
    /// When it should be replaced; `None` for one that does not tell.
    pub(crate) renew_at: Option<Instant>,
    pub(crate) expires_at: Option<Instant>,
}

impl Session {
    /// The session for which nobody has to be asked: a ready token and an endpoint.
    pub(crate) fn given(settings: &Settings) -> Option<Result<Self, Error>> {
        let Credentials::Token { token, account_id } = &settings.credentials else {
            return None;
        };
        let endpoint = settings.endpoint.as_ref()?;
        Some(catalog::with_account(endpoint, account_id).map(|base| Self {
            authorization: Authorization { base, token: Some(token.clone()), generation: 0 },
            renew_at: None,
            expires_at: None,
        }))
    }

    /// The session that the answer to a login opens.
    pub(crate) fn opened(
        settings: &Settings,
        reply: &Reply,
        generation: u64,
    ) -> Result<Self, Error> {
        let access: Access = reply.unwrapped("access")?;
        let base = access.base(settings).map_err(|error| match error {
            Trouble::Refused(error) => error,
            Trouble::Unclear(what) => reply.undecodable(what),
        })?;
        check_private("the endpoint in the service catalog", &base, settings)?;
        let now = reply.header("date").and_then(http_date).unwrap_or_else(Timestamp::now);
        let life = access.token.expires.as_deref().and_then(timestamp).map(|at| between(now, at));
        let fetched = Instant::now();
        let token = Some(access.token.id.into());
        Ok(Self {
            authorization: Authorization { base, token, generation },
            renew_at: life.map(|life| fetched + life - RENEW_AHEAD.min(life / 2)),
            expires_at: life.map(|life| fetched + life),
        })
    }

    pub(crate) fn is_due(&self) -> bool {
        self.renew_at.is_some_and(|at| at <= Instant::now())
    }

    pub(crate) fn is_expired(&self) -> bool {
        self.expires_at.is_some_and(|at| at <= Instant::now())
    }
}
