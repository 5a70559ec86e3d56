//! The databases of an instance.
//!
//! **Quirks.** The API has no call for one database, never tells its character set or collation, and
//! answers `202 Accepted` when the work has yet to be done, also to the deletion of a database that
//! does not exist.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/databases.rst>.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::batch::{self, Gathering, Passenger};
use crate::desk::Desk;
use crate::error::Found;
use crate::http::{Path, Request};
use crate::lane::Turn;
use crate::listing::{Listing, Listings, Need};
use crate::page::Item;
use crate::scope::Awaited;
use crate::{Client, Error};

/// A database to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDatabase {
    /// Its name.
    pub name: String,
    /// Its character set; the server's default if left out.
    pub character_set: Option<String>,
    /// Its collation; the default of the character set if left out.
    pub collate: Option<String>,
}

/// A database. The API never tells its character set or collation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Database {
    /// Its name.
    pub name: String,
}

impl Item for Database {
    type Key = String;

    fn key(&self) -> String {
        self.name.clone()
    }
}

impl Passenger for NewDatabase {
    type Shown = Database;

    const WHAT: &'static str = "database";
    const PURPOSE: &'static str = "the creation of databases";

    fn creation(instance_id: &str, new: &[Self]) -> Request {
        create(instance_id, new)
    }

    fn key(&self) -> String {
        self.name.clone()
    }

    fn gathering(desk: &Desk) -> &Gathering<Self> {
        &desk.new_databases
    }

    fn listings(desk: &Desk) -> &Arc<Listings<Database>> {
        &desk.databases
    }
}

/// The collection `/instances/{id}/databases`.
#[derive(Clone)]
pub struct Databases {
    pub(crate) client: Client,
    pub(crate) instance_id: String,
}

impl Databases {
    /// `GET /instances/{id}/databases`, all pages, shared by all who ask.
    pub async fn list(&self) -> Result<Vec<Database>, Error> {
        Ok(self.listing().await?.items.to_vec())
    }

    /// The database of that name in [`list`](Self::list); `None` also when there is no such instance.
    /// The first question after its creation is answered by the listing that showed it first.
    pub async fn find(&self, name: &str) -> Result<Option<Database>, Error> {
        let name = name.to_owned();
        let shown = self.desk().databases.take_shown(&self.client, &name);
        if shown.is_some() {
            return Ok(shown);
        }
        let listing = self.listing().await.found()?;
        Ok(listing.and_then(|it| it.get(&name).cloned()))
    }

    /// `POST /instances/{id}/databases`; concurrent ones ride in one request. The database is there
    /// when [`wait_until_present`](Self::wait_until_present) returns.
    pub async fn create(&self, new: &NewDatabase) -> Result<(), Error> {
        check(&new.name)?;
        batch::create(&self.desk(), &self.client, new.clone()).await
    }

    /// `DELETE /instances/{id}/databases/{name}`. The database is gone when
    /// [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        check(name)?;
        let request = delete(&self.instance_id, name);
        let turn = Turn::change("the deletion of a database");
        self.desk().write_request(&self.client, turn, request).await
    }

    /// Waits until the list has the database.
    pub async fn wait_until_present(&self, name: &str) -> Result<(), Error> {
        self.wait_for(name, "present", true).await
    }

    /// Waits until the list does not have the database, or the instance is gone.
    pub async fn wait_until_gone(&self, name: &str) -> Result<(), Error> {
        self.wait_for(name, "gone", false).await.found().map(|_| ())
    }

    async fn wait_for(&self, name: &str, goal: &str, present: bool) -> Result<(), Error> {
        let desk = self.desk();
        let awaited = Awaited::new("database", format!("{}/{name}", self.instance_id), goal);
        let item = (&name.to_owned(), present);
        desk.wait_for(&self.client, &desk.databases, awaited, item).await
    }

    async fn listing(&self) -> Result<Listing<Database>, Error> {
        let desk = self.desk();
        desk.listing(&self.client, &desk.databases, Need::Fresh).await
    }

    fn desk(&self) -> Arc<Desk> {
        self.client.desk(&self.instance_id)
    }
}

/// Refuses names with a period: in a deletion the API takes what follows it for a format, and another
/// database goes.
pub(crate) fn check(name: &str) -> Result<(), Error> {
    if name.contains('.') {
        return Err(Error::Invalid(format!(
            "the database name \"{name}\" has a period in it; the API may act on another database"
        )));
    }
    Ok(())
}

fn path(instance_id: &str) -> Path {
    Path::of("instances").name(instance_id).word("databases")
}

pub(crate) fn list(instance_id: &str) -> Request {
    Request::get(path(instance_id)).long_pages()
}

fn create(instance_id: &str, new: &[NewDatabase]) -> Request {
    let databases: Vec<Value> = new.iter().map(document).collect();
    Request::post(path(instance_id), json!({ "databases": databases }))
}

fn document(new: &NewDatabase) -> Value {
    let mut fields = Map::from_iter([("name".to_owned(), Value::from(new.name.as_str()))]);
    for (key, value) in [("character_set", &new.character_set), ("collate", &new.collate)] {
        if let Some(value) = value {
            fields.insert(key.to_owned(), Value::from(value.as_str()));
        }
    }
    Value::Object(fields)
}

fn delete(instance_id: &str, name: &str) -> Request {
    Request::delete(path(instance_id).name(name))
}

#[cfg(test)]
mod tests;
