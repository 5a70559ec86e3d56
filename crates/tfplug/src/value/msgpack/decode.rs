//! Reading. The input is not trusted: it may be cut off, lie about lengths, or nest forever.

use std::collections::BTreeMap;

use rmp::Marker;

use crate::path::Step;
use crate::value::error::{MAX_DEPTH, ValueError};
use crate::value::number::Number;
use crate::value::tree::{Typed, Value};
use crate::value::ty::Type;

/// The largest extension that cty accepts, in bytes.
const MAX_EXTENSION: usize = 1024;

/// Reads one value of type `ty` that fills the input.
pub(super) fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let mut input = Input { rest: bytes };
    let value = input.value(ty, 0)?;
    match input.rest.len() {
        0 => Ok(value),
        excess => Err(ValueError::new(format!("{excess} bytes follow the value"))),
    }
}

struct Input<'b> {
    rest: &'b [u8],
}

impl<'b> Input<'b> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, ValueError> {
        if depth > MAX_DEPTH {
            return Err(ValueError::new("the value is nested too deeply"));
        }
        let marker = Marker::from_u8(self.byte()?);
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        if let Some(length) = self.extension_length(marker)? {
            return self.unknown(length);
        }
        let wrong = || ValueError::kind(ty.kind(), kind(marker));
        match ty {
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(wrong()),
            },
            Type::Number => self.number(marker)?.map(Value::Number).ok_or_else(wrong),
            Type::String => Ok(Value::String(self.text(marker)?.ok_or_else(wrong)?.to_owned())),
            Type::Dynamic => self.dynamic(marker, depth),
            Type::List(element) => {
                let length = self.array_length(marker)?.ok_or_else(wrong)?;
                let inner = |input: &mut Self, position| {
                    input.value(element, depth + 1).map_err(|error| at(error, position))
                };
                (0..length).map(|position| inner(self, position)).collect()
            }
            // An element of a set has no address, so an error is the set's.
            Type::Set(element) => {
                let length = self.array_length(marker)?.ok_or_else(wrong)?;
                (0..length).map(|_| self.value(element, depth + 1)).collect()
            }
            Type::Tuple(elements) => {
                let length = self.array_length(marker)?.ok_or_else(wrong)?;
                if length != elements.len() {
                    let expected = elements.len();
                    return Err(ValueError::new(format!(
                        "a tuple of {expected} elements is required, but {length} were given"
                    )));
                }
                let each = elements.iter().enumerate();
                each.map(|(position, element)| {
                    self.value(element, depth + 1).map_err(|error| at(error, position))
                })
                .collect()
            }
            Type::Map(element) => {
                let length = self.map_length(marker)?.ok_or_else(wrong)?;
                self.map(length, element, depth)
            }
            Type::Object(attributes) => {
                let length = self.map_length(marker)?.ok_or_else(wrong)?;
                self.object(length, attributes, depth)
            }
        }
    }

    fn map(&mut self, length: usize, element: &Type, depth: usize) -> Result<Value, ValueError> {
        let mut elements = BTreeMap::new();
        for _ in 0..length {
            let key = self.key()?;
            let step = || Step::Key(key.to_owned());
            let value = self.value(element, depth + 1).map_err(|error| error.under(step()))?;
            if elements.insert(key.to_owned(), value).is_some() {
                return Err(ValueError::new("the key is there twice").under(step()));
            }
        }
        Ok(Value::Map(elements))
    }

    fn object(
        &mut self,
        length: usize,
        attributes: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<Value, ValueError> {
        let mut object = BTreeMap::new();
        // Terraform writes the attributes in the order of their names, as the type has them.
        let mut in_order = attributes.iter();
        for _ in 0..length {
            let name = self.key()?;
            let step = || Step::Attribute(name.to_owned());
            let next = in_order.next().filter(|(next, _)| *next == name).map(|(_, ty)| ty);
            let Some(ty) = next.or_else(|| attributes.get(name)) else {
                return Err(ValueError::new("there is no such attribute").under(step()));
            };
            let value = self.value(ty, depth + 1).map_err(|error| error.under(step()))?;
            if object.insert(name.to_owned(), value).is_some() {
                return Err(ValueError::new("the attribute is there twice").under(step()));
            }
        }
        // None of them is unknown and none is there twice, so their number says whether all are there.
        if object.len() == attributes.len() {
            return Ok(Value::Map(object));
        }
        let missing = attributes.keys().find(|name| !object.contains_key(*name)).cloned();
        let step = Step::Attribute(missing.unwrap_or_default());
        Err(ValueError::new("the attribute is missing").under(step))
    }

    fn dynamic(&mut self, marker: Marker, depth: usize) -> Result<Value, ValueError> {
        let wrong = || ValueError::new("a dynamic value is an array of its type and itself");
        if self.array_length(marker)? != Some(2) {
            return Err(wrong());
        }
        let length = match Marker::from_u8(self.byte()?) {
            Marker::Bin8 => self.length_of_1()?,
            Marker::Bin16 => self.length_of_2()?,
            Marker::Bin32 => self.length_of_4()?,
            _ => return Err(wrong()),
        };
        let ty = Type::from_json(self.take(length)?)?;
        let value = self.value(&ty, depth + 1)?;
        Ok(Value::Dynamic(Box::new(Typed { ty, value })))
    }

    /// Every extension is an unknown value, whatever its code and whatever refines it.
    fn unknown(&mut self, length: usize) -> Result<Value, ValueError> {
        if length > MAX_EXTENSION {
            return Err(ValueError::new("the description of an unknown value is too long"));
        }
        let _code = self.byte()?;
        self.take(length)?;
        Ok(Value::Unknown)
    }

    fn extension_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        Ok(Some(match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length_of_1()?,
            Marker::Ext16 => self.length_of_2()?,
            Marker::Ext32 => self.length_of_4()?,
            _ => return Ok(None),
        }))
    }

    fn number(&mut self, marker: Marker) -> Result<Option<Number>, ValueError> {
        let float = match marker {
            Marker::FixPos(number) => return Ok(Some(number.into())),
            Marker::FixNeg(number) => return Ok(Some(number.into())),
            Marker::U8 => return Ok(Some(u8::from_be_bytes(self.array()?).into())),
            Marker::U16 => return Ok(Some(u16::from_be_bytes(self.array()?).into())),
            Marker::U32 => return Ok(Some(u32::from_be_bytes(self.array()?).into())),
            Marker::U64 => return Ok(Some(u64::from_be_bytes(self.array()?).into())),
            Marker::I8 => return Ok(Some(i8::from_be_bytes(self.array()?).into())),
            Marker::I16 => return Ok(Some(i16::from_be_bytes(self.array()?).into())),
            Marker::I32 => return Ok(Some(i32::from_be_bytes(self.array()?).into())),
            Marker::I64 => return Ok(Some(i64::from_be_bytes(self.array()?).into())),
            Marker::F32 => f64::from(f32::from_be_bytes(self.array()?)),
            Marker::F64 => f64::from_be_bytes(self.array()?),
            _ => return self.text(marker)?.map(str::parse).transpose(),
        };
        if float.is_nan() {
            return Err(ValueError::new("NaN is not a number to Terraform"));
        }
        Ok(Some(Number::Float(float)))
    }

    fn key(&mut self) -> Result<&'b str, ValueError> {
        let marker = Marker::from_u8(self.byte()?);
        self.text(marker)?.ok_or_else(|| ValueError::kind("a string as key", kind(marker)))
    }

    fn text(&mut self, marker: Marker) -> Result<Option<&'b str>, ValueError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => self.length_of_1()?,
            Marker::Str16 => self.length_of_2()?,
            Marker::Str32 => self.length_of_4()?,
            _ => return Ok(None),
        };
        match str::from_utf8(self.take(length)?) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(ValueError::new("the text is not UTF-8")),
        }
    }

    fn array_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        let length = match marker {
            Marker::FixArray(length) => usize::from(length),
            Marker::Array16 => self.length_of_2()?,
            Marker::Array32 => self.length_of_4()?,
            _ => return Ok(None),
        };
        self.has(length).map(Some)
    }

    fn map_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        let length = match marker {
            Marker::FixMap(length) => usize::from(length),
            Marker::Map16 => self.length_of_2()?,
            Marker::Map32 => self.length_of_4()?,
            _ => return Ok(None),
        };
        self.has(length).map(Some)
    }

    /// Every element takes at least one byte, so a larger count is a lie, found before it costs
    /// memory.
    fn has(&self, elements: usize) -> Result<usize, ValueError> {
        if elements <= self.rest.len() { Ok(elements) } else { Err(truncated()) }
    }

    fn length_of_1(&mut self) -> Result<usize, ValueError> {
        Ok(usize::from(self.byte()?))
    }

    fn length_of_2(&mut self) -> Result<usize, ValueError> {
        Ok(usize::from(u16::from_be_bytes(self.array()?)))
    }

    fn length_of_4(&mut self) -> Result<usize, ValueError> {
        usize::try_from(u32::from_be_bytes(self.array()?)).map_err(|_| truncated())
    }

    fn byte(&mut self) -> Result<u8, ValueError> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ValueError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    fn take(&mut self, length: usize) -> Result<&'b [u8], ValueError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn at(error: ValueError, position: usize) -> ValueError {
    error.under(Step::Index(i64::try_from(position).unwrap_or(i64::MAX)))
}

fn truncated() -> ValueError {
    ValueError::new("the value is cut off")
}

/// What kind of value a marker begins, for messages.
fn kind(marker: Marker) -> &'static str {
    match marker {
        Marker::Null => "null",
        Marker::True | Marker::False => "a bool",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "a string",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "a byte string",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "an array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        Marker::FixExt1
        | Marker::FixExt2
        | Marker::FixExt4
        | Marker::FixExt8
        | Marker::FixExt16
        | Marker::Ext8
        | Marker::Ext16
        | Marker::Ext32 => "an unknown value",
        Marker::Reserved => "a byte without meaning",
        _ => "a number",
    }
}
