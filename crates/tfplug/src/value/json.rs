//! JSON as Terraform stores state:
//! <https://github.com/zclconf/go-cty/blob/main/docs/json.md>.
//!
//! The text is walked along the type instead of through `serde_json::Value`, which would round
//! large numbers and long fractions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use super::error::{MAX_DEPTH, ValueError};
use super::number::{Canonical, Number};
use super::tree::{Typed, Value};
use super::ty::Type;
use crate::path::Step;

impl Value {
    /// Reads the JSON of a stored state for a value of type `ty`.
    ///
    /// A state may come from an older schema, so attributes that the type does not have are ignored
    /// and missing ones are null.
    pub fn from_json(bytes: &[u8], ty: &Type) -> Result<Self, ValueError> {
        decode(bytes, ty)
    }

    /// The JSON that Terraform shows and stores for this value.
    ///
    /// What JSON has no word for: an unknown value is `null`, and a number that a JSON number of 64
    /// bits would change is its decimal text.
    pub fn to_json(&self) -> Json {
        encode(self)
    }
}

/// Reads one value of type `ty` that fills the input.
fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let text = str::from_utf8(bytes).map_err(|_| ValueError::new("the state is not UTF-8"))?;
    // With the syntax proven here, the cursor below only has to look at what the type wants.
    serde_json::from_str::<IgnoredAny>(text)
        .map_err(|error| ValueError::new(format!("the state is not valid JSON: {error}")))?;
    Cursor { rest: text }.value(ty, 0)
}

/// The JSON of a value.
fn encode(value: &Value) -> Json {
    match value {
        Value::Unknown | Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => match number.canonical() {
            Some(Canonical::Int(number)) => number.into(),
            Some(Canonical::Float(float)) if float.is_finite() => float.into(),
            Some(Canonical::Text(text)) => short(&text).unwrap_or(Json::String(text)),
            _ => Json::String(number.to_string()),
        },
        Value::String(text) => Json::String(text.clone()),
        Value::List(elements) => elements.iter().map(encode).collect(),
        Value::Map(elements) => {
            elements.iter().map(|(key, value)| (key.clone(), encode(value))).collect()
        }
        Value::Dynamic(typed) => {
            [("type".to_owned(), typed.ty.to_json()), ("value".to_owned(), encode(&typed.value))]
                .into_iter()
                .collect()
        }
    }
}

/// The text as a JSON number, if that prints as the same text.
fn short(text: &str) -> Option<Json> {
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    // JSON writes the shortest decimal of a float, which may be another whole number.
    let json = Json::from(text.parse::<f64>().ok()?);
    let written: Number = json.to_string().parse().ok()?;
    (written.to_string() == text).then_some(json)
}

struct Cursor<'t> {
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, ValueError> {
        if depth > MAX_DEPTH {
            return Err(ValueError::new("the value is nested too deeply"));
        }
        let first = self.peek();
        if first == Some('n') {
            self.skip()?;
            return Ok(Value::Null);
        }
        match (ty, first) {
            (Type::Bool | Type::Number | Type::String, Some('[' | '{')) => {}
            (Type::Bool, _) => return self.boolean(),
            (Type::Number, _) => return self.number(),
            (Type::String, _) => return self.text(),
            (Type::List(element), Some('[')) => {
                return self.array(|cursor, position| {
                    cursor.value(element, depth + 1).map_err(|error| at(error, position))
                });
            }
            // An element of a set has no address, so an error is the set's.
            (Type::Set(element), Some('[')) => {
                return self.array(|cursor, _| cursor.value(element, depth + 1));
            }
            (Type::Tuple(elements), Some('[')) => return self.tuple(elements, depth),
            (Type::Map(element), Some('{')) => {
                let mut map = BTreeMap::new();
                self.object(|cursor, key| {
                    let value = cursor
                        .value(element, depth + 1)
                        .map_err(|error| error.under(Step::Key(key.clone())))?;
                    map.insert(key, value);
                    Ok(())
                })?;
                return Ok(Value::Map(map));
            }
            (Type::Object(attributes), Some('{')) => {
                let mut object = BTreeMap::new();
                self.object(|cursor, name| {
                    let Some(ty) = attributes.get(&name) else { return cursor.skip().map(|_| ()) };
                    let value = cursor
                        .value(ty, depth + 1)
                        .map_err(|error| error.under(Step::Attribute(name.clone())))?;
                    object.insert(name, value);
                    Ok(())
                })?;
                if object.len() < attributes.len() {
                    for name in attributes.keys() {
                        object.entry(name.clone()).or_default();
                    }
                }
                return Ok(Value::Map(object));
            }
            (Type::Dynamic, Some('{')) => return self.dynamic(depth),
            _ => {}
        }
        Err(ValueError::kind(ty.kind(), kind(first)))
    }

    /// An older schema may have had another primitive type here, so a bool and a number are also
    /// read from the texts that Terraform converts to them.
    fn boolean(&mut self) -> Result<Value, ValueError> {
        match self.scalar()? {
            Scalar::Bool(value) => Ok(Value::Bool(value)),
            Scalar::Text(text) if text == "true" || text == "1" => Ok(Value::Bool(true)),
            Scalar::Text(text) if text == "false" || text == "0" => Ok(Value::Bool(false)),
            other => Err(ValueError::kind("a bool", other.kind())),
        }
    }

    fn number(&mut self) -> Result<Value, ValueError> {
        match self.scalar()? {
            Scalar::Number(text) => text.parse().map(Value::Number),
            Scalar::Text(text) => text.parse().map(Value::Number),
            other @ Scalar::Bool(_) => Err(ValueError::kind("a number", other.kind())),
        }
    }

    fn text(&mut self) -> Result<Value, ValueError> {
        Ok(Value::String(match self.scalar()? {
            Scalar::Text(text) => text,
            Scalar::Bool(value) => value.to_string(),
            Scalar::Number(text) => text.parse::<Number>()?.to_string(),
        }))
    }

    fn tuple(&mut self, elements: &[Type], depth: usize) -> Result<Value, ValueError> {
        let mut count = 0;
        let value = self.array(|cursor, position| {
            count += 1;
            match elements.get(position) {
                Some(ty) => cursor.value(ty, depth + 1).map_err(|error| at(error, position)),
                None => cursor.skip().map(|_| Value::Null),
            }
        })?;
        let expected = elements.len();
        if count != expected {
            return Err(ValueError::new(format!(
                "a tuple of {expected} elements is required, but {count} were given"
            )));
        }
        Ok(value)
    }

    /// The value may stand before its type, so both are cut out before either is read.
    fn dynamic(&mut self, depth: usize) -> Result<Value, ValueError> {
        let (mut ty, mut value) = (None, None);
        self.object(|cursor, name| {
            let part = cursor.skip()?;
            match name.as_str() {
                "type" => ty = Some(part),
                "value" => value = Some(part),
                _ => {}
            }
            Ok(())
        })?;
        let (Some(ty), Some(value)) = (ty, value) else {
            return Err(ValueError::new("a dynamic value is an object of its type and itself"));
        };
        let ty = Type::from_json(ty.as_bytes())?;
        let value = Cursor { rest: value }.value(&ty, depth + 1)?;
        Ok(Value::Dynamic(Box::new(Typed { ty, value })))
    }

    fn array(
        &mut self,
        mut element: impl FnMut(&mut Self, usize) -> Result<Value, ValueError>,
    ) -> Result<Value, ValueError> {
        let mut elements = Vec::new();
        self.punctuation('[');
        while self.peek().is_some_and(|next| next != ']') {
            elements.push(element(self, elements.len())?);
            self.punctuation(',');
        }
        self.punctuation(']');
        Ok(Value::List(elements))
    }

    fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, String) -> Result<(), ValueError>,
    ) -> Result<(), ValueError> {
        self.punctuation('{');
        while self.peek().is_some_and(|next| next != '}') {
            let (name, _) = self.take::<String>()?;
            self.punctuation(':');
            member(self, name)?;
            self.punctuation(',');
        }
        self.punctuation('}');
        Ok(())
    }

    fn scalar(&mut self) -> Result<Scalar<'t>, ValueError> {
        match self.peek() {
            Some('"') => Ok(Scalar::Text(self.take()?.0)),
            Some('t' | 'f') => Ok(Scalar::Bool(self.take()?.0)),
            _ => Ok(Scalar::Number(self.skip()?)),
        }
    }

    /// The next value's text, unread.
    fn skip(&mut self) -> Result<&'t str, ValueError> {
        Ok(self.take::<IgnoredAny>()?.1)
    }

    /// The next value, and its text.
    fn take<T: Deserialize<'t>>(&mut self) -> Result<(T, &'t str), ValueError> {
        self.peek();
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter();
        let broken = || ValueError::new("the JSON text is not valid");
        let value = values.next().and_then(Result::ok).ok_or_else(broken)?;
        let (text, rest) = self.rest.split_at_checked(values.byte_offset()).ok_or_else(broken)?;
        self.rest = rest;
        Ok((value, text))
    }

    /// Passes over a mark if it comes next. That it must come is proven before the walk.
    fn punctuation(&mut self, mark: char) {
        self.peek();
        self.rest = self.rest.strip_prefix(mark).unwrap_or(self.rest);
    }

    /// The next character that is not a space.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.chars().next()
    }
}

enum Scalar<'t> {
    Bool(bool),
    Number(&'t str),
    Text(String),
}

impl Scalar<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
        }
    }
}

fn at(error: ValueError, position: usize) -> ValueError {
    error.under(Step::Index(i64::try_from(position).unwrap_or(i64::MAX)))
}

/// What kind of value begins with a character, for messages.
fn kind(first: Option<char>) -> &'static str {
    match first {
        Some('[') => "an array",
        Some('{') => "an object",
        Some('"') => "a string",
        Some('t' | 'f') => "a bool",
        Some(_) => "a number",
        None => "nothing",
    }
}
