//! The request about tokens.

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::http::request::{Path, Repeat, Request};
use crate::value::settings::Credentials;

/// `POST /tokens`
pub(crate) fn login(credentials: &Credentials) -> Request {
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
