//! `ApplyResourceChange`: makes the plan true, and whatever fails, says what exists.

mod create;
mod delete;
mod update;

use super::plan::forced::PRIOR;
use super::plan::replaced;
use super::registered::Managed;
use super::registry::{Engine, Outcome};
use super::shape;
use crate::context::{Context, Private, put_handed, take_handed};
use crate::diagnostic::Diagnostics;
use crate::provider::Provider;
use crate::schema::Operation;
use crate::value::Value;

/// A plan to be carried out.
#[derive(Clone)]
pub(crate) struct ApplyRequest {
    /// The configuration, with its write-only values; null for a destruction.
    pub(crate) config: Value,
    /// The object as it is; null for a creation.
    pub(crate) prior: Value,
    /// The object to be; null for a destruction.
    pub(crate) planned: Value,
    /// The planned identity; null if the plan knew of none.
    pub(crate) identity: Value,
    /// What the plan handed over.
    pub(crate) private: Private,
}

impl<P: Provider> Engine<P> {
    /// Creates, updates or deletes an object.
    pub(crate) async fn apply(&self, name: &str, mut request: ApplyRequest) -> Outcome {
        request.private.remove(PRIOR);
        request.private = replaced::restore(request.private);
        let (operation, timed) = match (request.prior.is_null(), request.planned.is_null()) {
            (true, _) => (Operation::Create, &request.planned),
            (false, true) => (Operation::Delete, &request.prior),
            (false, false) => (Operation::Update, &request.planned),
        };
        let found = self.resources.get(name).and_then(|it| {
            let stop = self.token_of_change(&doing(operation, name))?;
            Ok((it, self.client()?, stop))
        });
        let (managed, client, stop) = match found {
            Ok(found) => found,
            Err(mut diagnostics) => {
                let ApplyRequest { prior: state, identity: known, mut private, .. } = request;
                take_handed(&mut private);
                // The deletion of what is replaced comes without one.
                let identity = match self.resources.get(name) {
                    Ok(it) => it.identified(&state, &private, &known, &mut diagnostics),
                    Err(_) => known,
                };
                return Outcome { state, identity, private, diagnostics };
            }
        };
        let mut private = request.private.clone();
        if request.prior.is_null() {
            // A new object has no past, but what its plan has left for it.
            let handed = take_handed(&mut private);
            private.clear();
            put_handed(&mut private, handed);
        }
        let deadline = managed.it.deadline(timed, operation);
        let cx = Context::new(client, deadline, stop, request.config.clone(), private);
        let applying = Applying { managed, cx, request: &request, operation };
        match operation {
            Operation::Create => applying.create().await,
            Operation::Delete => applying.delete().await,
            Operation::Update | Operation::Read => applying.update().await,
        }
    }
}

/// One change on its way.
struct Applying<'a, C> {
    managed: &'a Managed<C>,
    cx: Context<C>,
    request: &'a ApplyRequest,
    operation: Operation,
}

/// `creating rackspace_db_instance`, for messages.
fn doing(operation: Operation, name: &str) -> String {
    let verb = match operation {
        Operation::Create => "creating",
        Operation::Delete => "deleting",
        Operation::Update | Operation::Read => "updating",
    };
    format!("{verb} {name}")
}

impl<C> Applying<'_, C> {
    /// `creating rackspace_db_instance`, for messages.
    fn doing(&self) -> String {
        doing(self.operation, self.managed.name)
    }

    /// The answer to Terraform: `state` is what exists.
    fn outcome(&self, state: Value, problems: Diagnostics) -> Outcome {
        let mut diagnostics = self.cx.take_warnings();
        diagnostics.extend(problems);
        let (private, known) = (self.cx.private_map(), &self.request.identity);
        let identity = self.managed.identified(&state, &private, known, &mut diagnostics);
        let diagnostics = self.managed.it.addressed(diagnostics);
        Outcome { state, identity, private, diagnostics }
    }

    /// The same call with the time that a single read may take, for a look after the deadline of
    /// the operation itself may have passed.
    fn extended(&self) -> Context<C> {
        let reading = self.managed.it.deadline(&self.request.prior, Operation::Read);
        self.cx.until(reading.max(self.cx.deadline()))
    }

    /// How far the call came, as the resource has noted it last; what it has not, is as in `source`.
    fn reached(&self, source: &Value) -> Option<Value> {
        let it = &self.managed.it;
        let fields = self.cx.last_reached()?;
        let state = shape::state(&it.schema, &it.ty, fields, source);
        Some(shape::with_timeouts(state, source))
    }

    /// Whether Terraform asked to stop.
    fn stopped(&self) -> bool {
        self.cx.stop().is_cancelled()
    }
}
