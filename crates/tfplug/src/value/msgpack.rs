//! `MessagePack` in the dialect of cty.
//!
//! Unknown values are extensions, objects and maps are maps, lists, sets and tuples are arrays,
//! and a value of a dynamic attribute is an array of its type's JSON and itself:
//! <https://github.com/zclconf/go-cty/blob/main/cty/msgpack/doc.go>.

mod decode;
mod encode;

use super::error::ValueError;
use super::tree::Value;
use super::ty::Type;

impl Value {
    /// Reads `MessagePack` as Terraform writes it for a value of type `ty`.
    ///
    /// Every refinement of an unknown value is dropped. An object must have exactly the attributes
    /// of its type, and nothing may follow the value.
    pub fn from_msgpack(bytes: &[u8], ty: &Type) -> Result<Self, ValueError> {
        decode::decode(bytes, ty)
    }

    /// Writes `MessagePack` as Terraform reads it for a value of type `ty`.
    ///
    /// Equal numbers become equal bytes. A value that does not have the type is an error.
    pub fn to_msgpack(&self, ty: &Type) -> Result<Vec<u8>, ValueError> {
        encode::encode(self, ty)
    }
}
