//! Values of tests, written as JSON.

use serde_json::Value as Json;

use crate::value::{Number, Type, Typed, Value};

/// The string that stands for a value which is not known yet, wherever a value may stand.
pub const UNKNOWN: &str = "(known after apply)";

/// The value of type `ty` that `json` describes. Attributes that are left out are null.
///
/// # Panics
///
/// If the JSON does not fit the type.
pub fn from_json(json: &Json, ty: &Type) -> Value {
    match (ty, json) {
        (_, Json::Null) => Value::Null,
        (_, Json::String(text)) if text == UNKNOWN => Value::Unknown,
        (Type::Dynamic, json) => {
            let ty = type_of(json);
            let value = from_json(json, &ty);
            Value::Dynamic(Box::new(Typed { ty, value }))
        }
        (Type::Bool, Json::Bool(flag)) => Value::Bool(*flag),
        (Type::String, Json::String(text)) => Value::String(text.clone()),
        (Type::Number, Json::Number(number)) => Value::Number(
            number
                .as_i64()
                .map(Number::Int)
                .or_else(|| number.as_f64().map(Number::Float))
                .unwrap_or_else(|| Number::Text(number.to_string().into())),
        ),
        (Type::List(ty) | Type::Set(ty), Json::Array(elements)) => {
            elements.iter().map(|it| from_json(it, ty)).collect()
        }
        (Type::Tuple(types), Json::Array(elements)) => {
            elements.iter().zip(types).map(|(it, ty)| from_json(it, ty)).collect()
        }
        (Type::Map(ty), Json::Object(elements)) => {
            elements.iter().map(|(key, it)| (key.clone(), from_json(it, ty))).collect()
        }
        (Type::Object(types), Json::Object(attributes)) => {
            let strange: Vec<_> =
                attributes.keys().filter(|name| !types.contains_key(*name)).collect();
            assert!(strange.is_empty(), "there are no attributes {strange:?}");
            types
                .iter()
                .map(|(name, ty)| {
                    let given = attributes.get(name).unwrap_or(&Json::Null);
                    (name.clone(), from_json(given, ty))
                })
                .collect()
        }
        (ty, json) => {
            let ty = ty.to_json();
            assert_eq!(Json::Null, *json, "the JSON does not fit the type {ty}");
            Value::Null
        }
    }
}

/// The value as JSON, with [`UNKNOWN`] for what is not known yet.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Unknown => Json::from(UNKNOWN),
        Value::List(elements) => elements.iter().map(to_json).collect(),
        Value::Map(elements) => {
            elements.iter().map(|(name, value)| (name.clone(), to_json(value))).collect()
        }
        Value::Dynamic(typed) => to_json(&typed.value),
        other => other.to_json(),
    }
}

fn type_of(json: &Json) -> Type {
    match json {
        Json::Null => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(elements) => Type::Tuple(elements.iter().map(type_of).collect()),
        Json::Object(attributes) => {
            Type::Object(attributes.iter().map(|(name, it)| (name.clone(), type_of(it))).collect())
        }
    }
}
