//! What is on offer, and how it is served: every call of the engine begins here.

use std::sync::{Arc, Mutex};

use tokio_util::sync::CancellationToken;

use super::call::too_late;
use super::registered::{Callable, Kind, Managed, Offered, Registered};
use crate::action::ErasedAction;
use crate::context::{Private, lock};
use crate::data_source::ErasedDataSource;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::ephemeral::ErasedEphemeralResource;
use crate::list_resource::ErasedListResource;
use crate::provider::Provider;
use crate::value::Value;

/// A provider in service: its registry, its client and its stop token.
pub(crate) struct Engine<P: Provider> {
    pub(super) provider: P,
    /// Of the `provider` block.
    pub(crate) schema: Registered,
    pub(crate) resources: Kind<Managed<P::Client>>,
    pub(crate) data_sources: Kind<Offered<dyn ErasedDataSource<P::Client>>>,
    pub(crate) ephemeral_resources: Kind<Offered<dyn ErasedEphemeralResource<P::Client>>>,
    pub(crate) list_resources: Kind<Offered<dyn ErasedListResource<P::Client>>>,
    pub(crate) actions: Kind<Offered<dyn ErasedAction<P::Client>>>,
    pub(crate) functions: Kind<Callable>,
    pub(super) connection: Mutex<Connection<P::Client>>,
    stop: Mutex<Stop>,
}

/// Whether Terraform has asked to stop.
#[derive(Default)]
struct Stop {
    /// Of the calls that run now.
    calls: CancellationToken,
    /// In this run.
    asked: bool,
}

/// How far the provider's own configuration has come.
pub(super) enum Connection<C> {
    Unconfigured,
    Unknown,
    Ready(Arc<C>),
}

/// What a call leaves behind: the state, what is stored beside it, and the messages.
pub(crate) struct Outcome {
    pub(crate) state: Value,
    /// Null if there is none.
    pub(crate) identity: Value,
    pub(crate) private: Private,
    pub(crate) diagnostics: Diagnostics,
}

impl<P: Provider> Engine<P> {
    /// Builds the registry. Terraform asks for schemas only in the first of several processes, so
    /// it cannot wait for that call.
    pub(crate) fn new(provider: P) -> Self {
        let resources = provider.resources().into_iter().map(|it| Managed::new(it.0));
        let data_sources = provider.data_sources().into_iter();
        let ephemeral_resources = provider.ephemeral_resources().into_iter();
        let list_resources = provider.list_resources().into_iter();
        let actions = provider.actions().into_iter();
        let functions = provider.functions().into_iter().map(|it| Callable::new(it.0));
        Self {
            schema: Registered::new(provider.schema()),
            resources: Kind::new("resource", resources),
            data_sources: Kind::new(
                "data source",
                data_sources.map(|it| Offered::new(it.name(), it.schema(), it.0)),
            ),
            ephemeral_resources: Kind::new(
                "ephemeral resource",
                ephemeral_resources.map(|it| Offered::new(it.name(), it.schema(), it.0)),
            ),
            list_resources: Kind::new(
                "list resource",
                list_resources.map(|it| Offered::new(it.name(), it.schema(), it.0)),
            ),
            actions: Kind::new(
                "action",
                actions.map(|it| Offered::new(it.name(), it.schema(), it.0)),
            ),
            functions: Kind::new("function", functions),
            provider,
            connection: Mutex::new(Connection::Unconfigured),
            stop: Mutex::default(),
        }
    }

    /// What is wrong with the schemas; Terraform would refuse the provider with less clarity.
    ///
    /// Looked for when schemas are asked for: most processes never are.
    pub(crate) fn faults(&self) -> Diagnostics {
        let own = self.schema.schema.check().err().into_iter().flatten();
        let faults = own
            .map(|fault| format!("provider {}: {fault}", P::NAME))
            .chain(self.resources.faults(Managed::faults))
            .chain(self.data_sources.faults(|it| it.it.schema.check().err().unwrap_or_default()))
            .chain(
                self.ephemeral_resources
                    .faults(|it| it.it.schema.check_ephemeral().err().unwrap_or_default()),
            )
            .chain(self.list_resources.faults(|it| {
                let mut found = it.it.schema.check_arguments().err().unwrap_or_default();
                let of_a_resource = self.resources.get(it.name).is_ok();
                found.extend((!of_a_resource).then(|| "there is no such resource".to_owned()));
                found
            }))
            .chain(
                self.actions.faults(|it| it.it.schema.check_arguments().err().unwrap_or_default()),
            )
            .chain(self.functions.faults(|it| it.signature.check().err().unwrap_or_default()));
        faults.map(|fault| Diagnostic::bug(format!("Schema of {fault}."))).collect()
    }

    /// Whether any resource takes over objects of other providers.
    pub(crate) fn moves(&self) -> bool {
        self.resources.iter().any(|(_, managed)| !managed.resource.moves().is_empty())
    }

    /// A run begins: resources forget what an earlier one has left.
    pub(super) fn begin(&self) {
        lock(&self.stop).asked = false;
        self.resources.iter().for_each(|(_, managed)| managed.resource.begin());
    }

    /// Cancels every call that runs now. Reads that start later run under a new token, because
    /// Terraform still cleans up after it has asked to stop.
    pub(crate) fn stop(&self) {
        let mut stop = lock(&self.stop);
        stop.asked = true;
        std::mem::take(&mut stop.calls).cancel();
    }

    pub(super) fn token(&self) -> CancellationToken {
        lock(&self.stop).calls.clone()
    }

    /// The token of a call that changes something. None begins after a stop: it was on its way when
    /// Terraform was interrupted.
    pub(super) fn token_of_change(&self, what: &str) -> Result<CancellationToken> {
        let stop = lock(&self.stop);
        if stop.asked { Err(too_late(what).into()) } else { Ok(stop.calls.clone()) }
    }
}
