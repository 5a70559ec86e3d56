//! The tokens that logins were given.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use crate::options::Login;
use crate::state::moment;

/// Tokens by their IDs. One that has ended stays here, and is not found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tokens(BTreeMap<String, Token>);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) user: String,
    pub(crate) account: String,
    /// How the user logged in, in the words of the identity service.
    pub(crate) method: String,
    /// The end as a time of day, to be shown.
    pub(crate) expires: SystemTime,
    #[serde(with = "moment")]
    until: Instant,
}

/// Within this time of its end, a token is replaced when somebody logs in again.
const RENEWAL: Duration = Duration::from_hours(1);

impl Tokens {
    /// Forgets every token.
    pub(crate) fn expire(&mut self) {
        self.0.clear();
    }

    /// The tokens that are valid now.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.keys().filter(|id| self.valid(id).is_some()).cloned().collect()
    }

    /// The token of this ID, if it is valid now.
    pub(crate) fn valid(&self, id: &str) -> Option<&Token> {
        self.0.get(id).filter(|token| token.until > Instant::now())
    }

    /// Forgets one token, and says whether it was known.
    pub(crate) fn revoke(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }

    /// The same token for the same login, unless it is about to end.
    pub(crate) fn issue(&mut self, login: &Login, method: &str, life: Duration) -> (String, Token) {
        let now = Instant::now();
        let fresh = self.0.iter().find(|(_, token)| {
            token.user == login.user && token.method == method && token.until > now + RENEWAL
        });
        if let Some((id, token)) = fresh {
            return (id.clone(), token.clone());
        }
        let id = uuid::Uuid::new_v4().simple().to_string();
        let token = Token {
            user: login.user.clone(),
            account: login.account_id.clone(),
            method: method.to_owned(),
            until: now + life,
            expires: SystemTime::now() + life,
        };
        self.0.insert(id.clone(), token.clone());
        (id, token)
    }
}
