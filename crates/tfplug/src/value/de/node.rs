//! Where serde stands in a value.

use crate::value::tree::Value;

/// A value as serde walks it, without the type that a dynamic attribute puts around it.
#[derive(Clone, Copy)]
pub(super) struct Node<'v>(pub(super) &'v Value);

impl<'v> Node<'v> {
    pub(super) fn new(value: &'v Value) -> Self {
        Self(value.peeled())
    }
}
