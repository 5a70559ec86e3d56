//! `OpenEphemeralResource`.

use super::call::interruptible;
use super::registered::Offered;
use super::registry::Engine;
use super::required;
use super::shape;
use crate::context::{Context, Private};
use crate::diagnostic::{Diagnostics, Result};
use crate::ephemeral::ErasedEphemeralResource;
use crate::provider::Provider;
use crate::schema::{Operation, Schema};
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// Gets what `config` asks for; `None` after an error.
    ///
    /// There is no deferral: Terraform allows none, and asks even while the configuration of the
    /// provider is not known, which is an error.
    pub(crate) async fn open(&self, name: &str, config: &Value) -> (Option<Value>, Diagnostics) {
        let ephemeral = match self.ephemeral_resources.get(name) {
            Ok(ephemeral) => ephemeral,
            Err(problems) => return (None, problems),
        };
        let mut diagnostics = Diagnostics::new();
        let opened = self.open_one(ephemeral, config, &mut diagnostics).await;
        let opened = diagnostics.absorb(opened);
        (opened, ephemeral.it.addressed(diagnostics))
    }

    async fn open_one(
        &self,
        ephemeral: &Offered<dyn ErasedEphemeralResource<P::Client>>,
        config: &Value,
        warnings: &mut Diagnostics,
    ) -> Result<Value> {
        let schema = &ephemeral.it.schema;
        required::missing(schema, config).into_result()?;
        let deadline = ephemeral.it.deadline(config, Operation::Read);
        let cx = Context::new(self.client()?, deadline, self.token(), Value::Null, Private::new());
        let what = format!("opening {}", ephemeral.name);
        let opened = interruptible(&what, cx.stop(), ephemeral.offer.open(&cx, config)).await;
        warnings.extend(cx.take_warnings());
        Ok(repeated(schema, &shape::outward(schema, opened?, config), config))
    }
}

/// `opened` with everything that the configuration gives, and only computed values besides: Terraform
/// refuses another answer as invalid, and OpenTofu one that is not known.
fn repeated(schema: &Schema, opened: &Value, config: &Value) -> Value {
    let of_attribute = |name: &str| {
        let configured = config.get(name).filter(|value| !value.is_null());
        let computed = schema.get(name).filter(|it| it.is_computed()).and(opened.get(name));
        configured.or(computed).cloned().unwrap_or_default()
    };
    let attributes = schema.attributes().map(|(name, _)| (name.to_owned(), of_attribute(name)));
    attributes.collect::<Value>().nulls_for_unknowns()
}
