//! An attribute as a plan sees it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// The enum name by which this crate's own serializers recognise [`Attr`].
///
/// Through serde's data model an enum is the only shape with three cases that costs no buffering;
/// the name cannot collide with a Rust type's.
pub(super) const NAME: &str = "$tfplug::Attr";
const VARIANTS: &[&str] = &["Unknown", "Null", "Known"];
pub(super) const UNKNOWN: u32 = 0;
pub(super) const NULL: u32 = 1;
pub(super) const KNOWN: u32 = 2;

/// An attribute while Terraform plans: perhaps not known yet.
///
/// A field of type `Attr<T>` takes every value of the attribute. `Option<T>` takes null but no
/// unknown, and plain `T` neither. Only [`from_value`](super::from_value) and
/// [`to_value`](super::to_value) know this type; elsewhere serde sees an ordinary enum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Attr<T> {
    /// Decided only during apply.
    Unknown,
    /// Absent.
    #[default]
    Null,
    /// Present.
    Known(T),
}

impl<T> Attr<T> {
    /// The value, if it is there and known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown | Self::Null => None,
        }
    }

    /// The value, if it is there and known, taken out.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown | Self::Null => None,
        }
    }

    /// Whether the value is decided only during apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether the value is absent.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value is there and known.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// The same attribute, borrowed.
    pub fn as_ref(&self) -> Attr<&T> {
        match self {
            Self::Unknown => Attr::Unknown,
            Self::Null => Attr::Null,
            Self::Known(value) => Attr::Known(value),
        }
    }

    /// The attribute with a known value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Unknown => Attr::Unknown,
            Self::Null => Attr::Null,
            Self::Known(value) => Attr::Known(change(value)),
        }
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    /// `None` is null.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl<T: Serialize> Serialize for Attr<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown => serializer.serialize_unit_variant(NAME, UNKNOWN, "Unknown"),
            Self::Null => serializer.serialize_unit_variant(NAME, NULL, "Null"),
            Self::Known(value) => serializer.serialize_newtype_variant(NAME, KNOWN, "Known", value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Attr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum(NAME, VARIANTS, AttrVisitor(PhantomData))
    }
}

struct AttrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> de::Visitor<'de> for AttrVisitor<T> {
    type Value = Attr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute")
    }

    fn visit_enum<A: de::EnumAccess<'de>>(self, access: A) -> Result<Attr<T>, A::Error> {
        use de::VariantAccess;
        let (Variant(variant), content) = access.variant()?;
        match variant {
            UNKNOWN => content.unit_variant().map(|()| Attr::Unknown),
            NULL => content.unit_variant().map(|()| Attr::Null),
            _ => content.newtype_variant().map(Attr::Known),
        }
    }
}

/// A variant by its number, or by its name as self-describing formats spell it.
struct Variant(u32);

impl<'de> Deserialize<'de> for Variant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Identifier;
        impl de::Visitor<'_> for Identifier {
            type Value = Variant;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("Unknown, Null or Known")
            }

            fn visit_u64<E: de::Error>(self, index: u64) -> Result<Variant, E> {
                match u32::try_from(index) {
                    Ok(index) if index <= KNOWN => Ok(Variant(index)),
                    _ => Err(E::invalid_value(de::Unexpected::Unsigned(index), &self)),
                }
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Variant, E> {
                match name {
                    "Unknown" => Ok(Variant(UNKNOWN)),
                    "Null" => Ok(Variant(NULL)),
                    "Known" => Ok(Variant(KNOWN)),
                    _ => Err(E::unknown_variant(name, VARIANTS)),
                }
            }
        }
        deserializer.deserialize_identifier(Identifier)
    }
}
