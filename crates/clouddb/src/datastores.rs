//! Datastores: the kinds of database server on offer, and their versions.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/datastore-types-versions.rst>.

use serde::Deserialize;

use crate::error::Found;
use crate::http::{Path, Request};
use crate::listing::Collection;
use crate::page::Item;
use crate::{Client, Error};

/// A kind of database server, such as `mysql`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Datastore {
    /// Its ID, different in each region.
    #[serde(deserialize_with = "crate::lenient::id")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// ID of the version that an instance gets when none is asked for.
    pub default_version: Option<String>,
    /// The versions on offer.
    #[serde(default, deserialize_with = "crate::lenient::list")]
    pub versions: Vec<DatastoreVersion>,
}

/// A version of a datastore.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DatastoreVersion {
    /// Its ID, different in each region.
    #[serde(deserialize_with = "crate::lenient::id")]
    pub id: String,
    /// Its name, such as `8.0`.
    pub name: String,
    /// Whether new instances of it are discouraged, if the API tells.
    #[serde(default, deserialize_with = "crate::lenient::optional_bool")]
    pub deprecated: Option<bool>,
    /// IDs of the flavors it can have, if the API tells.
    #[serde(rename = "flavors", default, deserialize_with = "crate::lenient::ids")]
    pub flavor_ids: Vec<String>,
}

impl Item for Datastore {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// The collection `/datastores`.
#[derive(Clone)]
pub struct Datastores {
    pub(crate) client: Client,
}

impl Datastores {
    /// `GET /datastores`, with the versions of each, shared by all who ask.
    pub async fn list(&self) -> Result<Vec<Datastore>, Error> {
        self.client.datastore_listings().items(&self.client).await
    }

    /// `GET /datastores/{id}`; `None` if there is none.
    pub async fn get(&self, id_or_name: &str) -> Result<Option<Datastore>, Error> {
        let reply = self.client.send(&get(id_or_name)).await;
        reply.and_then(|reply| reply.unwrapped("datastore")).found()
    }
}

pub(crate) fn collection() -> Collection {
    let of = "of the region".to_owned();
    Collection { request: list(), names: &["datastores"], what: "datastores", of }
}

fn list() -> Request {
    Request::get(Path::of("datastores"))
}

fn get(id_or_name: &str) -> Request {
    Request::get(Path::of("datastores").name(id_or_name))
}

#[cfg(test)]
mod tests;
