//! The parts of a value, handed out one by one.

use std::collections::btree_map;
use std::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, Error as _, Unexpected, Visitor};

use super::node::Node;
use crate::path::Step;
use crate::value::attr;
use crate::value::error::ValueError;
use crate::value::tree::Value;

/// A value where the model has an [`Attr`](crate::value::Attr).
pub(super) struct Attribute<'v>(pub(super) &'v Value);

impl<'v> de::EnumAccess<'v> for Attribute<'v> {
    type Error = ValueError;
    type Variant = Self;

    fn variant_seed<S: de::DeserializeSeed<'v>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), ValueError> {
        use de::IntoDeserializer;
        let variant = match self.0 {
            Value::Unknown => attr::UNKNOWN,
            Value::Null => attr::NULL,
            _ => attr::KNOWN,
        };
        let deserializer: de::value::U32Deserializer<ValueError> = variant.into_deserializer();
        Ok((seed.deserialize(deserializer)?, self))
    }
}

impl<'v> de::VariantAccess<'v> for Attribute<'v> {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        Ok(())
    }

    fn newtype_variant_seed<S: de::DeserializeSeed<'v>>(
        self,
        seed: S,
    ) -> Result<S::Value, ValueError> {
        seed.deserialize(Node::new(self.0))
    }

    fn tuple_variant<V: Visitor<'v>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        Err(ValueError::invalid_type(Unexpected::NewtypeVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'v>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        Err(ValueError::invalid_type(Unexpected::NewtypeVariant, &visitor))
    }
}

/// The elements of a list that are still to come.
pub(super) struct Elements<'v> {
    pub(super) rest: slice::Iter<'v, Value>,
    pub(super) next: i64,
}

impl<'v> de::SeqAccess<'v> for Elements<'v> {
    type Error = ValueError;

    fn next_element_seed<S: de::DeserializeSeed<'v>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ValueError> {
        let Some(value) = self.rest.next() else { return Ok(None) };
        let position = self.next;
        self.next += 1;
        let read = seed.deserialize(Node::new(value));
        read.map(Some).map_err(|error| error.under(Step::Index(position)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The members of a map or object that are still to come.
pub(super) struct Members<'v> {
    pub(super) rest: btree_map::Iter<'v, String, Value>,
    pub(super) value: Option<(&'v String, &'v Value)>,
    pub(super) step: fn(String) -> Step,
}

impl<'v> de::MapAccess<'v> for Members<'v> {
    type Error = ValueError;

    fn next_key_seed<S: de::DeserializeSeed<'v>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ValueError> {
        self.value = self.rest.next();
        let Some((key, _)) = self.value else { return Ok(None) };
        let read = seed.deserialize(BorrowedStrDeserializer::<ValueError>::new(key));
        read.map(Some).map_err(|error| error.under((self.step)(key.clone())))
    }

    fn next_value_seed<S: de::DeserializeSeed<'v>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, ValueError> {
        let Some((key, value)) = self.value.take() else {
            return Err(ValueError::custom("a value was asked for before its key"));
        };
        let read = seed.deserialize(Node::new(value));
        read.map_err(|error| error.under((self.step)(key.clone())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}
