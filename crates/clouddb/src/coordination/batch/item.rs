//! What can be created by one request with others of its kind: the API takes databases and users in
//! arrays.

use std::collections::BTreeSet;

use crate::api::databases::{
    self,
    model::{Database, NewDatabase},
};
use crate::api::users::{
    self,
    model::{NewUser, User, UserId},
};
use crate::coordination::list_cache::list::Listed;
use crate::http::limiter::LimitClass;
use crate::http::pages::Item;
use crate::http::request::Request;

/// An object to be made that may share a request with others of its kind.
pub(crate) trait BatchItem: Clone + Send + Sync + 'static {
    /// How it shows in the listing once it is there.
    type Shown: Listed;
    /// The kind of object, for errors.
    const KIND: &'static str;
    /// What the instance must be free for.
    const PURPOSE: &'static str;
    /// The rate limit that its creation counts against.
    const LIMIT: LimitClass;

    /// The creation of all of them.
    fn creation(instance_id: &str, new: &[Self]) -> Request;
    /// What tells it from others in the listing.
    fn key(&self) -> <Self::Shown as Item>::Key;
    /// Whether what has its key in the listing is as it was to be, as far as the listing tells.
    fn is_as_wanted(&self, shown: &Self::Shown) -> bool;
}

impl BatchItem for NewDatabase {
    type Shown = Database;

    const KIND: &'static str = "database";
    const PURPOSE: &'static str = "the creation of databases";
    const LIMIT: LimitClass = LimitClass::Databases;

    fn creation(instance_id: &str, new: &[Self]) -> Request {
        databases::requests::create(instance_id, new)
    }

    fn key(&self) -> String {
        self.name.clone()
    }

    fn is_as_wanted(&self, _shown: &Database) -> bool {
        true
    }
}

impl BatchItem for NewUser {
    type Shown = User;

    const KIND: &'static str = "user";
    const PURPOSE: &'static str = "the creation of users";
    const LIMIT: LimitClass = LimitClass::Users;

    fn creation(instance_id: &str, new: &[Self]) -> Request {
        users::requests::create(instance_id, new)
    }

    fn key(&self) -> UserId {
        self.id.clone()
    }

    fn is_as_wanted(&self, shown: &User) -> bool {
        let sorted = |databases: &[String]| databases.iter().cloned().collect::<BTreeSet<_>>();
        sorted(&self.databases) == sorted(&shown.databases)
    }
}
