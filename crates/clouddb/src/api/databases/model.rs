//! The documents about databases.

use serde::Deserialize;
use serde_json::Value;

use crate::http::pages::{Item, Paging};
use crate::value::error::Error;
use crate::value::lenient;

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
    #[serde(deserialize_with = "crate::value::lenient::id")]
    pub name: String,
}

impl Item for Database {
    const PAGING: Paging = Paging::Key;

    type Key = String;

    fn key(&self) -> String {
        self.name.clone()
    }

    fn key_in(item: &Value) -> Option<String> {
        lenient::id_in(item, "name")
    }
}

/// Refuses names with a period: in a deletion the API takes what follows it for a format, and another
/// database goes.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    if name.contains('.') {
        return Err(Error::Invalid(format!(
            "the database name \"{name}\" has a period in it; the API may act on another database"
        )));
    }
    Ok(())
}
