//! For the tests of a provider: proofs that models and schemas agree, and a harness that drives a
//! provider in its own process as Terraform does.

mod action;
mod core_rules;
mod ephemeral;
mod functions;
mod generated;
mod harness;
mod import;
pub(crate) mod json;
mod list;
mod object;
mod proposed;

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::schema::Schema;
use crate::value::struct_fields;

pub use action::Invoked;
pub use core_rules::{identity_faults, plan_faults, planned_identity_faults, result_faults};
pub use harness::Harness;
pub use json::{UNKNOWN, from_json, to_json};
pub use list::{Found, FoundObject};
pub use object::{Action, Applied, Object, Plan};
pub use proposed::proposed_new_state;

/// Proves that the fields of a state model are the attributes of `schema`, except the write-only
/// ones and `timeouts`.
///
/// # Panics
///
/// If a field or an attribute is missing, naming all of them.
pub fn assert_model<M: DeserializeOwned>(schema: &Schema) {
    let fields = fields::<M>();
    let attributes: BTreeSet<&str> =
        schema.attributes().filter(|(_, it)| !it.is_write_only()).map(|(name, _)| name).collect();
    let missing: Vec<_> = attributes.difference(&fields).collect();
    let excess: Vec<_> = fields.difference(&attributes).collect();
    assert!(
        missing.is_empty() && excess.is_empty(),
        "the model lacks the attributes {missing:?} and has the fields {excess:?}, which are no \
         attributes",
    );
}

/// Proves that each field of a planning model, or of the configuration of a provider or data
/// source, is an attribute of `schema`.
///
/// # Panics
///
/// If a field is no attribute, naming all of them.
pub fn assert_plan_view<P: DeserializeOwned>(schema: &Schema) {
    let fields = fields::<P>();
    let attributes: BTreeSet<&str> = schema.attributes().map(|(name, _)| name).collect();
    let excess: Vec<_> = fields.difference(&attributes).collect();
    assert!(excess.is_empty(), "the fields {excess:?} are no attributes");
}

fn fields<T: DeserializeOwned>() -> BTreeSet<&'static str> {
    let fields = struct_fields::<T>();
    assert!(fields.is_some(), "{} is not a struct", std::any::type_name::<T>());
    fields.into_iter().flatten().copied().collect()
}
