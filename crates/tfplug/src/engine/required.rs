//! Values that are required and null.
//!
//! Terraform itself asks only whether an argument is written down; whether its value is null shows
//! later, and is for the provider to say.

use super::parts::parts;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, Kind, Nesting, Schema};
use crate::value::Value;

/// One error for each required attribute and each element of a collection that is null.
pub(super) fn missing(schema: &Schema, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    object(schema.attributes(), config, &Path::root(), &mut found);
    found
}

fn object<'a>(
    attributes: impl Iterator<Item = (&'a str, &'a Attribute)>,
    config: &Value,
    path: &Path,
    found: &mut Diagnostics,
) {
    let Value::Map(members) = config else { return };
    for (name, attribute) in attributes {
        let path = path.clone().attribute(name);
        match members.get(name) {
            None | Some(Value::Null) if attribute.is_required() => found.push(
                Diagnostic::error(format!("Missing value for \"{name}\""))
                    .detail(format!(
                        "\"{name}\" is required, but its value is null. Give it a value; if it comes from a variable or from another object, that one is null."
                    ))
                    .at(path),
            ),
            None | Some(Value::Null | Value::Unknown) => {}
            Some(value) => inside(name, attribute, value, &path, found),
        }
    }
}

/// The elements or objects of a value that is there.
fn inside(name: &str, attribute: &Attribute, value: &Value, path: &Path, found: &mut Diagnostics) {
    let nesting = match (attribute.kind(), attribute.element()) {
        (Kind::Nested(nesting, _), _) => *nesting,
        (_, Some(_)) if value.as_map().is_some() => Nesting::Map,
        (_, Some(_)) => Nesting::List,
        (_, None) => return,
    };
    for (step, part) in parts(nesting, value) {
        let path = step.into_iter().fold(path.clone(), Path::step);
        if part.is_null() {
            found.push(
                Diagnostic::error(format!("Missing value in \"{name}\""))
                    .detail(format!(
                        "An element of \"{name}\" is null, and each needs a value. Give it one, or leave it out."
                    ))
                    .at(path),
            );
        } else if let Some(element) = attribute.element() {
            inside(name, element, part, &path, found);
        } else {
            object(attribute.nested(), part, &path, found);
        }
    }
}
