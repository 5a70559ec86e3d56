//! What a client needs to know: who logs in, and where.

use url::Url;

use crate::value::timing::Timing;

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
    /// The address of Rackspace Identity v2.0, with or without the version and `/tokens`.
    pub auth_url: Url,
    /// The region, in any case. Without one: the user's default region, and else the only region
    /// that the service catalog lists.
    pub region: Option<String>,
    /// Base of the API, instead of the catalog's. With or without `/v1.0` and `/v1.0/{account}`:
    /// what is missing is appended.
    pub endpoint: Option<Url>,
    /// Whether credentials and tokens may travel over plain http to the hosts that `auth_url` and
    /// `endpoint` name. To this machine they always may.
    pub plain_http: bool,
    /// The `User-Agent` of every request.
    pub user_agent: String,
    /// Delays and limits of time.
    pub timing: Timing,
}

impl Settings {
    /// Settings for Rackspace's own Identity, the region left to the account.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            auth_url: default_auth_url(),
            region: None,
            endpoint: None,
            plain_http: false,
            user_agent: concat!("clouddb-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            timing: Timing::default(),
        }
    }

    /// Whether the user has named the host of this URL, and lets plain http lead there.
    pub(crate) fn allows_plain_http_to(&self, url: &Url) -> bool {
        let mut named = std::iter::once(&self.auth_url).chain(&self.endpoint);
        self.plain_http && named.any(|it| it.host() == url.host())
    }
}

fn default_auth_url() -> Url {
    #[expect(clippy::expect_used, reason = "a constant, and every test of the client parses it")]
    Url::parse(IDENTITY).expect("the address of Identity is a URL")
}
