//! Checks of a request body, and the service's way of saying what is wrong with one.
//!
//! All that is wrong is said at once, in the order of the paths, and values are printed as Python 2
//! does.

use std::fmt::Write as _;

use serde_json::Value;

use crate::message::python::{repr, repr_text};
use crate::message::reply::Reply;
use crate::message::schema::Schema;

/// Takes the one object out of a body after checking it.
///
/// A body whose root is not an object with this key is an internal error of the real server: its message formatter
/// fails on an error without a path.
pub(crate) fn parse(body: &Value, root: &'static str, schema: &Schema) -> Result<Value, Reply> {
    let fields = body.as_object().ok_or_else(Reply::internal_error)?;
    let value = fields.get(root).ok_or_else(Reply::internal_error)?;
    let mut found = Vec::new();
    let others: Vec<&String> = fields.keys().filter(|key| *key != root).collect();
    if !others.is_empty() {
        found.push(Violation { path: Vec::new(), text: unexpected(&others) });
    }
    check(schema, value, &mut vec![Step::Key(root.into())], &mut found);
    refuse(found)?;
    Ok(value.clone())
}

/// Checks a body that is the object itself. What is missing in it has no path, which breaks the server.
pub(crate) fn parse_bare(body: &Value, schema: &Schema) -> Result<(), Reply> {
    let mut found = Vec::new();
    check(schema, body, &mut Vec::new(), &mut found);
    if found.iter().any(|it| it.path.is_empty() && !it.text.starts_with("Additional")) {
        return Err(Reply::internal_error());
    }
    refuse(found)
}

fn refuse(mut found: Vec<Violation>) -> Result<(), Reply> {
    if found.is_empty() {
        return Ok(());
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    let texts: Vec<String> = found
        .iter()
        .map(|violation| match path(&violation.path) {
            path if path.is_empty() => violation.text.clone(),
            path => format!("{path} {}", violation.text),
        })
        .collect();
    Err(Reply::bad_request(format!("Validation error: {}", texts.join("; "))))
}

struct Violation {
    path: Vec<Step>,
    text: String,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Index(usize),
    Key(String),
}

fn path(steps: &[Step]) -> String {
    let mut path = String::new();
    for (depth, step) in steps.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Key(key) if depth == 0 => write!(path, "{key}"),
            Step::Key(key) => write!(path, "['{key}']"),
            Step::Index(index) => write!(path, "[{index}]"),
        };
    }
    path
}

fn check(schema: &Schema, value: &Value, path: &mut Vec<Step>, found: &mut Vec<Violation>) {
    let mut say = |text: String| found.push(Violation { path: path.clone(), text });
    match (schema, value) {
        (Schema::Object { required, fields, min_properties }, Value::Object(given)) => {
            for name in required.iter().filter(|name| !given.contains_key(**name)) {
                say(format!("'{name}' is a required property"));
            }
            let known = |key: &str| fields.iter().any(|(name, _)| *name == key);
            let others: Vec<&String> = given.keys().filter(|key| !known(key)).collect();
            if !others.is_empty() {
                say(unexpected(&others));
            }
            if given.len() < *min_properties {
                say(format!("{} does not have enough properties", repr(value)));
            }
            for (name, field) in fields {
                if let Some(value) = given.get(*name) {
                    path.push(Step::Key((*name).into()));
                    check(field, value, path, found);
                    path.pop();
                }
            }
        }
        (Schema::Array { items, unique_items }, Value::Array(given)) => {
            let repeated = given
                .iter()
                .enumerate()
                .any(|(at, item)| given.iter().take(at).any(|other| other == item));
            if *unique_items && repeated {
                say(format!("{} has non-unique elements", repr(value)));
            }
            for (index, item) in given.iter().enumerate() {
                path.push(Step::Index(index));
                check(items, item, path, found);
                path.pop();
            }
        }
        (Schema::AnyOf(choices), _) => {
            let mut causes = Vec::new();
            let mut accepted = false;
            for choice in choices {
                let before = causes.len();
                check(choice, value, path, &mut causes);
                accepted |= causes.len() == before;
            }
            if !accepted {
                let mut text =
                    format!("{} is not valid under any of the given schemas", repr(value));
                for cause in causes {
                    text = text + "; " + &cause.text;
                }
                found.push(Violation { path: path.clone(), text });
            }
        }
        _ => check_scalar(schema, value, &mut say),
    }
}

fn check_scalar(schema: &Schema, value: &Value, say: &mut impl FnMut(String)) {
    let wanted = match schema {
        Schema::Any | Schema::AnyOf(_) => return,
        Schema::Text { min_length, max_length, pattern } => match value.as_str() {
            Some(text) => {
                let length = text.chars().count();
                if length < *min_length {
                    say(format!("{} is too short", repr(value)));
                }
                if length > *max_length {
                    say(format!("{} is too long", repr(value)));
                }
                if let Some(pattern) = pattern.as_ref().filter(|pattern| !(pattern.accepts)(text)) {
                    say(format!("{} does not match {}", repr(value), pattern.text));
                }
                return;
            }
            None => "string",
        },
        Schema::Integer { minimum } => match value {
            Value::Number(number) if number.is_i64() || number.is_u64() => {
                if number.as_i64().is_some_and(|number| number < *minimum) {
                    say(format!("{} is less than the minimum of {minimum}", repr(value)));
                }
                return;
            }
            _ => "integer",
        },
        Schema::Between { minimum, maximum } => match value.as_i64() {
            Some(number) if number < *minimum => {
                return say(format!("{number} is less than the minimum of {minimum}"));
            }
            Some(number) if number > *maximum => {
                return say(format!("{number} is greater than the maximum of {maximum}"));
            }
            Some(_) => return,
            None => "integer",
        },
        Schema::OneOf(choices) => match value.as_str() {
            Some(text) if choices.contains(&text) => return,
            Some(text) => {
                let choices: Vec<String> = choices.iter().map(|it| repr_text(it)).collect();
                let choices = choices.join(", ");
                return say(format!("{} is not one of [{choices}]", repr_text(text)));
            }
            None => "string",
        },
        Schema::Null if value.is_null() => return,
        Schema::Null => "null",
        Schema::Boolean if value.is_boolean() => return,
        Schema::Boolean => "boolean",
        Schema::Object { .. } => "object",
        Schema::Array { .. } => "array",
    };
    say(format!("{} is not of type '{wanted}'", repr(value)));
}

fn unexpected(names: &[&String]) -> String {
    let list: Vec<String> = names.iter().map(|name| repr_text(name)).collect();
    let verb = if list.len() == 1 { "was" } else { "were" };
    format!("Additional properties are not allowed ({} {verb} unexpected)", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(schema: &Schema, body: &Value) -> String {
        let refusal = parse(body, "instance", schema).unwrap_err();
        let body: Value = serde_json::from_str(&refusal.body).unwrap();
        body["badRequest"]["message"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn an_unknown_field_is_named() {
        let schema = Schema::object(&[], vec![("name", Schema::name())]);

        assert_eq!(
            message(&schema, &json!({ "instance": { "nmae": "x" } })),
            "Validation error: instance Additional properties are not allowed (u'nmae' was \
             unexpected)"
        );
        assert_eq!(
            message(&schema, &json!({ "instance": {}, "extra": 1 })),
            "Validation error: Additional properties are not allowed (u'extra' was unexpected)"
        );
    }

    #[test]
    fn errors_are_sorted_by_path_and_each_names_its_own() {
        let schema = Schema::object(
            &["flavorRef"],
            vec![("flavorRef", Schema::flavor_ref()), ("name", Schema::name())],
        );

        assert_eq!(
            message(&schema, &json!({ "instance": { "name": "" } })),
            "Validation error: instance 'flavorRef' is a required property; instance['name'] u'' is \
             too short; instance['name'] u'' does not match '^.*[0-9a-zA-Z]+.*$'"
        );
    }
}
