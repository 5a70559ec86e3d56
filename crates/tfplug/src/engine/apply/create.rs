//! A creation: create, **save**, settle, read.

use super::super::call::{guarded, interruptible};
use super::super::read::read_back;
use super::super::registry::Outcome;
use super::super::result::differences;
use super::super::shape;
use super::Applying;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::value::Value;

/// Added to every error after the object was made.
const SAVED: &str = "The object exists and is in the state, marked as tainted: the next apply \
                     replaces it. If it is good as it is, run terraform untaint.";

/// Added to every error of a creation that may have made the object all the same.
const DOUBTFUL: &str = "The object may exist, so it is in the state, marked as tainted: the next \
                        apply replaces it.";

impl<C> Applying<'_, C> {
    pub(super) async fn create(self) -> Outcome {
        let it = &self.managed.it;
        let planned = &self.request.planned;
        let plan = shape::inward(&it.schema, planned).nulls_for_unknowns();

        // Never cut short: the request may already be on its way, and then the object exists.
        let call = self.managed.resource.create(&self.cx, &plan);
        let made = match guarded(&self.doing(), call).await {
            Ok(made) => made,
            Err(problems) => {
                return match self.reached(planned) {
                    Some(maybe) => self.outcome(maybe, problems.also(DOUBTFUL)),
                    None => self.outcome(Value::Null, problems),
                };
            }
        };

        // From here on the object exists: every way out carries it.
        let saved = shape::state(&it.schema, &it.ty, made.clone(), planned);
        let call = self.managed.resource.settle(&self.cx, &made);
        let settled = interruptible(&self.doing(), self.cx.stop(), call).await;
        let (state, problems) = match (settled, self.look(&saved).await) {
            (Ok(()), Ok(found)) => {
                let problems = differences(self.managed, planned, &found);
                (found, problems)
            }
            (Ok(()), Err(problems)) => (saved, problems),
            // What is there says more than what was planned; if it cannot be read, that is not the
            // error to report.
            (Err(problems), found) => (found.unwrap_or(saved), problems),
        };
        self.outcome(state, problems.also(SAVED))
    }

    /// Reads the new object. Waiting may have taken all the time there was, and reading takes
    /// little.
    async fn look(&self, saved: &Value) -> Result<Value> {
        let cx = self.extended();
        let found = read_back(self.managed, &cx, saved, &self.request.planned).await?;
        found.ok_or_else(|| gone(self.managed.name))
    }
}

fn gone(name: &str) -> Diagnostics {
    Diagnostic::error("The new object cannot be found")
        .detail(format!("{name} was created, but reading it back found nothing."))
        .into()
}
