//! From a model to a value.

use std::collections::BTreeMap;

use serde::ser::{self, Error as _, Impossible, Serialize, Serializer};

use super::attr;
use super::error::ValueError;
use super::number::Number;
use super::tree::Value;
use crate::path::Step;

/// Writes a model as a value.
///
/// `None` is null, an enum's unit variant is a string, and [`Attr`](super::Attr) is what it says.
/// Enums with data, byte strings, NaN, and maps whose keys are not strings have no counterpart in
/// Terraform and are errors.
pub fn to_value<T: Serialize + ?Sized>(model: &T) -> Result<Value, ValueError> {
    model.serialize(Writer)
}

struct Writer;

macro_rules! integers {
    ($($serialize:ident($integer:ty)),* $(,)?) => { $(
        fn $serialize(self, number: $integer) -> Result<Value, ValueError> {
            Ok(Value::Number(number.into()))
        }
    )* };
}

impl Serializer for Writer {
    type Ok = Value;
    type Error = ValueError;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = Impossible<Value, ValueError>;
    type SerializeMap = Map;
    type SerializeStruct = Map;
    type SerializeStructVariant = Impossible<Value, ValueError>;

    integers! {
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
    }

    fn serialize_bool(self, value: bool) -> Result<Value, ValueError> {
        Ok(Value::Bool(value))
    }

    /// Widening alone would turn 0.1 into 0.10000000149011612.
    fn serialize_f32(self, number: f32) -> Result<Value, ValueError> {
        self.serialize_f64(number.to_string().parse().unwrap_or(f64::from(number)))
    }

    fn serialize_f64(self, number: f64) -> Result<Value, ValueError> {
        if number.is_nan() {
            return Err(ValueError::new("NaN is not a number to Terraform"));
        }
        Ok(Value::Number(Number::Float(number)))
    }

    fn serialize_char(self, value: char) -> Result<Value, ValueError> {
        Ok(Value::String(value.into()))
    }

    fn serialize_str(self, text: &str) -> Result<Value, ValueError> {
        Ok(Value::String(text.to_owned()))
    }

    fn serialize_bytes(self, _bytes: &[u8]) -> Result<Value, ValueError> {
        Err(ValueError::custom("Terraform has no byte strings"))
    }

    fn serialize_none(self) -> Result<Value, ValueError> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, ValueError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, ValueError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, ValueError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<Value, ValueError> {
        Ok(match (name, index) {
            (attr::NAME, attr::UNKNOWN) => Value::Unknown,
            (attr::NAME, _) => Value::Null,
            _ => Value::String(variant.to_owned()),
        })
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Value, ValueError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _index: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<Value, ValueError> {
        if name == attr::NAME { value.serialize(self) } else { Err(enum_with_data()) }
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List, ValueError> {
        Ok(List(Vec::with_capacity(length.unwrap_or(0))))
    }

    fn serialize_tuple(self, length: usize) -> Result<List, ValueError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<List, ValueError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleVariant, ValueError> {
        Err(enum_with_data())
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Map, ValueError> {
        Ok(Map { elements: BTreeMap::new(), key: None })
    }

    fn serialize_struct(self, _name: &'static str, length: usize) -> Result<Map, ValueError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStructVariant, ValueError> {
        Err(enum_with_data())
    }
}

fn enum_with_data() -> ValueError {
    ValueError::new("Terraform has no counterpart of an enum with data")
}

/// A list in the making.
struct List(Vec<Value>);

impl List {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let position = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        let value = value.serialize(Writer);
        self.0.push(value.map_err(|error| error.under(Step::Index(position)))?);
        Ok(())
    }
}

impl ser::SerializeSeq for List {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::List(self.0))
    }
}

impl ser::SerializeTuple for List {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::List(self.0))
    }
}

impl ser::SerializeTupleStruct for List {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::List(self.0))
    }
}

/// A map or object in the making.
struct Map {
    elements: BTreeMap<String, Value>,
    key: Option<String>,
}

impl ser::SerializeMap for Map {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ValueError> {
        match key.serialize(Writer)? {
            Value::String(key) => self.key = Some(key),
            other => return Err(ValueError::kind("a string as key", other.kind())),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let Some(key) = self.key.take() else {
            return Err(ValueError::custom("a value came before its key"));
        };
        let value = value.serialize(Writer);
        let value = value.map_err(|error| error.under(Step::Key(key.clone())))?;
        self.elements.insert(key, value);
        Ok(())
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::Map(self.elements))
    }
}

impl ser::SerializeStruct for Map {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), ValueError> {
        let value = value.serialize(Writer);
        let value = value.map_err(|error| error.under(Step::Attribute(name.to_owned())))?;
        self.elements.insert(name.to_owned(), value);
        Ok(())
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::Map(self.elements))
    }
}
