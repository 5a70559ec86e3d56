//! Writing. The schema is the judge: a value that does not have its type is an error here and
//! not a puzzle in Terraform's log.

use std::collections::BTreeMap;

use rmp::encode;

use crate::path::Step;
use crate::value::error::ValueError;
use crate::value::number::{Canonical, Number};
use crate::value::tree::Value;
use crate::value::ty::Type;

/// An unknown value about which nothing more is said.
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// Writes a value of type `ty`.
pub(in crate::value) fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let mut output = Output { bytes: Vec::new() };
    output.value(value, ty)?;
    Ok(output.bytes)
}

struct Output {
    bytes: Vec<u8>,
}

impl Output {
    fn value(&mut self, value: &Value, ty: &Type) -> Result<(), ValueError> {
        match (value, ty) {
            (Value::Unknown, _) => self.bytes.extend_from_slice(&UNKNOWN),
            (Value::Null, _) => infallible(encode::write_nil(&mut self.bytes))?,
            (Value::Dynamic(typed), Type::Dynamic) if typed.ty != Type::Dynamic => {
                self.dynamic(&typed.value, &typed.ty)?;
            }
            // A type around a value whose attribute already has one, or has none to say.
            (Value::Dynamic(typed), ty) => self.value(&typed.value, ty)?,
            (value, Type::Dynamic) => self.dynamic(value, &Type::of(value))?,
            (Value::Bool(value), Type::Bool) => {
                infallible(encode::write_bool(&mut self.bytes, *value))?;
            }
            (Value::Number(number), Type::Number) => self.number(number)?,
            (Value::String(text), Type::String) => self.text(text)?,
            (Value::List(elements), Type::List(element)) => {
                self.array_length(elements.len())?;
                for (position, value) in elements.iter().enumerate() {
                    self.value(value, element).map_err(|error| at(error, position))?;
                }
            }
            // An element of a set has no address, so an error is the set's.
            (Value::List(elements), Type::Set(element)) => {
                self.array_length(elements.len())?;
                elements.iter().try_for_each(|value| self.value(value, element))?;
            }
            (Value::List(elements), Type::Tuple(types)) => {
                if elements.len() != types.len() {
                    return Err(ValueError::new(format!(
                        "a tuple of {} elements is required, but {} were given",
                        types.len(),
                        elements.len()
                    )));
                }
                self.array_length(elements.len())?;
                for (position, (value, ty)) in elements.iter().zip(types).enumerate() {
                    self.value(value, ty).map_err(|error| at(error, position))?;
                }
            }
            (Value::Map(elements), Type::Map(element)) => {
                self.map_length(elements.len())?;
                for (key, value) in elements {
                    self.text(key)?;
                    self.value(value, element)
                        .map_err(|error| error.under(Step::Key(key.clone())))?;
                }
            }
            (Value::Map(elements), Type::Object(attributes)) => {
                if !elements.keys().eq(attributes.keys()) {
                    return Err(unlike(elements, attributes));
                }
                self.map_length(attributes.len())?;
                for ((name, value), ty) in elements.iter().zip(attributes.values()) {
                    self.text(name)?;
                    self.value(value, ty)
                        .map_err(|error| error.under(Step::Attribute(name.clone())))?;
                }
            }
            (value, ty) => return Err(ValueError::kind(ty.kind(), value.kind())),
        }
        Ok(())
    }

    fn dynamic(&mut self, value: &Value, ty: &Type) -> Result<(), ValueError> {
        self.array_length(2)?;
        let ty_json = ty.to_json().to_string();
        infallible(encode::write_bin(&mut self.bytes, ty_json.as_bytes()))?;
        self.value(value, ty)
    }

    fn number(&mut self, number: &Number) -> Result<(), ValueError> {
        match number.canonical() {
            Some(Canonical::Int(number)) => {
                infallible(encode::write_sint(&mut self.bytes, number)).map(|_| ())
            }
            Some(Canonical::Float(number)) => {
                infallible(encode::write_f64(&mut self.bytes, number))
            }
            Some(Canonical::Text(text)) => self.text(&text),
            None => Err(ValueError::new("the number is not one that Terraform can hold")),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        length(text.len())?;
        infallible(encode::write_str(&mut self.bytes, text))
    }

    fn array_length(&mut self, count: usize) -> Result<(), ValueError> {
        infallible(encode::write_array_len(&mut self.bytes, length(count)?)).map(|_| ())
    }

    fn map_length(&mut self, count: usize) -> Result<(), ValueError> {
        infallible(encode::write_map_len(&mut self.bytes, length(count)?)).map(|_| ())
    }
}

/// The error for an object that has other attributes than its type.
fn unlike(elements: &BTreeMap<String, Value>, attributes: &BTreeMap<String, Type>) -> ValueError {
    let extra = elements.keys().find(|name| !attributes.contains_key(*name));
    let missing = attributes.keys().find(|name| !elements.contains_key(*name));
    let (message, name) = match extra {
        Some(extra) => ("there is no such attribute", Some(extra)),
        None => ("the attribute is missing", missing),
    };
    ValueError::new(message).under(Step::Attribute(name.cloned().unwrap_or_default()))
}

/// A length as `MessagePack` can carry it.
fn length(count: usize) -> Result<u32, ValueError> {
    u32::try_from(count).map_err(|_| ValueError::new("the value is too large for MessagePack"))
}

/// Writing to memory does not fail, but its signature says it may.
fn infallible<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<T, ValueError> {
    result.map_err(|error| ValueError::new(error.to_string()))
}

fn at(error: ValueError, position: usize) -> ValueError {
    error.under(Step::Index(i64::try_from(position).unwrap_or(i64::MAX)))
}
