//! The documents about users.

use serde::Deserialize;
use serde_json::Value;

use crate::http::pages::{Item, Paging};
use crate::value::error::Error;
use crate::value::lenient;
use crate::value::settings::Secret;

/// What identifies a user: two users may have one name and different hosts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId {
    /// The name.
    pub name: String,
    /// The host from which the user may connect; `%` is any.
    pub host: String,
}

/// As MySQL writes it: `name@host`.
impl std::fmt::Display for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.name, self.host)
    }
}

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Name and host.
    pub id: UserId,
    /// The password.
    pub password: Secret,
    /// Databases on which the user gets all privileges.
    pub databases: Vec<String>,
}

/// A new password of a user.
#[derive(Debug, Clone)]
pub(crate) struct PasswordChange {
    /// Name and host.
    pub(crate) id: UserId,
    /// The password.
    pub(crate) password: Secret,
}

/// A user. The API never tells the password.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The name.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub name: String,
    /// The host from which the user may connect; `%` is any.
    #[serde(default = "any_host")]
    pub host: String,
    /// Databases on which the user has all privileges.
    #[serde(default, deserialize_with = "crate::value::lenient::names")]
    pub databases: Vec<String>,
}

/// What is to change about a user; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// A new name.
    pub name: Option<String>,
    /// A new host.
    pub host: Option<String>,
    /// A new password.
    pub password: Option<Secret>,
}

fn any_host() -> String {
    "%".to_owned()
}

impl UserId {
    /// Refuses before anything is sent what the API would take for another user: it cuts names at a
    /// period, splits a user at the last `@`, and takes a missing host for `%`.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self { name, host } = self;
        let wrong = if name.is_empty() {
            "has no name"
        } else if name.contains('.') {
            "has a period in its name"
        } else if host.is_empty() {
            "has no host"
        } else if host.contains('@') {
            "has an \"@\" in its host"
        } else {
            return Ok(());
        };
        Err(Error::Invalid(format!("the user \"{self}\" {wrong}; the API may act on another user")))
    }
}

impl User {
    /// What identifies the user.
    pub fn id(&self) -> UserId {
        UserId { name: self.name.clone(), host: self.host.clone() }
    }
}

impl Item for User {
    const PAGING: Paging = Paging::Key;

    type Key = UserId;

    fn key(&self) -> UserId {
        self.id()
    }

    fn key_in(item: &Value) -> Option<UserId> {
        let name = lenient::id_in(item, "name")?;
        let host = item.get("host").map_or_else(|| Some(any_host()), lenient::shown)?;
        Some(UserId { name, host })
    }
}
