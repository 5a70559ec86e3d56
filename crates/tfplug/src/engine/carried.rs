//! What a plan only carried over from the state.
//!
//! A computed value that nobody asks for and that a plan repeats from the state is no promise: the
//! service may have changed it since, and the plan has no part in that. Terraform accepts no other
//! value than the planned one, so the state keeps that one until it is refreshed.

use super::registered::Managed;
use crate::schema::{Attribute, Kind, Nesting};
use crate::value::Value;

/// `found` with the planned value of everything that the plan has only carried over.
pub(super) fn over<C>(
    managed: &Managed<C>,
    config: &Value,
    prior: &Value,
    planned: &Value,
    mut found: Value,
) -> Value {
    let attributes: Vec<_> = managed.it.schema.attributes().collect();
    object(&attributes, config, prior, planned, &mut found);
    found
}

fn object(
    attributes: &[(&str, &Attribute)],
    config: &Value,
    prior: &Value,
    planned: &Value,
    found: &mut Value,
) {
    for (name, attribute) in attributes {
        let of = |value: &'_ Value| value.get(name).cloned().unwrap_or_default();
        let (config, prior, planned) = (of(config), of(prior), of(planned));
        let Some(found) = found.get_mut(name) else { continue };
        if !config.is_null() {
            if let Kind::Nested(Nesting::Single, _) = attribute.kind() {
                let inner: Vec<_> = attribute.nested().collect();
                object(&inner, &config, &prior, &planned, found);
            }
        } else if attribute.is_computed()
            && attribute.default.is_none()
            && planned.is_wholly_known()
            && planned.equivalent(&prior, &attribute.ty())
        {
            *found = planned;
        }
    }
}
