//! `MessagePack` in the dialect of cty.
//!
//! Unknown values are extensions, objects and maps are maps, lists, sets and tuples are arrays,
//! and a value of a dynamic attribute is an array of its type's JSON and itself:
//! <https://github.com/zclconf/go-cty/blob/main/cty/msgpack/doc.go>.

mod decode;
mod encode;

pub(super) use decode::decode;
pub(super) use encode::encode;
