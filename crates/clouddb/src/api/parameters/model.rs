//! The documents about parameters.

use serde::Deserialize;
use serde_json::{Number, Value};

use crate::http::pages::Item;
use crate::value::lenient;

/// A setting of the database server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Parameter {
    /// Its name, such as `max_connections`.
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub name: String,
    /// Its type, in the words of the API: `integer`, `string`, `boolean` or `float`.
    #[serde(rename = "type", default, deserialize_with = "crate::value::lenient::any_text")]
    pub kind: Option<String>,
    /// The smallest number, if there is one.
    #[serde(default, alias = "min_size", deserialize_with = "bound")]
    pub min: Option<Number>,
    /// The largest number, if there is one.
    #[serde(default, alias = "max_size", deserialize_with = "bound")]
    pub max: Option<Number>,
    /// Whether a change takes effect at the next restart only.
    #[serde(default, deserialize_with = "crate::value::lenient::optional_bool")]
    pub restart_required: Option<bool>,
}

/// A number, which older servers wrote as text.
fn bound<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Number>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => Some(number),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

impl Item for Parameter {
    type Key = String;

    fn key(&self) -> String {
        self.name.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "name")
    }
}
