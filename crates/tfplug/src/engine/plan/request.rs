//! What Terraform asks to be planned, and the answer.

use crate::context::Private;
use crate::diagnostic::Diagnostics;
use crate::path::Path;
use crate::value::Value;

/// What Terraform asks to be planned.
#[derive(Clone)]
pub(crate) struct PlanRequest {
    /// The configuration; null for a destruction. Holds write-only values.
    pub(crate) config: Value,
    /// The object as it is; null for a creation.
    pub(crate) prior: Value,
    /// The configuration, completed by Terraform with prior values; null for a destruction.
    pub(crate) proposed: Value,
    /// The identity of the object as it is; null if Terraform knows of none.
    pub(crate) identity: Value,
    /// What is stored beside the prior state.
    pub(crate) private: Private,
}

/// What is planned.
pub(crate) struct PlanResponse {
    /// The object to be; null for a destruction.
    pub(crate) planned: Value,
    /// The changed attributes that need another object; sorted, each once.
    pub(crate) requires_replace: Vec<Path>,
    /// The identity of the object to be, or of the one to be destroyed; null if that is not known yet.
    pub(crate) identity: Value,
    /// What is handed to the apply beside the plan.
    pub(crate) private: Private,
    /// What the user should know.
    pub(crate) diagnostics: Diagnostics,
}

impl PlanResponse {
    /// The answer to a plan that is refused: nothing changes.
    pub(super) fn refused(request: PlanRequest, diagnostics: Diagnostics) -> Self {
        Self {
            planned: request.proposed,
            requires_replace: Vec::new(),
            identity: request.identity,
            private: request.private,
            diagnostics,
        }
    }
}
