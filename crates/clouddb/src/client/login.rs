//! The login of the client, for programs that call the API without it.

use secrecy::ExposeSecret;

use crate::client::Client;
use crate::value::error::Error;
use crate::value::settings::Secret;

/// What a program needs to call the API by itself. Its `Debug` does not show the token.
#[derive(Debug, Clone)]
pub struct Login {
    token: Secret,
    /// When the token ends, in RFC 3339 and UTC; `None` for a token that was given together with an
    /// endpoint, of which nobody is asked, and where Identity does not tell it.
    pub expires_at: Option<String>,
    /// The number of the account; `None` if neither the settings nor the login tell it.
    pub account: Option<String>,
    /// The name of the region that `base_url` leads to; `None` for an endpoint whose settings name no
    /// region.
    pub region: Option<String>,
    /// The address of Cloud Databases with the version and the account, without a slash at its end.
    pub base_url: String,
}

impl Login {
    /// The token, for the header `X-Auth-Token`. It must not get into a log or an error.
    pub fn expose_token(&self) -> &str {
        self.token.expose_secret()
    }
}

impl Client {
    /// The login that all calls share, and what it opens in this region. Logs in, unless that has been
    /// done and the token is good for some minutes more.
    ///
    /// It is a token of
    /// [Identity v2.0](https://github.com/rackerlabs/docs-cloud-identity/blob/master/api-docs/api-reference/token-operations.rst),
    /// which cannot be extended: within the last hour of its life the next login gets another one. A
    /// token of the settings is handed out as it is, whether or not it is good.
    pub async fn login(&self) -> Result<Login, Error> {
        let session = self.sender.session().await?;
        let opened = session.authorization(self.sender.region())?;
        Ok(Login {
            token: session.token,
            expires_at: session.expires.map(|end| end.to_string()),
            account: session.regions.account.clone(),
            region: match self.sender.region() {
                Some(region) => Some(region.to_owned()),
                None => session.regions.home_name()?.map(str::to_owned),
            },
            base_url: opened.base.as_str().trim_end_matches('/').to_owned(),
        })
    }
}
