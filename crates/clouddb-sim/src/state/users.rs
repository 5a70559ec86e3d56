//! The users of an instance. A user is a pair of name and host.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::engine::change::Change;
use crate::state::lag::Lag;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) password: String,
    /// Databases named here need not exist.
    pub(crate) grants: BTreeSet<String>,
    pub(crate) lag: Lag,
}

/// A user, with the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserSnapshot {
    /// Name.
    pub name: String,
    /// Host, `%` for any.
    pub host: String,
    /// Password.
    #[serde(skip_serializing)]
    pub password: String,
    /// Names of the databases that the user may use, sorted.
    pub databases: Vec<String>,
}

/// The key of a user within an instance, which is also how a refusal names it.
pub(crate) fn user_key(name: &str, host: &str) -> String {
    format!("{name}@{host}")
}

impl User {
    /// A user that listings show at once.
    pub(crate) fn new(name: &str, host: &str, password: &str, grants: BTreeSet<String>) -> Self {
        Self {
            name: name.into(),
            host: host.into(),
            password: password.into(),
            grants,
            lag: Lag::None,
        }
    }

    pub(crate) fn key(&self) -> String {
        user_key(&self.name, &self.host)
    }

    /// What makes it in a server.
    pub(crate) fn creation(&self) -> Change<'_> {
        Change::CreateUser { name: &self.name, host: &self.host, password: &self.password }
    }

    /// What lets it use its databases there.
    pub(crate) fn grant_all(&self) -> impl Iterator<Item = Change<'_>> {
        let (name, host) = (&self.name, &self.host);
        self.grants.iter().map(move |database| Change::Grant { name, host, database })
    }

    pub(crate) fn snapshot(&self) -> UserSnapshot {
        UserSnapshot {
            name: self.name.clone(),
            host: self.host.clone(),
            password: self.password.clone(),
            databases: self.grants.iter().cloned().collect(),
        }
    }
}
