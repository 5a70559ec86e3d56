//! The documents about datastores.

use serde::Deserialize;
use serde_json::Value;

use crate::http::pages::Item;
use crate::value::lenient;
use crate::value::text::word;

/// A kind of database server, such as `mysql`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Document")]
pub struct Datastore {
    /// Its ID, different in each region.
    pub id: String,
    /// Its name.
    pub name: String,
    /// ID of the version that an instance gets when none is asked for.
    pub default_version: Option<String>,
    /// The versions on offer that can be read.
    pub versions: Vec<DatastoreVersion>,
    /// The IDs of the others, where those can be read.
    pub unreadable_versions: Vec<Option<String>>,
}

/// As the API writes it.
#[derive(Deserialize)]
struct Document {
    #[serde(deserialize_with = "crate::value::lenient::id")]
    id: String,
    name: String,
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    default_version: Option<String>,
    #[serde(default, deserialize_with = "crate::value::lenient::list")]
    versions: Vec<Value>,
}

impl From<Document> for Datastore {
    fn from(document: Document) -> Self {
        let Document { id, name, default_version, versions } = document;
        let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
        for version in &versions {
            match DatastoreVersion::deserialize(version) {
                Ok(version) => readable.push(version),
                Err(_) => unreadable.push(lenient::id_in(version, "id").as_deref().map(word)),
            }
        }
        Self { id, name, default_version, versions: readable, unreadable_versions: unreadable }
    }
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

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id")
    }
}
