//! Flavors: the sizes of memory that an instance can have.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/flavors.rst>.

use serde::Deserialize;

use crate::error::Found;
use crate::http::{Path, Request};
use crate::listing::Collection;
use crate::page::Item;
use crate::{Client, Error};

/// A size of memory for instances.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Document")]
pub struct Flavor {
    /// Its ID. The API gives a number here and a string on instances; this client has strings.
    pub id: String,
    /// Its name, such as `2GB Instance`.
    pub name: String,
    /// Memory in MB.
    pub ram: u64,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    id: Option<String>,
    /// Trove's, for flavors whose ID is no number.
    #[serde(default)]
    str_id: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(deserialize_with = "crate::lenient::size")]
    ram: u64,
}

impl TryFrom<Document> for Flavor {
    type Error = &'static str;

    fn try_from(document: Document) -> Result<Self, Self::Error> {
        let id = document.id.or(document.str_id).filter(|id| !id.is_empty());
        let id = id.ok_or("a flavor has no ID")?;
        Ok(Self { id, name: document.name, ram: document.ram })
    }
}

impl Item for Flavor {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// The collection `/flavors`.
#[derive(Clone)]
pub struct Flavors {
    pub(crate) client: Client,
}

impl Flavors {
    /// `GET /flavors`, shared by all who ask.
    pub async fn list(&self) -> Result<Vec<Flavor>, Error> {
        self.client.flavor_listings().items(&self.client).await
    }

    /// `GET /flavors/{id}`; `None` if there is none.
    pub async fn get(&self, id: &str) -> Result<Option<Flavor>, Error> {
        self.client.send(&get(id)).await.and_then(|reply| reply.unwrapped("flavor")).found()
    }
}

pub(crate) fn collection() -> Collection {
    let of = "of the region".to_owned();
    Collection { request: list(), names: &["flavors"], what: "flavors", of }
}

fn list() -> Request {
    Request::get(Path::of("flavors"))
}

fn get(id: &str) -> Request {
    Request::get(Path::of("flavors").name(id))
}

#[cfg(test)]
mod tests;
