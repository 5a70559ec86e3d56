//! A value: a tree of what Terraform knows, knows not yet, or has not.

use std::collections::BTreeMap;

use super::number::Number;
use super::ty::Type;
use crate::path::{Path, Step};

/// A value of Terraform's type system.
///
/// A value does not carry its type; the schema does. Lists, sets and tuples therefore look the
/// same here, and so do maps and objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Not known before apply.
    Unknown,
    /// Absent.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(String),
    /// A list, set or tuple.
    List(Vec<Value>),
    /// A map or object.
    Map(BTreeMap<String, Value>),
    /// A value of an attribute whose type is decided by the value, with that type.
    Dynamic(Box<Typed>),
}

/// A value together with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The type that `value` has.
    pub ty: Type,
    /// The value; may be null or unknown.
    pub value: Value,
}

impl Value {
    /// Whether the value is absent.
    pub fn is_null(&self) -> bool {
        *self.peeled() == Self::Null
    }

    /// Whether the value itself is not known; parts of a known value may still be unknown.
    pub fn is_unknown(&self) -> bool {
        *self.peeled() == Self::Unknown
    }

    /// Whether the value itself is known; null is known.
    pub fn is_known(&self) -> bool {
        !self.is_unknown()
    }

    /// Whether the value and all its parts are known.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(elements) => elements.values().all(Self::is_wholly_known),
            Self::Dynamic(typed) => typed.value.is_wholly_known(),
        }
    }

    /// The attribute of an object or the element of a map.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_map()?.get(name)
    }

    /// The attribute of an object or the element of a map, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Map(elements) => elements.get_mut(name),
            Self::Dynamic(typed) => typed.value.get_mut(name),
            _ => None,
        }
    }

    /// The part that a path leads to.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.steps().iter().try_fold(self, |value, step| match step {
            Step::Attribute(name) | Step::Key(name) => value.get(name),
            Step::Index(index) => value.as_list()?.get(usize::try_from(*index).ok()?),
        })
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self.peeled() {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list, set or tuple.
    pub fn as_list(&self) -> Option<&[Self]> {
        match self.peeled() {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The attributes of an object or the elements of a map.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        match self.peeled() {
            Self::Map(elements) => Some(elements),
            _ => None,
        }
    }

    /// The value with null in the place of everything unknown: what a state may hold.
    #[must_use]
    pub fn nulls_for_unknowns(mut self) -> Self {
        self.forget_unknowns();
        self
    }

    fn forget_unknowns(&mut self) {
        match self {
            Self::Unknown => *self = Self::Null,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
            Self::List(elements) => elements.iter_mut().for_each(Self::forget_unknowns),
            Self::Map(elements) => elements.values_mut().for_each(Self::forget_unknowns),
            Self::Dynamic(typed) => typed.value.forget_unknowns(),
        }
    }

    /// The value without the type that a dynamic attribute puts around it.
    pub(super) fn peeled(&self) -> &Self {
        let mut value = self;
        while let Self::Dynamic(typed) = value {
            value = &typed.value;
        }
        value
    }

    /// What kind of value this is, for messages. Never says the value: it may be a secret.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Unknown => "an unknown value",
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map or object",
            Self::Dynamic(typed) => typed.value.kind(),
        }
    }
}

impl Type {
    /// The type that a value has by itself, for an attribute of type `any`.
    ///
    /// A list is a tuple and a map an object, since elements may differ. Null and unknown have no
    /// type of their own.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Unknown | Value::Null => Self::Dynamic,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::List(elements) => Self::Tuple(elements.iter().map(Self::of).collect()),
            Value::Map(elements) => {
                Self::object(elements.iter().map(|(name, value)| (name, Self::of(value))))
            }
            Value::Dynamic(typed) => match &typed.ty {
                Self::Dynamic => Self::of(&typed.value),
                ty => ty.clone(),
            },
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => { $(
        impl From<$integer> for Value {
            fn from(value: $integer) -> Self {
                Self::Number(value.into())
            }
        }
    )* };
}
from_integer!(i32, i64, u32, u64);

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(Number::Float(value))
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    /// `None` is null.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl FromIterator<Value> for Value {
    /// A list, set or tuple of the elements.
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        Self::List(elements.into_iter().collect())
    }
}

impl<K: Into<String>> FromIterator<(K, Value)> for Value {
    /// A map or object of the elements.
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(elements: I) -> Self {
        Self::Map(elements.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}
