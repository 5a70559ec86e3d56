//! The values that Terraform and a provider exchange, and their ways in and out.
//!
//! A [`Value`] is a tree that, unlike JSON, also says "not known yet". It is read and written as
//! `MessagePack` in the dialect of
//! [cty](https://github.com/zclconf/go-cty/blob/main/docs/concepts.md), read from stored state
//! as JSON, and turned into the plain structs of a resource and back with serde
//! ([`from_value`], [`to_value`], [`Attr`]).

mod attr;
mod de;
mod error;
mod fields;
mod implied_type;
mod json;
mod msgpack;
mod number;
mod order;
mod sensitive;
mod ser;
mod text;
mod tree;
mod ty;

pub use attr::Attr;
pub use de::from_value;
pub use error::ValueError;
pub use fields::struct_fields;
pub use implied_type::ImpliedType;
pub use number::Number;
pub use sensitive::Sensitive;
pub use ser::to_value;
pub use text::same_text;
pub use tree::{Typed, Value};
pub use ty::Type;
