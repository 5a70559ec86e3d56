//! What a plan refuses, and when that is only a warning.

use clouddb::Client;
use tfplug::{Diagnostic, Diagnostics, PlanContext};

use crate::failure;
use crate::resources::ha_group::applied::Applied;

/// What is refused, as an error, or as a warning where the last apply had it already.
pub(super) struct Refusals {
    pub(super) applied: Option<Applied>,
    pub(super) errors: Diagnostics,
}

impl Refusals {
    /// Refuses it, or says what it means where it is as the last apply had it.
    pub(super) fn refuse(
        &mut self,
        cx: &PlanContext<Client>,
        said: Diagnostic,
        is_as: impl Fn(&Applied) -> bool,
        meaning: &str,
    ) {
        if self.applied.as_ref().is_some_and(is_as) {
            cx.warn(failure::softened(&said, meaning));
        } else {
            self.errors.push(said);
        }
    }
}
