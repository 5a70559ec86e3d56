//! Ephemeral resources, opened as Terraform opens them.

use std::borrow::Borrow;

use serde_json::Value as Json;

use super::core_rules::plan_faults;
use super::harness::{Harness, sent};
use super::json::{from_json, to_json};
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::Registered;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Harness<P> {
    /// Validates an `ephemeral` block.
    pub fn validate_ephemeral(&self, name: &str, config: impl Borrow<Json>) -> Diagnostics {
        let ty = &self.ephemeral(name).ty;
        let config = sent(&from_json(config.borrow(), ty), ty);
        self.engine.validate_ephemeral_resource(name, &config)
    }

    /// Validates and opens an ephemeral resource.
    ///
    /// # Panics
    ///
    /// If there is no such ephemeral resource, and where Terraform or OpenTofu would call the provider
    /// faulty: the result does not repeat the configuration, or is not wholly known.
    pub async fn open(&self, name: &str, config: impl Borrow<Json>) -> Result<Json> {
        let it = self.ephemeral(name);
        let config = sent(&from_json(config.borrow(), &it.ty), &it.ty);
        self.engine.validate_ephemeral_resource(name, &config).into_result()?;
        let (opened, diagnostics) = self.engine.open(name, &config).await;
        diagnostics.into_result()?;
        let opened = sent(&opened.unwrap_or_default(), &it.ty);
        let faults = plan_faults(&it.schema, &Value::Null, &config, &opened);
        assert!(faults.is_empty(), "Provider produced invalid ephemeral resource: {faults:?}");
        assert!(opened.is_wholly_known(), "an opened resource must be wholly known");
        Ok(to_json(&opened))
    }

    fn ephemeral(&self, name: &str) -> &Registered {
        match self.engine.ephemeral_resources.get(name) {
            Ok(it) => &it.it,
            Err(_) => unreachable!("there is no ephemeral resource {name}"),
        }
    }
}
