//! What an object is known by: asked of the resource wherever Terraform takes an identity, and stored
//! ones read again.
//!
//! Terraform drops what an answer leaves out, also after an error. So every answer about an object that
//! exists has the identity that the resource tells, or else the one that Terraform knows.

use super::call::guarded_now;
use super::registered::Managed;
use super::registry::Engine;
use crate::context::Private;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::provider::Provider;
use crate::value::Value;

/// The only version there is: [`IdentitySchema`](crate::IdentitySchema).
pub(crate) const VERSION: i64 = 0;

impl<C> Managed<C> {
    /// The identity of the object in `state`, or the one that is `known`; null if there is neither, and
    /// for no object.
    pub(super) fn identified(
        &self,
        state: &Value,
        private: &Private,
        known: &Value,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        if state.is_null() {
            return Value::Null;
        }
        let state = super::shape::inward(&self.it.schema, state);
        let what = format!("identifying {}", self.name);
        let told = guarded_now(&what, || self.resource.identify(private, &state));
        let told = diagnostics.absorb(told).flatten();
        told.filter(|it| self.is_identity(it)).unwrap_or_else(|| known.clone())
    }

    /// Whether it names an object: Terraform would keep one that is null in all attributes.
    fn is_identity(&self, identity: &Value) -> bool {
        let attributes = self.identity.schema.attributes().iter();
        attributes.filter(|it| it.is_required()).all(|it| {
            let value = identity.get(it.name()).unwrap_or(&Value::Null);
            !value.is_null() && !value.is_unknown()
        })
    }
}

impl<P: Provider> Engine<P> {
    /// The identity that the stored JSON of version `version` is today; null if there is none.
    pub(crate) fn upgrade_identity(&self, name: &str, version: i64, json: &[u8]) -> Result<Value> {
        let managed = self.resources.get(name)?;
        if version > VERSION {
            return Err(Diagnostic::error("Identity of a newer provider")
                .detail(format!(
                    "The identity of a {name} in the state has version {version}, but this provider \
                     knows versions up to {VERSION}. Use the newer version of the provider again.",
                ))
                .into());
        }
        if json.is_empty() {
            return Ok(Value::Null);
        }
        Value::from_json(json, &managed.identity.ty).map_err(|error| {
            Diagnostic::error("Unreadable identity")
                .detail(format!(
                    "The stored identity of a {name} cannot be used. {error}. Restore an intact \
                     state, or remove the object from the state and import it."
                ))
                .into()
        })
    }
}
