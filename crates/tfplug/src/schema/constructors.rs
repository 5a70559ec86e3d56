//! The words that a schema begins an attribute with.

use super::attribute::{Attribute, Kind, Nesting};

/// An attribute that is `true` or `false`.
pub fn boolean() -> Attribute {
    Attribute::of(Kind::Bool)
}

/// An attribute that is a number, with or without a fraction.
pub fn number() -> Attribute {
    Attribute::of(Kind::Number { whole: false })
}

/// An attribute that is a whole number.
pub fn integer() -> Attribute {
    Attribute::of(Kind::Number { whole: true })
}

/// An attribute that is a string.
pub fn string() -> Attribute {
    Attribute::of(Kind::String)
}

/// An attribute of any type.
pub fn dynamic() -> Attribute {
    Attribute::of(Kind::Dynamic)
}

/// A list of simple values; for objects see [`list_of`].
pub fn list(element: Attribute) -> Attribute {
    Attribute::of(Kind::List(Box::new(element)))
}

/// A set of simple values; for objects see [`set_of`].
pub fn set(element: Attribute) -> Attribute {
    Attribute::of(Kind::Set(Box::new(element)))
}

/// A map of simple values; for objects see [`map_of`].
pub fn map(element: Attribute) -> Attribute {
    Attribute::of(Kind::Map(Box::new(element)))
}

/// A nested object, whose attributes are added with [`Attribute::attribute`].
pub fn object() -> Attribute {
    Attribute::of(Kind::Nested(Nesting::Single, Vec::new()))
}

/// A list of nested objects: `list_of(object().attribute(…))`.
pub fn list_of(object: Attribute) -> Attribute {
    nest(Nesting::List, object)
}

/// A set of nested objects.
pub fn set_of(object: Attribute) -> Attribute {
    nest(Nesting::Set, object)
}

/// A map of nested objects.
pub fn map_of(object: Attribute) -> Attribute {
    nest(Nesting::Map, object)
}

fn nest(nesting: Nesting, object: Attribute) -> Attribute {
    match object.kind {
        Kind::Nested(Nesting::Single, attributes) => {
            Attribute::of(Kind::Nested(nesting, attributes))
        }
        other => Attribute {
            misuse: Some("list_of, set_of and map_of take an object()".to_owned()),
            ..Attribute::of(other)
        },
    }
}
