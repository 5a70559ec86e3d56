//! An update in place: update, then read the truth, also after a failure.

use super::super::call::interruptible;
use super::super::carried;
use super::super::read::read_back;
use super::super::registry::Outcome;
use super::super::result::differences;
use super::super::shape;
use super::{ApplyRequest, Applying};
use crate::diagnostic::{Diagnostic, Diagnostics};

impl<C> Applying<'_, C> {
    pub(super) async fn update(self) -> Outcome {
        let it = &self.managed.it;
        let (prior, planned) = (&self.request.prior, &self.request.planned);
        let before = shape::inward(&it.schema, prior);
        let plan = shape::inward(&it.schema, planned);
        if before.equivalent(&plan, &it.ty) {
            // Only `timeouts` changed, which the service does not know.
            return self.outcome(planned.clone().nulls_for_unknowns(), Diagnostics::new());
        }
        let plan = plan.nulls_for_unknowns();
        let call = self.managed.resource.update(&self.cx, &before, &plan);
        match interruptible(&self.doing(), self.cx.stop(), call).await {
            Ok(()) => self.updated().await,
            Err(problems) => self.failed(problems).await,
        }
    }

    async fn updated(&self) -> Outcome {
        let planned = &self.request.planned;
        // What the plan left open is as the resource has noted it, and was else last seen in the prior
        // state.
        let prior = &self.request.prior;
        let last = self.reached(prior).unwrap_or_else(|| prior.clone());
        let expected = shape::known(planned, &last, &self.managed.it.ty);
        match read_back(self.managed, &self.extended(), &expected, planned).await {
            Ok(Some(found)) => {
                let ApplyRequest { config, prior, .. } = self.request;
                let found = carried::over(self.managed, config, prior, planned, found);
                let problems = differences(self.managed, planned, &found);
                self.outcome(found, problems)
            }
            Ok(None) => {
                let problem = Diagnostic::error("The updated object cannot be found")
                    .detail(format!("{} was updated, but is gone now.", self.managed.name));
                self.outcome(expected.nulls_for_unknowns(), problem.into())
            }
            Err(problems) => {
                let problems = problems.also(
                    "The update itself succeeded. The state holds what was planned; the next plan \
                     reads what is there.",
                );
                self.outcome(expected.nulls_for_unknowns(), problems)
            }
        }
    }

    /// The resource says how far a failed update came, and the object is read. What the service
    /// does not tell is what the resource says, and else as it was, so that the next plan tries
    /// again.
    async fn failed(&self, problems: Diagnostics) -> Outcome {
        let prior = &self.request.prior;
        let state = self.reached(prior).unwrap_or_else(|| prior.clone());
        if self.stopped() {
            let problems = problems.also(
                "The update may be half done. The state holds what is known to be done, and the \
                 rest as it was before; the next plan reads what is there.",
            );
            return self.outcome(state, problems);
        }
        let found = read_back(self.managed, &self.extended(), &state, &self.request.planned).await;
        match found {
            Ok(Some(found)) => self.outcome(shape::with_timeouts(found, prior), problems),
            // Without a state Terraform keeps the prior one, and finds out when it refreshes.
            Ok(None) | Err(_) => self.outcome(state, problems),
        }
    }
}
