//! The users of an instance, and what they may use.
//!
//! **Quirks.** A user is a name and a host: two users may share a name. The API takes what follows a
//! period at the end of a path for a format, and has deleted `john` when `john.doe` was meant, so
//! names with a period are refused here. The password cannot be read back.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/user-management.rst>.

use std::sync::Arc;

use serde::Deserialize;

use crate::batch::{self, Gathering, Passenger};
use crate::desk::Desk;
use crate::error::Found;
use crate::http::{Request, query_value};
use crate::lane::Turn;
use crate::listing::{Listing, Listings, Need};
use crate::page::{self, Item};
use crate::scope::Awaited;
use crate::{Client, Error, Secret, databases, lost_reply};

mod requests;

pub(crate) use requests::list;

/// Users that belong to the service. Some servers list them.
const RESERVED: [&str; 2] = ["root", "os_admin"];

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

/// A user. The API never tells the password.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The name.
    pub name: String,
    /// The host from which the user may connect; `%` is any.
    #[serde(default = "any_host")]
    pub host: String,
    /// Databases on which the user has all privileges.
    #[serde(default, deserialize_with = "crate::lenient::names")]
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

impl User {
    /// What identifies the user.
    pub fn id(&self) -> UserId {
        UserId { name: self.name.clone(), host: self.host.clone() }
    }
}

impl Item for User {
    type Key = UserId;

    fn key(&self) -> UserId {
        self.id()
    }

    /// Encoded twice, as the server does it in its links.
    fn marker(id: &UserId) -> String {
        query_value(&query_value(&id.to_string()))
    }
}

impl Passenger for NewUser {
    type Shown = User;

    const WHAT: &'static str = "user";
    const PURPOSE: &'static str = "the creation of users";

    fn creation(instance_id: &str, new: &[Self]) -> Request {
        requests::create(instance_id, new)
    }

    fn key(&self) -> UserId {
        self.id.clone()
    }

    fn gathering(desk: &Desk) -> &Gathering<Self> {
        &desk.new_users
    }

    fn listings(desk: &Desk) -> &Arc<Listings<User>> {
        &desk.users
    }
}

/// The collection `/instances/{id}/users`.
#[derive(Clone)]
pub struct Users {
    pub(crate) client: Client,
    pub(crate) instance_id: String,
}

impl Users {
    /// `GET /instances/{id}/users`, all pages, shared by all who ask. The users that belong to the
    /// service, `root` and `os_admin`, are left out.
    pub async fn list(&self) -> Result<Vec<User>, Error> {
        let listing = self.listing().await?;
        let own = listing.items.iter().filter(|it| !RESERVED.contains(&it.name.as_str()));
        Ok(own.cloned().collect())
    }

    /// The user in [`list`](Self::list); `None` also when there is no such instance. The first question
    /// after its creation is answered by the listing that showed it first.
    pub async fn find(&self, id: &UserId) -> Result<Option<User>, Error> {
        check(id)?;
        let shown = self.desk().users.take_shown(&self.client, id);
        if shown.is_some() {
            return Ok(shown);
        }
        let listing = self.listing().await.found()?;
        Ok(listing.and_then(|it| it.get(id).cloned()))
    }

    /// `POST /instances/{id}/users`; concurrent ones ride in one request. The user is there when
    /// [`wait_until_present`](Self::wait_until_present) returns.
    pub async fn create(&self, new: &NewUser) -> Result<(), Error> {
        check(&new.id)?;
        batch::create(&self.desk(), &self.client, new.clone()).await
    }

    /// `PUT /instances/{id}/users`
    pub async fn change_password(&self, id: &UserId, password: &Secret) -> Result<(), Error> {
        check(id)?;
        let request = requests::change_password(&self.instance_id, id, password);
        self.change("the change of a password", request).await
    }

    /// `PUT /instances/{id}/users/{user}`, with what differs only: the API refuses to give a user
    /// the name and host that it has. A change of nothing but the password takes the call that is
    /// made for it, since this one had errors there before version 3.8.0 of the service.
    pub async fn update(&self, id: &UserId, change: &UserChange) -> Result<(), Error> {
        check(id)?;
        let new_id = UserId {
            name: change.name.clone().unwrap_or_else(|| id.name.clone()),
            host: change.host.clone().unwrap_or_else(|| id.host.clone()),
        };
        check(&new_id)?;
        if new_id != *id {
            return self.rename(id, new_id, change.password.as_ref()).await;
        }
        match &change.password {
            Some(password) => self.change_password(id, password).await,
            None => Ok(()),
        }
    }

    /// `DELETE /instances/{id}/users/{user}`. The user is gone when
    /// [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, id: &UserId) -> Result<(), Error> {
        check(id)?;
        let request = requests::delete(&self.instance_id, id);
        self.change("the deletion of a user", request).await
    }

    /// `GET /instances/{id}/users/{user}/databases`; no such user is [`Error::NotFound`].
    pub async fn grants(&self, id: &UserId) -> Result<Vec<String>, Error> {
        check(id)?;
        let request = requests::grants(&self.instance_id, id);
        let databases: Vec<databases::Database> =
            page::all(&self.client, request, &["databases"]).await?;
        Ok(databases.into_iter().map(|it| it.name).collect())
    }

    /// `PUT /instances/{id}/users/{user}/databases`: adds, never removes. The databases need not
    /// exist. Nothing is sent for no databases.
    pub async fn grant(&self, id: &UserId, databases: &[String]) -> Result<(), Error> {
        check(id)?;
        if databases.is_empty() {
            return Ok(());
        }
        let request = requests::grant(&self.instance_id, id, databases);
        self.change("a grant", request).await
    }

    /// `DELETE /instances/{id}/users/{user}/databases/{database}`; what was not granted is
    /// [`Error::NotFound`].
    pub async fn revoke(&self, id: &UserId, database: &str) -> Result<(), Error> {
        check(id)?;
        databases::check(database)?;
        let request = requests::revoke(&self.instance_id, id, database);
        self.change("the end of a grant", request).await
    }

    /// Waits until the list has the user.
    pub async fn wait_until_present(&self, id: &UserId) -> Result<(), Error> {
        self.wait_for(id, "present", true).await
    }

    /// Waits until the list does not have the user, or the instance is gone.
    pub async fn wait_until_gone(&self, id: &UserId) -> Result<(), Error> {
        self.wait_for(id, "gone", false).await.found().map(|_| ())
    }

    /// A change of name or host. Sent twice, it would not find the user; whether it was done shows in
    /// the listing.
    async fn rename(
        &self,
        id: &UserId,
        new_id: UserId,
        password: Option<&Secret>,
    ) -> Result<(), Error> {
        let request = Arc::new(requests::update(&self.instance_id, id, &new_id, password));
        let (desk, id) = (self.desk(), id.clone());
        let attempt = move |client: Client| {
            let (desk, request) = (Arc::clone(&desk), Arc::clone(&request));
            let (id, new_id) = (id.clone(), new_id.clone());
            async move {
                let renamed = |client: Client| {
                    let (desk, id, new_id) = (Arc::clone(&desk), id.clone(), new_id.clone());
                    async move {
                        desk.users.forget();
                        let all = desk.users.read(&client, Need::Fresh).await?;
                        let has = |id: &UserId| all.get(id).is_some();
                        Ok(has(&new_id) && !has(&id))
                    }
                };
                lost_reply::act(&client, &request, renamed).await
            }
        };
        let turn = Turn::change("the change of a user");
        self.desk().write(&self.client, turn, attempt).await
    }

    async fn change(&self, purpose: &'static str, request: Request) -> Result<(), Error> {
        self.desk().write_request(&self.client, Turn::change(purpose), request).await
    }

    async fn wait_for(&self, id: &UserId, goal: &str, present: bool) -> Result<(), Error> {
        check(id)?;
        let desk = self.desk();
        let name = format!("{}/{}@{}", self.instance_id, id.name, id.host);
        let awaited = Awaited::new("user", name, goal);
        desk.wait_for(&self.client, &desk.users, awaited, (id, present)).await
    }

    async fn listing(&self) -> Result<Listing<User>, Error> {
        let desk = self.desk();
        desk.listing(&self.client, &desk.users, Need::Fresh).await
    }

    fn desk(&self) -> Arc<Desk> {
        self.client.desk(&self.instance_id)
    }
}

/// Refuses before anything is sent what the API would take for another user: it cuts names at a
/// period, splits a user at the last `@`, and takes a missing host for `%`.
pub(crate) fn check(id: &UserId) -> Result<(), Error> {
    let UserId { name, host } = id;
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
    Err(Error::Invalid(format!("the user \"{id}\" {wrong}; the API may act on another user")))
}
