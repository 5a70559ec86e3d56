//! The documents about configuration groups.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::instances::model::DatastoreRef;
use crate::http::pages::Item;
use crate::value::lenient;

/// A configuration group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Configuration {
    /// Its ID.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// Its name, which need not be unique.
    #[serde(default)]
    pub name: String,
    /// The datastore that it is for, such as `mysql`, if the API tells.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub datastore_name: Option<String>,
    /// The version that it is for, such as `8.0`, if the API tells.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub datastore_version_name: Option<String>,
    /// ID of that version, if the API tells.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub datastore_version_id: Option<String>,
    /// Its description.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub description: Option<String>,
    /// When it was created, in UTC, as the API wrote it.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub created: Option<String>,
    /// When it last changed, in UTC, as the API wrote it.
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub updated: Option<String>,
    /// What it sets; a list does not tell.
    #[serde(default)]
    pub values: Option<Map<String, Value>>,
    /// How many instances have it; a list does not tell.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_size")]
    pub instance_count: Option<u64>,
}

/// A configuration group to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConfiguration {
    /// The name; need not be unique.
    pub name: String,
    /// A description.
    pub description: Option<String>,
    /// What it is for; without one, the default of the service.
    pub datastore: Option<DatastoreRef>,
    /// What it sets, in the types that the parameters have.
    pub values: Map<String, Value>,
}

/// All that a configuration group is to have from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationChange {
    /// Another name.
    pub name: Option<String>,
    /// Another description; an empty one leaves it without any.
    pub description: Option<String>,
    /// What it sets: nothing else.
    pub values: Map<String, Value>,
}

/// An instance that has a configuration group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ConfiguredInstance {
    /// Its ID.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

impl Item for Configuration {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id")
    }
}

impl Item for ConfiguredInstance {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id")
    }
}
