//! What can ride in one request with others of its kind: the API takes new databases, new users and new
//! passwords in arrays.

use std::collections::BTreeSet;

use crate::api::databases::{
    self,
    model::{Database, NewDatabase},
};
use crate::api::users::{
    self,
    model::{NewUser, PasswordChange, User, UserId},
};
use crate::coordination::list_cache::list::Listed;
use crate::http::limiter::LimitClass;
use crate::http::pages::Item;
use crate::http::request::Request;

/// A change of one object that may share a request with others of its kind.
pub(crate) trait BatchItem: Clone + Send + Sync + 'static {
    /// How the object shows in the listing.
    type Shown: Listed;
    /// Whether it makes the object. What does not can be sent again without harm, and nothing about it
    /// is looked up.
    const CREATES: bool;
    /// The kind of object, for errors.
    const KIND: &'static str;
    /// What the instance must be free for.
    const PURPOSE: &'static str;
    /// The rate limit that it counts against.
    const LIMIT: LimitClass;

    /// The request for all of them.
    fn request(instance_id: &str, new: &[Self]) -> Request;
    /// What tells it from others in the listing.
    fn key(&self) -> <Self::Shown as Item>::Key;
    /// Whether what has its key in the listing is as it was to be, as far as the listing tells.
    fn is_as_wanted(&self, shown: &Self::Shown) -> bool;
}

impl BatchItem for NewDatabase {
    type Shown = Database;

    const CREATES: bool = true;
    const KIND: &'static str = "database";
    const PURPOSE: &'static str = "the creation of databases";
    const LIMIT: LimitClass = LimitClass::Databases;

    fn request(instance_id: &str, new: &[Self]) -> Request {
        databases::requests::create(instance_id, new)
    }

    fn key(&self) -> String {
        self.name.clone()
    }

    fn is_as_wanted(&self, _shown: &Database) -> bool {
        true
    }
}

impl BatchItem for PasswordChange {
    type Shown = User;

    const CREATES: bool = false;
    const KIND: &'static str = "user";
    const PURPOSE: &'static str = "the change of a password";
    const LIMIT: LimitClass = LimitClass::Users;

    fn request(instance_id: &str, new: &[Self]) -> Request {
        users::requests::change_passwords(instance_id, new)
    }

    fn key(&self) -> UserId {
        self.id.clone()
    }

    fn is_as_wanted(&self, _shown: &User) -> bool {
        true
    }
}

impl BatchItem for NewUser {
    type Shown = User;

    const CREATES: bool = true;
    const KIND: &'static str = "user";
    const PURPOSE: &'static str = "the creation of users";
    const LIMIT: LimitClass = LimitClass::Users;

    fn request(instance_id: &str, new: &[Self]) -> Request {
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
