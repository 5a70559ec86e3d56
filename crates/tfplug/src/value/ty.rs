//! Terraform's types.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

use super::error::ValueError;
use crate::path::{Path, Step};

/// A type of [cty](https://github.com/zclconf/go-cty/blob/main/docs/types.md), Terraform's type
/// system.
///
/// It displays as the type constraint that a module author writes: `map(object({ a = string }))`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `any`: each value has its own type.
    Dynamic,
    /// `list(element)`
    List(Box<Type>),
    /// `set(element)`: no order, no duplicates.
    Set(Box<Type>),
    /// `map(element)`: the keys are strings.
    Map(Box<Type>),
    /// `object({ name = type })`: all attributes are always there, though perhaps null.
    Object(BTreeMap<String, Type>),
    /// `tuple([first, second])`
    Tuple(Vec<Type>),
}

impl Type {
    /// `list(element)`
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// `set(element)`
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// `map(element)`
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// `object({ name = type })`
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// The JSON that schemas and dynamic values carry:
    /// <https://github.com/zclconf/go-cty/blob/main/docs/json.md#type-serialization>.
    pub fn to_json(&self) -> Json {
        let pair = |kind: &str, inner: Json| Json::Array(vec![kind.into(), inner]);
        match self {
            Self::Bool => "bool".into(),
            Self::Number => "number".into(),
            Self::String => "string".into(),
            Self::Dynamic => "dynamic".into(),
            Self::List(element) => pair("list", element.to_json()),
            Self::Set(element) => pair("set", element.to_json()),
            Self::Map(element) => pair("map", element.to_json()),
            Self::Object(attributes) => pair(
                "object",
                attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect(),
            ),
            Self::Tuple(elements) => pair("tuple", elements.iter().map(Self::to_json).collect()),
        }
    }

    /// Reads what [`Type::to_json`] gives.
    ///
    /// The list of optional attributes, which an object type may carry, says nothing about values
    /// and is dropped.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ValueError> {
        // serde_json refuses to nest deeper than 128, so the recursion below is bounded.
        let json = serde_json::from_slice(bytes)
            .map_err(|error| ValueError::new(format!("the type is not valid JSON: {error}")))?;
        Self::read(&json).ok_or_else(|| ValueError::new("the JSON does not describe a type"))
    }

    fn read(json: &Json) -> Option<Self> {
        match json {
            Json::String(name) => match name.as_str() {
                "bool" => Some(Self::Bool),
                "number" => Some(Self::Number),
                "string" => Some(Self::String),
                "dynamic" => Some(Self::Dynamic),
                _ => None,
            },
            Json::Array(parts) => match parts.as_slice() {
                [Json::String(kind), inner] => match (kind.as_str(), inner) {
                    ("list", element) => Some(Self::list(Self::read(element)?)),
                    ("set", element) => Some(Self::set(Self::read(element)?)),
                    ("map", element) => Some(Self::map(Self::read(element)?)),
                    ("object", Json::Object(attributes)) => Self::read_object(attributes),
                    ("tuple", Json::Array(elements)) => {
                        Some(Self::Tuple(elements.iter().map(Self::read).collect::<Option<_>>()?))
                    }
                    _ => None,
                },
                [Json::String(kind), Json::Object(attributes), Json::Array(_optional)]
                    if kind == "object" =>
                {
                    Self::read_object(attributes)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn read_object(attributes: &serde_json::Map<String, Json>) -> Option<Self> {
        let read = |(name, ty): (&String, &Json)| Some((name.clone(), Self::read(ty)?));
        Some(Self::Object(attributes.iter().map(read).collect::<Option<_>>()?))
    }

    /// What kind of value this type asks for, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Bool => "a bool",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Dynamic => "a value with its type",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
            Self::Tuple(_) => "a tuple",
        }
    }
}

impl Path {
    /// The part of this path that Terraform can address in a value of type `ty`.
    ///
    /// An element of a set has no address, so the path ends at the set. A path made without
    /// knowledge of the type says [`Step::Key`] for an object's attribute (or the reverse); here
    /// it gets the step that the type asks for. What the type does not contain is left out.
    #[must_use]
    pub fn addressable(&self, ty: &Type) -> Self {
        let mut ty = ty;
        let mut path = Self::root();
        for step in self.steps() {
            let (step, inner) = match (step, ty) {
                (Step::Attribute(name) | Step::Key(name), Type::Object(attributes)) => {
                    match attributes.get(name) {
                        Some(inner) => (Step::Attribute(name.clone()), inner),
                        None => break,
                    }
                }
                (Step::Attribute(key) | Step::Key(key), Type::Map(inner)) => {
                    (Step::Key(key.clone()), &**inner)
                }
                (Step::Index(index), Type::List(inner)) => (Step::Index(*index), &**inner),
                (Step::Index(index), Type::Tuple(elements)) => {
                    match usize::try_from(*index).ok().and_then(|at| elements.get(at)) {
                        Some(inner) => (Step::Index(*index), inner),
                        None => break,
                    }
                }
                (step, Type::Dynamic) => (step.clone(), &Type::Dynamic),
                _ => break,
            };
            path.push(step);
            ty = inner;
        }
        path
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Dynamic => f.write_str("any"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Object(attributes) if attributes.is_empty() => f.write_str("object({})"),
            Self::Object(attributes) => {
                f.write_str("object({ ")?;
                for (position, (name, ty)) in attributes.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    write!(f, "{comma}{name} = {ty}")?;
                }
                f.write_str(" })")
            }
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (position, ty) in elements.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    write!(f, "{comma}{ty}")?;
                }
                f.write_str("])")
            }
        }
    }
}
