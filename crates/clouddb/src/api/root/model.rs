//! The document about the root user.

use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::value::settings::Secret;

/// The root user of a database server, with the password that it has from now on.
#[derive(Debug, Clone, Deserialize)]
pub struct RootUser {
    /// What it is called: `root`.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub name: String,
    /// Its password, which nobody is told again.
    #[serde(deserialize_with = "password")]
    pub password: Secret,
}

impl RootUser {
    /// The password, for whoever keeps it.
    pub fn expose_password(&self) -> &str {
        self.password.expose_secret()
    }
}

/// A password, which is a text and never empty.
fn password<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(serde::de::Error::custom("the password is empty"));
    }
    Ok(text.into())
}
