//! The documents about flavors.

use serde::Deserialize;
use serde_json::Value;

use crate::http::pages::Item;
use crate::value::lenient;

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
    #[serde(default, deserialize_with = "crate::value::lenient::optional_text")]
    id: Option<String>,
    /// Trove's, for flavors whose ID is no number.
    #[serde(default)]
    str_id: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(deserialize_with = "crate::value::lenient::size")]
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

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "id").or_else(|| lenient::id_in(item, "str_id"))
    }
}
