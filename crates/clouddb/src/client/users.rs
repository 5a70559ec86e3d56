//! The users of an instance, as the provider works with them.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::{Stream, TryStreamExt as _};

use crate::api::databases;
use crate::api::users::{
    self,
    model::{NewUser, PasswordChange, User, UserChange, UserId},
    requests,
};
use crate::coordination::departures::Departed;
use crate::coordination::per_instance::PerInstance;
use crate::coordination::per_region::PerRegion;
use crate::coordination::renaming::Renaming;
use crate::coordination::write_kind::WriteKind;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::listing::Listing;
use crate::value::made::Made;
use crate::value::settings::Secret;

/// Users that belong to the service. Some servers list them.
const RESERVED: [&str; 2] = ["root", "os_admin"];

/// The collection `/instances/{id}/users`.
#[derive(Clone)]
pub struct Users {
    sender: Sender,
    region: Arc<PerRegion>,
    instance_id: String,
}

fn without_reserved(mut users: Listing<User>) -> Listing<User> {
    users.retain(|it| !RESERVED.contains(&it.name.as_str()));
    users
}

impl Users {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>, instance_id: String) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region), instance_id }
    }

    /// `GET /instances/{id}/users`, all pages, shared by all who ask. The users that belong to the
    /// service, `root` and `os_admin`, are left out.
    pub async fn list(&self) -> Result<Listing<User>, Error> {
        Ok(without_reserved(self.instance().users.all(&self.sender).await?.to_listing()))
    }

    /// The same page by page, each asked for when the one before it was taken, and shared with
    /// nobody. A busy instance is not waited for.
    pub fn pages(&self) -> impl Stream<Item = Result<Listing<User>, Error>> + Send + use<> {
        let pages = users::collection(&self.instance_id).pages(self.sender.clone());
        pages.map_ok(without_reserved)
    }

    /// The user in [`list`](Self::list); `None` also when there is no such instance. The first question
    /// after its creation is answered by the listing that showed it first.
    pub async fn find(&self, id: &UserId) -> Result<Option<User>, Error> {
        id.check()?;
        self.instance().users.find(&self.sender, id).await
    }

    /// Whether the instance has this user, and this client has neither made nor deletes it, as
    /// [`list`](Self::list) shows it, once for all who ask before anything is written. A busy instance
    /// is not waited for.
    pub async fn is_taken(&self, id: &UserId) -> Result<bool, Error> {
        id.check()?;
        self.instance().users.is_taken(&self.sender, id).await
    }

    /// `POST /instances/{id}/users`; concurrent ones ride in one request. The user is there when
    /// [`wait_until_present`](Self::wait_until_present) returns.
    ///
    /// When the effect of a request is not known, it is looked for the user; see [`Made::found_after`]
    /// and [`Error::InDoubt`]. One that is found gets its password once more: nobody can see which one
    /// it has.
    pub async fn create(&self, new: &NewUser) -> Result<Made<()>, Error> {
        new.id.check()?;
        let made = self.instance().users.create(&self.sender, new).await?;
        if made.found_after.is_some() {
            let changed = self.change_password(&new.id, &new.password).await;
            changed.map_err(|error| Error::InDoubt {
                what: "user",
                name: new.id.to_string(),
                instance_id: Some(self.instance_id.clone()),
                looked: None,
                lost: Box::new(error),
            })?;
        }
        Ok(made)
    }

    /// `PUT /instances/{id}/users`; concurrent ones ride in one request.
    pub async fn change_password(&self, id: &UserId, password: &Secret) -> Result<(), Error> {
        id.check()?;
        let change = PasswordChange { id: id.clone(), password: password.clone() };
        self.instance().new_passwords.create(&self.sender, change).await.map(drop)
    }

    /// `PUT /instances/{id}/users/{user}`, with what differs only: the API refuses to give a user
    /// the name and host that it has. Another user that has the new name, and that this client deletes or
    /// renames at the same time, goes first; users that exchange their names do. A change of nothing but the password takes the call that is
    /// made for it, since this one had errors there before version 3.8.0 of the service.
    pub async fn update(&self, id: &UserId, change: &UserChange) -> Result<(), Error> {
        id.check()?;
        let new_id = UserId {
            name: change.name.clone().unwrap_or_else(|| id.name.clone()),
            host: change.host.clone().unwrap_or_else(|| id.host.clone()),
        };
        new_id.check()?;
        if new_id != *id {
            let sender = self.sender.bounded();
            let renaming = Renaming {
                instance: &self.instance(),
                sender: &sender,
                new: &new_id,
                password: change.password.as_ref(),
            };
            return renaming.rename(id).await;
        }
        match &change.password {
            Some(password) => self.change_password(id, password).await,
            None => Ok(()),
        }
    }

    /// `DELETE /instances/{id}/users/{user}`. The user is gone when
    /// [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, id: &UserId) -> Result<(), Error> {
        id.check()?;
        let request = requests::delete(&self.instance_id, id);
        let instance = self.instance();
        let kind = WriteKind::change("the deletion of a user");
        let write = instance.lane.write_request(&self.sender, kind, request);
        instance.users.delete(id, write).await
    }

    /// The same together with the wait for its end, which this may leave to another deletion in company
    /// that is under way in the region: the last one looks for all, and its error names what is not gone,
    /// [`Error::NotGone`]. What the API does not find is no error.
    pub async fn delete_in_company(&self, id: &UserId) -> Result<(), Error> {
        let (instance, key) = (self.instance(), id.clone());
        let departed = Departed {
            instance_id: self.instance_id.clone(),
            id: format!("{}/{id}", self.instance_id),
            gone: Box::new(move |sender| {
                let (instance, key) = (Arc::clone(&instance), key.clone());
                Box::pin(async move { instance.users.wait_until_absent(&sender, &key).await })
            }),
        };
        self.region.departures.depart(&self.sender, self.delete(id), departed).await
    }

    /// `GET /instances/{id}/users/{user}/databases`; no such user is [`Error::NotFound`].
    pub async fn grants(&self, id: &UserId) -> Result<Vec<String>, Error> {
        id.check()?;
        users::grants(&self.sender, &self.instance_id, id).await
    }

    /// `PUT /instances/{id}/users/{user}/databases`: adds, never removes. The databases need not
    /// exist. Nothing is sent for no databases.
    pub async fn grant(&self, id: &UserId, databases: &[String]) -> Result<(), Error> {
        id.check()?;
        if databases.is_empty() {
            return Ok(());
        }
        let request = requests::grant(&self.instance_id, id, databases);
        self.change("a grant", request).await
    }

    /// `DELETE /instances/{id}/users/{user}/databases/{database}`; what was not granted is
    /// [`Error::NotFound`].
    pub async fn revoke(&self, id: &UserId, database: &str) -> Result<(), Error> {
        id.check()?;
        databases::model::check_name(database)?;
        let request = requests::revoke(&self.instance_id, id, database);
        self.change("the end of a grant", request).await
    }

    /// Waits until the list has the user.
    pub async fn wait_until_present(&self, id: &UserId) -> Result<(), Error> {
        id.check()?;
        self.instance().users.wait_until_present(&self.sender, id, |_| true).await
    }

    /// Waits until the list has the user with these databases and no others.
    pub async fn wait_until_granted(
        &self,
        id: &UserId,
        databases: &BTreeSet<String>,
    ) -> Result<(), Error> {
        id.check()?;
        let granted = |user: &User| {
            user.databases.len() == databases.len()
                && user.databases.iter().all(|it| databases.contains(it))
        };
        self.instance().users.wait_until_present(&self.sender, id, granted).await
    }

    /// Waits until the list does not have the user, or the instance is gone, or this client has made one
    /// of the same name and host after the deletion.
    pub async fn wait_until_gone(&self, id: &UserId) -> Result<(), Error> {
        id.check()?;
        self.instance().users.wait_until_gone(&self.sender, id).await
    }

    async fn change(&self, purpose: &'static str, request: Request) -> Result<(), Error> {
        let kind = WriteKind::change(purpose);
        self.instance().lane.write_request(&self.sender, kind, request).await
    }

    fn instance(&self) -> Arc<PerInstance> {
        self.region.instance(&self.instance_id)
    }
}
