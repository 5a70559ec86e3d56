//! `PlanAction` and `InvokeAction`.
//!
//! A block without `config` comes as null, and stands for one in which everything is left out. Terraform
//! does not plan again before it invokes, so what was not known then is checked now.

use super::call::interruptible;
use super::registered::{Offered, after};
use super::registry::Engine;
use super::required;
use crate::action::{ErasedAction, Progress};
use crate::context::{Context, PlanContext, Private};
use crate::diagnostic::{Diagnostics, Result};
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// Says what is known to fail.
    pub(crate) async fn plan_action(&self, name: &str, config: &Value) -> Diagnostics {
        let action = match self.actions.get(name) {
            Ok(action) => action,
            Err(problems) => return problems,
        };
        let config = whole(action, config);
        let mut diagnostics = required::missing(&action.it.schema, &config);
        if !diagnostics.has_errors() {
            let deadline = after(action.offer.timeout(&config));
            let (client, stored) = (self.client_if_known(), Private::new());
            let cx = PlanContext::new(client, deadline, self.token(), stored, false, false);
            let what = format!("planning {name}");
            let planned = interruptible(&what, cx.stop(), action.offer.plan(&cx, &config)).await;
            diagnostics.extend(cx.take_warnings());
            diagnostics.absorb(planned);
        }
        action.it.addressed(diagnostics)
    }

    /// Does it. What is returned is all there is to say at the end, whatever the end is.
    pub(crate) async fn invoke(
        &self,
        name: &str,
        config: &Value,
        progress: &Progress,
    ) -> Diagnostics {
        let action = match self.actions.get(name) {
            Ok(action) => action,
            Err(problems) => return problems,
        };
        let config = whole(action, config);
        let mut diagnostics = self.validate_action(name, &config);
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let invoked = self.invoke_one(action, &config, progress, &mut diagnostics).await;
        diagnostics.absorb(invoked);
        action.it.addressed(diagnostics)
    }

    async fn invoke_one(
        &self,
        action: &Offered<dyn ErasedAction<P::Client>>,
        config: &Value,
        progress: &Progress,
        warnings: &mut Diagnostics,
    ) -> Result<()> {
        let deadline = after(action.offer.timeout(config));
        let what = format!("invoking {}", action.name);
        let stop = self.token_of_change(&what)?;
        let cx = Context::new(self.client()?, deadline, stop, Value::Null, Private::new());
        let call = action.offer.invoke(&cx, config, progress);
        let invoked = interruptible(&what, cx.stop(), call).await;
        warnings.extend(cx.take_warnings());
        match invoked {
            Err(problems) if cx.stop().is_cancelled() => Err(problems.also(
                "The action may be half done. Look at what it was to change before you invoke it \
                 again.",
            )),
            invoked => invoked,
        }
    }
}

/// The configuration as an object.
fn whole<C>(action: &Offered<dyn ErasedAction<C>>, config: &Value) -> Value {
    match config {
        Value::Null => {
            let attributes = action.it.schema.attributes();
            attributes.map(|(name, _)| (name.to_owned(), Value::Null)).collect()
        }
        config => config.clone(),
    }
}
