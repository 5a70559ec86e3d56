//! `ReadResource`: what an object is now.

use super::call::interruptible;
use super::registered::Managed;
use super::registry::{Engine, Outcome};
use super::shape;
use crate::context::{Context, Private};
use crate::diagnostic::Result;
use crate::provider::Provider;
use crate::schema::Operation;
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// Reads the object in `state`; null if it is gone. After an error, the state is as it was.
    pub(crate) async fn read(
        &self,
        name: &str,
        state: Value,
        identity: Value,
        private: Private,
    ) -> Outcome {
        let (managed, client) =
            match self.resources.get(name).and_then(|it| Ok((it, self.client()?))) {
                Ok(found) => found,
                Err(diagnostics) => return Outcome { state, identity, private, diagnostics },
            };
        let deadline = managed.it.deadline(&state, Operation::Read);
        let cx = Context::new(client, deadline, self.token(), Value::Null, private.clone());
        let found = read_back(managed, &cx, &state, &state).await;
        let mut diagnostics = cx.take_warnings();
        let found = diagnostics.absorb(found);
        let (state, private) = match found {
            Some(Some(found)) => (found, cx.private_map()),
            Some(None) => (Value::Null, Private::new()),
            None => (state, private),
        };
        let identity = managed.identified(&state, &private, &identity, &mut diagnostics);
        let diagnostics = managed.it.addressed(diagnostics);
        Outcome { state, identity, private, diagnostics }
    }
}

/// Asks the resource for the object in `state`; what it answers is completed and spelled as in
/// `source`.
pub(super) async fn read_back<C>(
    managed: &Managed<C>,
    cx: &Context<C>,
    state: &Value,
    source: &Value,
) -> Result<Option<Value>> {
    let schema = &managed.it.schema;
    let what = format!("reading {}", managed.name);
    let found = interruptible(&what, cx.stop(), managed.resource.read(cx, state)).await?;
    Ok(found.map(|fields| shape::state(schema, &managed.it.ty, fields, source)))
}
