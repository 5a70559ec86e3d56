//! What a client needs to know: who logs in, where, and at what pace it works.

use std::time::Duration;

use url::Url;

/// A password, an API key or a token: its `Debug` is masked, and it has no `Display`.
pub type Secret = secrecy::SecretString;

/// The address of Rackspace Identity, the same for all regions and accounts.
const IDENTITY: &str = "https://identity.api.rackspacecloud.com/v2.0";

/// Who logs in.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A user and an API key; works with multi-factor authentication too.
    ApiKey {
        /// Name of the Rackspace Cloud user.
        username: String,
        /// The user's API key.
        api_key: Secret,
    },
    /// A user and a password; refused by Identity when the user has multi-factor authentication.
    Password {
        /// Name of the Rackspace Cloud user.
        username: String,
        /// The user's password.
        password: Secret,
    },
    /// A token that somebody else has fetched. It cannot be renewed: when it expires, calls end in
    /// [`Error::Unauthorized`](crate::Error::Unauthorized).
    Token {
        /// The token.
        token: Secret,
        /// The account (tenant) that the token belongs to.
        account_id: String,
    },
}

/// What a [`Client`](crate::Client) is made from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who logs in.
    pub credentials: Credentials,
    /// Base of Rackspace Identity v2.0, with the version and no trailing slash.
    pub auth_url: Url,
    /// The region, in any case. Without one: the user's default region, and else the only region
    /// that the service catalog lists.
    pub region: Option<String>,
    /// Base of the API, instead of the catalog's. With or without `/v1.0` and `/v1.0/{account}`:
    /// what is missing is appended.
    pub endpoint: Option<Url>,
    /// The `User-Agent` of every request.
    pub user_agent: String,
    /// Delays and limits of time.
    pub pace: Pace,
}

impl Settings {
    /// Settings for Rackspace's own Identity, the region left to the account.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            auth_url: default_auth_url(),
            region: None,
            endpoint: None,
            user_agent: concat!("clouddb-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            pace: Pace::default(),
        }
    }
}

/// Delays between attempts, and limits on how long one thing may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// The pause after the first look at something that is not ready yet.
    pub first_poll: Duration,
    /// The longest pause between two looks.
    pub longest_poll: Duration,
    /// The upper bound of the pause before the first repeat of a failed request; it doubles.
    pub first_retry: Duration,
    /// The upper bound of any pause before a repeat.
    pub longest_retry: Duration,
    /// The longest pause taken because the API asked for one. A longer wish is cut to this.
    pub longest_rate_pause: Duration,
    /// How long one request is repeated while the API is out of order.
    pub longest_outage: Duration,
    /// How long one exchange of a request and its reply may take.
    pub request_timeout: Duration,
    /// How long a caller who has asked to stop still waits for the reply to a write that is on its
    /// way.
    pub grace: Duration,
    /// How long such a caller waits for a look at what the write has done, if the reply did not come.
    pub last_look: Duration,
    /// How long a complete listing of databases or users may answer reads without being fetched
    /// again. Any write through this client ends its life at once.
    pub listing_life: Duration,
    /// A creation that can ride with others sets out when none has come for this long.
    pub gathering: Duration,
    /// How long a listing waits at most for the writes that are about to be sent, because those who
    /// send them will want one too.
    pub company: Duration,
    /// How many requests a minute all waiting for instances and backups may take together.
    pub polls_a_minute: u32,
    /// When a new instance is looked at first; it takes minutes to make one.
    pub build_head_start: Duration,
    /// How long an operation may take when [`Client::within`](crate::Client::within) was not used.
    pub patience: Duration,
}

impl Pace {
    /// The usual pace, but with the same pause before a first look and between any two, however many
    /// that makes a minute, and repeats of failed requests that begin with a pause no longer than that.
    pub fn every(pause: Duration) -> Self {
        let usual = Self::default();
        // Without any pause a server that is down would be overrun.
        let first_retry = usual.first_retry.min(pause).max(Duration::from_millis(1));
        Self {
            first_poll: pause,
            longest_poll: pause,
            first_retry,
            polls_a_minute: u32::MAX,
            build_head_start: usual.build_head_start.min(pause),
            ..usual
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first_poll: Duration::from_secs(1),
            longest_poll: Duration::from_secs(30),
            first_retry: Duration::from_millis(500),
            longest_retry: Duration::from_secs(30),
            longest_rate_pause: Duration::from_mins(2),
            longest_outage: Duration::from_mins(5),
            request_timeout: Duration::from_mins(1),
            grace: Duration::from_millis(300),
            last_look: Duration::from_millis(400),
            listing_life: Duration::from_mins(2),
            gathering: Duration::from_millis(10),
            company: Duration::from_secs(1),
            polls_a_minute: 30,
            build_head_start: Duration::from_secs(30),
            patience: Duration::from_mins(30),
        }
    }
}

fn default_auth_url() -> Url {
    #[expect(clippy::expect_used, reason = "a constant, and every test of the client parses it")]
    Url::parse(IDENTITY).expect("the address of Identity is a URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_of_one_pause_keeps_it_between_all_looks() {
        let pace = Pace::every(Duration::from_millis(10));

        assert_eq!((pace.first_poll, pace.longest_poll), (pace.longest_poll, pace.first_retry));
        assert_eq!(pace.first_poll, Duration::from_millis(10));
        assert_eq!(Pace::every(Duration::from_mins(1)).first_retry, Pace::default().first_retry);
    }

    #[test]
    fn without_a_pause_between_looks_there_is_still_one_between_repeats() {
        assert!(!Pace::every(Duration::ZERO).first_retry.is_zero());
    }
}
