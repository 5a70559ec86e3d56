//! Replacements that only Terraform knows of: `terraform apply -replace=ADDRESS`.
//!
//! Terraform asks for a plan as if nothing were to be replaced, and then for that of a new object
//! instead. The second question names no object. But it hands over the private state of the first
//! answer, so the first answer carries the object along, in case it is to be destroyed. Where the
//! provider itself asks for the replacement, the first call has asked the resource already.
//!
//! A tainted object cannot be seen like this: Terraform asks the second question only.

use serde_json::Value as Json;

use super::Managed;
use crate::context::{PlanContext, Private};
use crate::diagnostic::{Diagnostic, Result};
use crate::value::Value;

/// Where the planned private state holds the object. Nothing else may see it or store it.
pub(in crate::engine) const PRIOR: &str = "tfplug: the object before the plan";

/// Carries an object along that may turn out to be replaced.
pub(super) fn remember(private: &mut Private, prior: &Value) {
    if !prior.is_null() {
        private.insert(PRIOR.to_owned(), prior.to_json());
    }
}

/// Asks the resource whether the object that was carried along may be destroyed.
pub(super) async fn destruction<C>(
    managed: &Managed<C>,
    cx: &PlanContext<C>,
    prior: Option<Json>,
) -> Result<()> {
    let Some(prior) = prior else { return Ok(()) };
    let prior = Value::from_json(prior.to_string().as_bytes(), &managed.it.ty)
        .map_err(|error| Diagnostic::bug(format!("The object to replace is lost: {error}")))?;
    super::destruction(managed, cx, &prior).await
}
