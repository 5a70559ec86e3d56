//! What is on offer, and how it is served: every call of the engine begins here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::context::{Private, lock};
use crate::data_source::ErasedDataSource;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::ephemeral::ErasedEphemeralResource;
use crate::function::{ErasedFunction, Signature};
use crate::provider::Provider;
use crate::resource::erased::ErasedResource;
use crate::resource::identity::IdentitySchema;
use crate::schema::{Operation, Schema, limit};
use crate::value::{Type, Value};

/// What a timeout that no clock can count stands for: ten years.
const FOR_EVER: Duration = Duration::from_hours(10 * 365 * 24);

/// A provider in service: its registry, its client and its stop token.
pub(crate) struct Engine<P: Provider> {
    pub(super) provider: P,
    pub(super) schema: Registered,
    resources: BTreeMap<&'static str, Managed<P::Client>>,
    data_sources: BTreeMap<&'static str, Data<P::Client>>,
    ephemerals: BTreeMap<&'static str, Ephemeral<P::Client>>,
    functions: BTreeMap<&'static str, Callable>,
    /// What is registered under a name that is taken.
    twice: Vec<String>,
    pub(super) connection: Mutex<Connection<P::Client>>,
    pub(super) stop: Mutex<CancellationToken>,
}

/// A schema with its type, computed once.
pub(crate) struct Registered {
    pub(crate) schema: Schema,
    pub(crate) ty: Type,
}

/// A resource of the registry.
pub(crate) struct Managed<C> {
    pub(super) name: &'static str,
    pub(super) resource: Box<dyn ErasedResource<C>>,
    pub(super) it: Registered,
    pub(super) identity: RegisteredIdentity,
}

/// The attributes of an identity with their type, computed once.
pub(crate) struct RegisteredIdentity {
    pub(crate) schema: IdentitySchema,
    pub(crate) ty: Type,
}

/// A data source of the registry.
pub(crate) struct Data<C> {
    pub(super) name: &'static str,
    pub(super) source: Box<dyn ErasedDataSource<C>>,
    pub(super) it: Registered,
}

/// An ephemeral resource of the registry.
pub(crate) struct Ephemeral<C> {
    pub(super) name: &'static str,
    pub(super) resource: Box<dyn ErasedEphemeralResource<C>>,
    pub(super) it: Registered,
}

/// A function of the registry.
pub(crate) struct Callable {
    pub(super) function: Box<dyn ErasedFunction>,
    pub(super) signature: Signature,
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

impl Registered {
    fn new(schema: Schema) -> Self {
        Self { ty: schema.ty(), schema }
    }

    /// When an operation on `object` that starts now has to be over.
    pub(super) fn deadline(&self, object: &Value, operation: Operation) -> Instant {
        let now = Instant::now();
        let limit = limit(self.schema.timeouts_block(), object, operation);
        now.checked_add(limit).unwrap_or(now + FOR_EVER)
    }

    /// The messages with paths that Terraform can follow.
    pub(super) fn addressed(&self, diagnostics: Diagnostics) -> Diagnostics {
        diagnostics
            .into_iter()
            .map(|it| match it.path().map(|path| path.addressable(&self.ty)) {
                Some(path) => it.at(path),
                None => it,
            })
            .collect()
    }
}

impl<P: Provider> Engine<P> {
    /// Builds the registry. Terraform asks for schemas only in the first of several processes, so
    /// it cannot wait for that call.
    pub(crate) fn new(provider: P) -> Self {
        let schema = Registered::new(provider.schema());
        let mut resources = BTreeMap::new();
        let mut data_sources = BTreeMap::new();
        let mut ephemerals = BTreeMap::new();
        let mut functions = BTreeMap::new();
        let mut twice = Vec::new();
        for resource in provider.resources() {
            let name = resource.name();
            let it = Registered::new(resource.schema());
            let schema = resource.identity_schema();
            let identity = RegisteredIdentity { ty: schema.ty(), schema };
            let managed = Managed { name, resource: resource.0, it, identity };
            if resources.insert(name, managed).is_some() {
                twice.push(format!("{name}: two resources have this name"));
            }
        }
        for data_source in provider.data_sources() {
            let name = data_source.name();
            let it = Registered::new(data_source.schema());
            let data = Data { name, source: data_source.0, it };
            if data_sources.insert(name, data).is_some() {
                twice.push(format!("{name}: two data sources have this name"));
            }
        }
        for ephemeral in provider.ephemeral_resources() {
            let name = ephemeral.name();
            let it = Registered::new(ephemeral.schema());
            if ephemerals.insert(name, Ephemeral { name, resource: ephemeral.0, it }).is_some() {
                twice.push(format!("ephemeral {name}: two ephemeral resources have this name"));
            }
        }
        for function in provider.functions() {
            let (name, signature) = (function.name(), function.signature());
            let callable = Callable { function: function.0, signature };
            if functions.insert(name, callable).is_some() {
                twice.push(format!("function {name}: two functions have this name"));
            }
        }
        Self {
            provider,
            schema,
            resources,
            data_sources,
            ephemerals,
            functions,
            twice,
            connection: Mutex::new(Connection::Unconfigured),
            stop: Mutex::default(),
        }
    }

    /// What is wrong with the schemas; Terraform would refuse the provider with less clarity.
    ///
    /// Looked for when schemas are asked for: most processes never are.
    pub(crate) fn faults(&self) -> Diagnostics {
        let all = self.resource_schemas().chain(self.data_source_schemas());
        let mut faults = Vec::new();
        for (name, it) in std::iter::once((P::NAME, &self.schema)).chain(all) {
            if let Err(found) = it.schema.check() {
                faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
            }
        }
        for (name, it) in self.ephemeral_schemas() {
            let found = it.schema.check_ephemeral().err().into_iter().flatten();
            faults.extend(found.map(|fault| format!("ephemeral {name}: {fault}")));
        }
        for (name, managed) in &self.resources {
            let found = managed.resource.identity_faults();
            faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
        }
        for (name, signature) in self.signatures() {
            let found = signature.check().err().into_iter().flatten();
            faults.extend(found.map(|fault| format!("function {name}: {fault}")));
        }
        let faults = faults.iter().chain(&self.twice);
        faults.map(|fault| Diagnostic::bug(format!("Schema of {fault}."))).collect()
    }

    /// The schema of the `provider` block.
    pub(crate) fn provider_schema(&self) -> &Registered {
        &self.schema
    }

    /// The schemas of all resources by type name.
    pub(crate) fn resource_schemas(&self) -> impl Iterator<Item = (&'static str, &Registered)> {
        self.resources.iter().map(|(name, managed)| (*name, &managed.it))
    }

    /// The attributes of the identities of all resources by type name.
    pub(crate) fn identity_schemas(
        &self,
    ) -> impl Iterator<Item = (&'static str, &RegisteredIdentity)> {
        self.resources.iter().map(|(name, managed)| (*name, &managed.identity))
    }

    /// The schemas of all data sources by type name.
    pub(crate) fn data_source_schemas(&self) -> impl Iterator<Item = (&'static str, &Registered)> {
        self.data_sources.iter().map(|(name, data)| (*name, &data.it))
    }

    /// The schemas of all ephemeral resources by type name.
    pub(crate) fn ephemeral_schemas(&self) -> impl Iterator<Item = (&'static str, &Registered)> {
        self.ephemerals.iter().map(|(name, ephemeral)| (*name, &ephemeral.it))
    }

    /// The signatures of all functions by name.
    pub(crate) fn signatures(&self) -> impl Iterator<Item = (&'static str, &Signature)> {
        self.functions.iter().map(|(name, callable)| (*name, &callable.signature))
    }

    /// The signature of one function.
    pub(crate) fn signature(&self, name: &str) -> Result<&Signature> {
        self.callable(name).map(|callable| &callable.signature)
    }

    /// The schema of one resource.
    pub(crate) fn resource_schema(&self, name: &str) -> Result<&Registered> {
        self.managed(name).map(|managed| &managed.it)
    }

    /// The attributes of the identity of one resource.
    pub(crate) fn identity_schema(&self, name: &str) -> Result<&RegisteredIdentity> {
        self.managed(name).map(|managed| &managed.identity)
    }

    /// The schema of one data source.
    pub(crate) fn data_source_schema(&self, name: &str) -> Result<&Registered> {
        self.data(name).map(|data| &data.it)
    }

    /// The schema of one ephemeral resource.
    pub(crate) fn ephemeral_schema(&self, name: &str) -> Result<&Registered> {
        self.ephemeral(name).map(|ephemeral| &ephemeral.it)
    }

    /// Whether any resource takes over objects of other providers.
    pub(crate) fn moves(&self) -> bool {
        self.resources.values().any(|managed| !managed.resource.moves().is_empty())
    }

    /// A run begins: resources forget what an earlier one has left.
    pub(super) fn begin(&self) {
        self.resources.values().for_each(|managed| managed.resource.begin());
    }

    /// Cancels every call that runs now. Calls that start later run under a new token, because
    /// Terraform still cleans up after it has asked to stop.
    pub(crate) fn stop(&self) {
        std::mem::take(&mut *lock(&self.stop)).cancel();
    }

    pub(super) fn token(&self) -> CancellationToken {
        lock(&self.stop).clone()
    }

    pub(super) fn managed(&self, name: &str) -> Result<&Managed<P::Client>> {
        self.resources.get(name).ok_or_else(|| unknown_type("resource", name).into())
    }

    pub(super) fn data(&self, name: &str) -> Result<&Data<P::Client>> {
        self.data_sources.get(name).ok_or_else(|| unknown_type("data source", name).into())
    }

    pub(super) fn ephemeral(&self, name: &str) -> Result<&Ephemeral<P::Client>> {
        self.ephemerals.get(name).ok_or_else(|| unknown_type("ephemeral resource", name).into())
    }

    pub(super) fn callable(&self, name: &str) -> Result<&Callable> {
        let unknown = || Diagnostic::error(format!("The provider has no function {name}"));
        self.functions.get(name).ok_or_else(|| unknown().into())
    }
}

fn unknown_type(what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(format!("Unknown {what}"))
        .detail(format!("The provider has no {what} of type {name}."))
}
