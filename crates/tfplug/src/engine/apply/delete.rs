//! A deletion.

use super::super::call::interruptible;
use super::super::registry::Outcome;
use super::super::shape;
use super::Applying;
use crate::context::Private;
use crate::diagnostic::Diagnostics;
use crate::value::Value;

impl<C> Applying<'_, C> {
    pub(super) async fn delete(self) -> Outcome {
        let prior = &self.request.prior;
        let state = shape::inward(&self.managed.it.schema, prior);
        let call = self.managed.resource.delete(&self.cx, &state);
        match interruptible(&self.doing(), self.cx.stop(), call).await {
            Ok(()) => {
                Outcome { private: Private::new(), ..self.outcome(Value::Null, Diagnostics::new()) }
            }
            Err(problems) => {
                let problems = problems.also("The object is still in the state; destroy it again.");
                let state = self.reached(prior).unwrap_or_else(|| prior.clone());
                self.outcome(state, problems)
            }
        }
    }
}
