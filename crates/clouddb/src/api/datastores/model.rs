//! The documents about datastores.

use serde::Deserialize;

use crate::http::pages::Item;

/// A kind of database server, such as `mysql`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Datastore {
    /// Its ID, different in each region.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// ID of the version that an instance gets when none is asked for.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub default_version: Option<String>,
    /// The versions on offer.
    #[serde(default, deserialize_with = "crate::value::lenient::list")]
    pub versions: Vec<DatastoreVersion>,
}

/// A version of a datastore.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DatastoreVersion {
    /// Its ID, different in each region.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// Its name, such as `8.0`.
    pub name: String,
    /// Whether new instances of it are discouraged, if the API tells.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_bool")]
    pub deprecated: Option<bool>,
    /// IDs of the flavors it can have, if the API tells.
    #[serde(rename = "flavors", default, deserialize_with = "crate::value::lenient::any_ids")]
    pub flavor_ids: Vec<String>,
}

impl Item for Datastore {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}
