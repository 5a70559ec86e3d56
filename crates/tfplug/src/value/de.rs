//! From a value to a model.

mod access;
mod node;

use std::fmt;

use access::{Attribute, Elements, Members};
use node::Node;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::error::ValueError;
use super::number::Number;
use super::tree::Value;
use super::{attr, sensitive};
use crate::path::Step;

/// Reads a model from a value.
///
/// A field of type `T` demands a value that is known and not null, `Option<T>` takes null for
/// `None`, and [`Attr<T>`](super::Attr) takes everything. Attributes without a field are ignored.
/// An enum of unit variants reads from a string. The error says where the value does not fit.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, ValueError> {
    T::deserialize(Node::new(value))
}

impl<'v> Node<'v> {
    /// The error for a value that is not what the visitor wants.
    fn misfit<V: Visitor<'v>>(self, visitor: &V) -> ValueError {
        let given = match self.0 {
            Value::Unknown => return ValueError::not_known(),
            Value::Null | Value::Dynamic(_) => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(number) => Unexpected::Float(number.to_f64()),
            Value::String(text) => Unexpected::Str(text),
            Value::List(_) => Unexpected::Seq,
            Value::Map(_) => Unexpected::Map,
        };
        ValueError::invalid_type(given, visitor)
    }

    fn list<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let Value::List(elements) = self.0 else { return Err(self.misfit(&visitor)) };
        let mut access = Elements { rest: elements.iter(), next: 0 };
        let value = visitor.visit_seq(&mut access)?;
        match access.rest.len() {
            0 => Ok(value),
            excess => Err(ValueError::new(format!("there are {excess} elements too many"))),
        }
    }

    fn map<V: Visitor<'v>>(
        self,
        visitor: V,
        step: fn(String) -> Step,
    ) -> Result<V::Value, ValueError> {
        let Value::Map(elements) = self.0 else { return Err(self.misfit(&visitor)) };
        visitor.visit_map(Members { rest: elements.iter(), value: None, step })
    }
}

/// The whole number in a value, as the integer type that a field has.
fn integer<'v, I: TryFrom<i128>, V: Visitor<'v>>(
    node: Node<'v>,
    visitor: &V,
) -> Result<I, ValueError> {
    let Value::Number(number) = node.0 else { return Err(node.misfit(visitor)) };
    let Some(whole) = number.to_i128() else { return Err(not_an_integer(number)) };
    I::try_from(whole).map_err(|_| out_of_range(number))
}

/// A fraction, or a whole number beyond all integer types.
fn not_an_integer(number: &Number) -> ValueError {
    if number.is_whole() {
        out_of_range(number)
    } else {
        ValueError::new(format!("{number} is not a whole number"))
    }
}

fn out_of_range(number: impl fmt::Display) -> ValueError {
    ValueError::new(format!("{number} is out of range"))
}

macro_rules! integers {
    ($($deserialize:ident => $visit:ident),* $(,)?) => { $(
        fn $deserialize<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
            let number = integer(self, &visitor)?;
            visitor.$visit(number)
        }
    )* };
}

impl<'v> Deserializer<'v> for Node<'v> {
    type Error = ValueError;

    integers! {
        deserialize_i8 => visit_i8,
        deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64,
        deserialize_i128 => visit_i128,
        deserialize_u8 => visit_u8,
        deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64,
        deserialize_u128 => visit_u128,
    }

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::Unknown => Err(ValueError::not_known()),
            Value::Null | Value::Dynamic(_) => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match number.to_i128() {
                Some(whole) => match (i64::try_from(whole), u64::try_from(whole)) {
                    (Ok(whole), _) => visitor.visit_i64(whole),
                    (_, Ok(whole)) => visitor.visit_u64(whole),
                    _ => visitor.visit_i128(whole),
                },
                None => visitor.visit_f64(number.to_f64()),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::List(_) => self.list(visitor),
            Value::Map(_) => self.map(visitor, Step::Key),
        }
    }

    fn deserialize_f32<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::Number(number) => visitor.visit_f64(number.to_f64()),
            _ => Err(self.misfit(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if *self.0 == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'v>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let result = visitor.visit_newtype_struct(self);
        if name == sensitive::NAME { result.map_err(ValueError::redacted) } else { result }
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if name == attr::NAME {
            return visitor.visit_enum(Attribute(self.0));
        }
        match self.0 {
            Value::String(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Value::Unknown => Err(ValueError::not_known()),
            Value::Null => Err(ValueError::null()),
            other => Err(ValueError::kind("a string", other.kind())),
        }
    }

    fn deserialize_seq<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'v>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.map(visitor, Step::Key)
    }

    fn deserialize_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.map(visitor, Step::Attribute)
    }

    /// An attribute without a field is nobody's business, not even when it is unknown.
    fn deserialize_ignored_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <W: Visitor<'v>>
        bool char str string bytes byte_buf unit unit_struct identifier
    }
}
