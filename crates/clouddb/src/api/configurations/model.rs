//! The documents about configuration groups.

use serde::Deserialize;
use serde_json::Value;

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
