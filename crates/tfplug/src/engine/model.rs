//! From values to the structs of resource authors and back.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, Result};
use crate::path::{Path, Step};
use crate::schema::{Attribute, Schema};
use crate::value::{Value, ValueError, from_value, to_value};

/// Reads what the user wrote; what does not fit is the user's to correct.
pub(crate) fn from_config<T: DeserializeOwned>(config: &Value, schema: &Schema) -> Result<T> {
    from_value(config).map_err(|error| invalid(&error, schema).into())
}

/// Reads what the engine or an earlier version of the provider wrote; what does not fit is a bug.
pub(crate) fn from_engine<T: DeserializeOwned>(value: &Value) -> Result<T> {
    from_value(value).map_err(|error| mismatch(&error).into())
}

/// Writes what a resource returned.
pub(crate) fn encode<T: Serialize>(model: &T) -> Result<Value> {
    match to_value(model) {
        Ok(Value::Map(fields)) => Ok(Value::Map(fields)),
        Ok(_) => Err(Diagnostic::bug("A model is not a struct.").into()),
        Err(error) => Err(mismatch(&error).into()),
    }
}

/// [`ValueError`] quotes no text but quotes numbers, which may be secrets too.
fn invalid(error: &ValueError, schema: &Schema) -> Diagnostic {
    let detail = if is_sensitive(schema, error.path()) {
        "The value cannot be used. It is sensitive and not shown.".to_owned()
    } else {
        format!("The value cannot be used: {}.", error.message())
    };
    Diagnostic::error("Invalid value").detail(detail).at(error.path().clone())
}

fn mismatch(error: &ValueError) -> Diagnostic {
    Diagnostic::bug(format!("A value does not fit its model: {error}.")).at(error.path().clone())
}

/// Whether the attribute at `path`, or one around it, is sensitive or write-only.
pub(crate) fn is_sensitive(schema: &Schema, path: &Path) -> bool {
    let mut found: Option<&Attribute> = None;
    for step in path.steps() {
        let Step::Attribute(name) = step else { continue };
        found = match found {
            None => schema.get(name),
            Some(outer) => outer.nested().find(|(it, _)| it == name).map(|(_, it)| it),
        };
        match found {
            Some(attribute) if attribute.sensitive || attribute.write_only => return true,
            Some(_) => {}
            None => return false,
        }
    }
    false
}
