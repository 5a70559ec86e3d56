//! `UpgradeResourceState`: the stored JSON of a state becomes a value of today's schema. Terraform
//! calls it for every state, also for one of the current version.

use super::call::guarded_now;
use super::plan::default;
use super::registered::Managed;
use super::registry::Engine;
use super::shape::null_write_only;
use crate::diagnostic::{Diagnostic, Result};
use crate::provider::Provider;
use crate::value::Value;

/// A state as it is stored.
pub(crate) enum RawState {
    /// JSON, as every Terraform since 0.12 writes it.
    Json(Vec<u8>),
    /// The map of strings of Terraform 0.11 and earlier.
    Flatmap,
}

impl<P: Provider> Engine<P> {
    /// The state that `raw` of schema version `version` is today.
    pub(crate) fn upgrade(&self, name: &str, version: i64, raw: RawState) -> Result<Value> {
        let managed = self.resources.get(name)?;
        let RawState::Json(json) = raw else {
            return Err(unreadable(name, "It was written by Terraform 0.11 or earlier.").into());
        };
        let current = managed.it.schema.version_number();
        if version > current {
            return Err(Diagnostic::error("State of a newer provider")
                .detail(format!(
                    "A state of {name} has version {version}, but this provider knows versions up \
                     to {current}. Use the newer version of the provider again.",
                ))
                .into());
        }
        let json = if version < current { upgraded(managed, version, &json)? } else { json };
        let state = Value::from_json(&json, &managed.it.ty).map_err(|error| {
            managed
                .it
                .addressed(unreadable(name, &format!("{error}.")).at(error.path().clone()).into())
        })?;
        let state = null_write_only(&managed.it.schema, state).nulls_for_unknowns();
        // A state that is older than an attribute has what the attribute's absence means.
        Ok(default::fill(&managed.it.schema, &state.clone(), state))
    }
}

fn upgraded<C>(managed: &Managed<C>, version: i64, json: &[u8]) -> Result<Vec<u8>> {
    let name = managed.name;
    let raw = serde_json::from_slice(json).map_err(|error| {
        unreadable(name, &format!("Its JSON ends or breaks at column {}.", error.column()))
    })?;
    let json = guarded_now(&format!("upgrading the state of {name}"), || {
        managed.resource.upgrade(version, raw)
    })?;
    serde_json::to_vec(&json).map_err(|_| unreadable(name, "It cannot be written again.").into())
}

fn unreadable(name: &str, why: &str) -> Diagnostic {
    Diagnostic::error("Unreadable state").detail(format!(
        "The stored state of {name} cannot be used. {why} Restore an intact state, or remove the \
         object from the state and import it."
    ))
}
