//! The form of objects: every attribute of the schema and no other, write-only ones null.

use std::collections::BTreeMap;

use crate::schema::{Attribute, Kind, Nesting, Schema, TIMEOUTS};
use crate::value::{Type, Value};

/// What a model sees of an object: neither write-only attributes nor `timeouts`.
pub(super) fn inward(schema: &Schema, object: &Value) -> Value {
    let Value::Map(attributes) = object else { return object.clone() };
    let visible = |name: &str| schema.get(name).is_some_and(|it| !it.is_write_only());
    Value::Map(
        attributes
            .iter()
            .filter(|(name, _)| visible(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

/// `object` with the timeouts of `source`.
pub(super) fn with_timeouts(mut object: Value, source: &Value) -> Value {
    if let (Some(to), Some(from)) = (object.get_mut(TIMEOUTS), source.get(TIMEOUTS)) {
        *to = from.clone();
    }
    object
}

/// A whole object from the fields of a model. `timeouts` is taken from `source`; what is missing is
/// null, and so is everything write-only.
pub(super) fn outward(schema: &Schema, fields: Value, source: &Value) -> Value {
    whole(schema, fields, source.get(TIMEOUTS).cloned().unwrap_or_default())
}

/// A state: [`outward`], with the spelling of `source` where it says the same, and nothing unknown.
pub(super) fn state(schema: &Schema, ty: &Type, fields: Value, source: &Value) -> Value {
    echo(source, outward(schema, fields, source), ty).nulls_for_unknowns()
}

/// The object with nulls for everything write-only.
pub(super) fn null_write_only(schema: &Schema, mut object: Value) -> Value {
    let timeouts = object.get_mut(TIMEOUTS).map(std::mem::take).unwrap_or_default();
    whole(schema, object, timeouts)
}

fn whole(schema: &Schema, mut object: Value, timeouts: Value) -> Value {
    complete(schema.attributes(), &mut object);
    if let (Some(_), Value::Map(attributes)) = (schema.timeouts_block(), &mut object) {
        attributes.insert(TIMEOUTS.to_owned(), timeouts);
    }
    object
}

fn complete<'a>(
    attributes: impl Iterator<Item = (&'a str, &'a Attribute)> + Clone,
    object: &mut Value,
) {
    let Value::Map(given) = object else { return };
    given.retain(|given, _| attributes.clone().any(|(name, _)| name == given));
    for (name, attribute) in attributes {
        match given.get_mut(name) {
            Some(value) => complete_value(attribute, value),
            None => drop(given.insert(name.to_owned(), Value::Null)),
        }
    }
}

fn complete_value(attribute: &Attribute, value: &mut Value) {
    if attribute.write_only {
        *value = Value::Null;
    }
    let Kind::Nested(nesting, _) = &attribute.kind else { return };
    let object = |object: &mut Value| complete(attribute.nested(), object);
    match (nesting, value) {
        (Nesting::Single, value) => object(value),
        (Nesting::List | Nesting::Set, Value::List(objects)) => objects.iter_mut().for_each(object),
        (Nesting::Map, Value::Map(objects)) => objects.values_mut().for_each(object),
        _ => {}
    }
}

/// `actual`, in which every part that says the same as `source` is spelled as in `source`.
///
/// Terraform compares texts and bytes where a service compares meanings: a number that comes back
/// as 3 instead of 3.0, or a set in another order, must not look like a change.
pub(super) fn echo(source: &Value, actual: Value, ty: &Type) -> Value {
    if source.is_wholly_known() && source.equivalent(&actual, ty) {
        return source.clone();
    }
    match (ty, source, actual) {
        (Type::Object(types), Value::Map(source), Value::Map(actual)) => {
            echo_members(source, actual, |name| types.get(name))
        }
        (Type::Map(ty), Value::Map(source), Value::Map(actual)) => {
            echo_members(source, actual, |_| Some(ty))
        }
        (Type::List(ty), Value::List(source), Value::List(actual)) => {
            let mut source = source.iter();
            actual
                .into_iter()
                .map(|actual| match source.next() {
                    Some(source) => echo(source, actual, ty),
                    None => actual,
                })
                .collect()
        }
        (Type::Set(ty), Value::List(source), Value::List(actual)) => actual
            .into_iter()
            .map(|actual| match source.iter().find(|it| it.equivalent(&actual, ty)) {
                Some(same) => same.clone(),
                None => actual,
            })
            .collect(),
        (_, _, actual) => actual,
    }
}

fn echo_members<'t>(
    source: &BTreeMap<String, Value>,
    actual: BTreeMap<String, Value>,
    ty: impl Fn(&str) -> Option<&'t Type>,
) -> Value {
    actual
        .into_iter()
        .map(|(name, actual)| match (source.get(&name), ty(&name)) {
            (Some(source), Some(ty)) => {
                let value = echo(source, actual, ty);
                (name, value)
            }
            _ => (name, actual),
        })
        .collect()
}

/// The plan with the prior value of everything that it leaves unknown.
pub(super) fn known(planned: &Value, prior: &Value, ty: &Type) -> Value {
    match (ty, planned, prior) {
        (_, Value::Unknown, prior) => prior.clone(),
        (Type::Object(types), Value::Map(planned), Value::Map(prior)) => planned
            .iter()
            .map(|(name, planned)| match (prior.get(name), types.get(name)) {
                (Some(prior), Some(ty)) => (name.clone(), known(planned, prior, ty)),
                _ => (name.clone(), planned.clone()),
            })
            .collect(),
        _ => planned.clone().nulls_for_unknowns(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::json::from_json;

    fn object(set: &[&str], text: &str, list: &[&str]) -> (Value, Type) {
        let strings = |wrap: fn(Box<Type>) -> Type| wrap(Box::new(Type::String));
        let types =
            [("set", strings(Type::Set)), ("text", Type::String), ("list", strings(Type::List))];
        let ty = Type::Object(types.map(|(name, ty)| (name.to_owned(), ty)).into());
        (from_json(&json!({ "set": set, "text": text, "list": list }), &ty), ty)
    }

    #[test]
    fn what_means_the_same_keeps_its_spelling_beside_what_changed() {
        // One string is composed and the other is not.
        let (source, ty) = object(&["b", "a"], "\u{e9}", &["\u{e9}", "old"]);
        let (actual, _) = object(&["a", "b"], "e\u{301}", &["e\u{301}", "new", "newer"]);

        let echoed = echo(&source, actual, &ty);

        assert_eq!(echoed, object(&["b", "a"], "\u{e9}", &["\u{e9}", "new", "newer"]).0);
    }

    #[test]
    fn elements_of_a_changed_set_keep_their_spelling() {
        let (source, ty) = object(&["\u{e9}", "gone"], "", &[]);
        let (actual, _) = object(&["new", "e\u{301}"], "", &[]);

        let echoed = echo(&source, actual, &ty);

        assert_eq!(echoed, object(&["new", "\u{e9}"], "", &[]).0);
    }
}
