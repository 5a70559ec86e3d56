//! `ImportResourceState`: one object by the ID or the identity that the user gives.

use super::call::interruptible;
use super::registry::{Engine, Outcome};
use super::shape;
use crate::context::{Context, Private};
use crate::diagnostic::{Diagnostics, Result};
use crate::provider::Provider;
use crate::resource::identity::ImportKey;
use crate::schema::Operation;
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// The object that `key` names; null after an error. Terraform reads it next.
    pub(crate) async fn import(&self, name: &str, key: ImportKey<Value>) -> Outcome {
        let mut diagnostics = Diagnostics::new();
        let result = self.import_object(name, key, &mut diagnostics).await;
        let (state, private) = diagnostics.absorb(result).unwrap_or_default();
        let Ok(managed) = self.resources.get(name) else {
            return Outcome { state, identity: Value::Null, private, diagnostics };
        };
        let identity = managed.identified(&state, &private, &Value::Null, &mut diagnostics);
        let diagnostics = managed.it.addressed(diagnostics);
        Outcome { state, identity, private, diagnostics }
    }

    async fn import_object(
        &self,
        name: &str,
        key: ImportKey<Value>,
        warnings: &mut Diagnostics,
    ) -> Result<(Value, Private)> {
        let managed = self.resources.get(name)?;
        let deadline = managed.it.deadline(&Value::Null, Operation::Read);
        let cx = Context::new(self.client()?, deadline, self.token(), Value::Null, Private::new());
        let what = format!("importing {name}");
        let found = interruptible(&what, cx.stop(), managed.resource.import(&cx, key)).await;
        warnings.extend(cx.take_warnings());
        let state = shape::state(&managed.it.schema, &managed.it.ty, found?, &Value::Null);
        Ok((state, cx.private_map()))
    }
}
