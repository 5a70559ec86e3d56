//! What a provider offers, by kind and by name.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::function::{ErasedFunction, Signature};
use crate::resource::erased::ErasedResource;
use crate::resource::identity::IdentitySchema;
use crate::schema::{Operation, Schema, limit};
use crate::value::{Type, Value};

/// What a timeout that no clock can count stands for: ten years.
const FOR_EVER: Duration = Duration::from_hours(10 * 365 * 24);

/// A schema with its type, computed once.
pub(crate) struct Registered {
    pub(crate) schema: Schema,
    pub(crate) ty: Type,
}

/// Something that is offered with a schema: a data source, an ephemeral resource, a list resource or an
/// action.
pub(crate) struct Offered<E: ?Sized> {
    pub(super) name: &'static str,
    pub(super) offer: Box<E>,
    pub(crate) it: Registered,
}

/// A resource, which has an identity too.
pub(crate) struct Managed<C> {
    pub(super) name: &'static str,
    pub(super) resource: Box<dyn ErasedResource<C>>,
    pub(crate) it: Registered,
    pub(crate) identity: RegisteredIdentity,
}

/// The attributes of an identity with their type, computed once.
pub(crate) struct RegisteredIdentity {
    pub(crate) schema: IdentitySchema,
    pub(crate) ty: Type,
}

/// A function, which has a signature in the place of a schema.
pub(crate) struct Callable {
    pub(super) function: Box<dyn ErasedFunction>,
    pub(crate) signature: Signature,
}

/// Everything of one kind.
pub(crate) struct Kind<T> {
    /// What each of them is called.
    what: &'static str,
    by_name: BTreeMap<&'static str, T>,
    /// The names that are taken more than once.
    twice: Vec<&'static str>,
}

impl<T> Kind<T> {
    pub(super) fn new(
        what: &'static str,
        all: impl IntoIterator<Item = (&'static str, T)>,
    ) -> Self {
        let mut kind = Self { what, by_name: BTreeMap::new(), twice: Vec::new() };
        for (name, it) in all {
            if kind.by_name.insert(name, it).is_some() {
                kind.twice.push(name);
            }
        }
        kind
    }

    /// Those of them that are there, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &T)> {
        self.by_name.iter().map(|(name, it)| (*name, it))
    }

    /// The one of that name.
    pub(crate) fn get(&self, name: &str) -> Result<&T> {
        self.by_name.get(name).ok_or_else(|| {
            let what = self.what;
            Diagnostic::error(format!("Unknown {what}"))
                .detail(format!("The provider has no {what} {name}."))
                .into()
        })
    }

    /// What is wrong with them, where `faults` says what is wrong with one.
    pub(super) fn faults(
        &self,
        faults: impl Fn(&T) -> Vec<String>,
    ) -> impl Iterator<Item = String> {
        let what = self.what;
        let of_schemas = self.iter().flat_map(move |(name, it)| {
            faults(it).into_iter().map(move |fault| format!("{what} {name}: {fault}"))
        });
        let twice = self.twice.iter();
        of_schemas.chain(twice.map(move |name| format!("{what} {name}: the name is taken twice")))
    }
}

impl<E: ?Sized> Offered<E> {
    pub(super) fn new(name: &'static str, schema: Schema, offer: Box<E>) -> (&'static str, Self) {
        (name, Self { name, offer, it: Registered::new(schema) })
    }
}

impl<C> Managed<C> {
    pub(super) fn new(resource: Box<dyn ErasedResource<C>>) -> (&'static str, Self) {
        let (name, it) = (resource.name(), Registered::new(resource.schema()));
        let schema = resource.identity_schema();
        let identity = RegisteredIdentity { ty: schema.ty(), schema };
        (name, Self { name, resource, it, identity })
    }

    pub(super) fn faults(&self) -> Vec<String> {
        let mut found = self.it.schema.check().err().unwrap_or_default();
        found.extend(self.resource.identity_faults());
        found
    }
}

impl Callable {
    pub(super) fn new(function: Box<dyn ErasedFunction>) -> (&'static str, Self) {
        let (name, signature) = (function.name(), function.signature());
        (name, Self { function, signature })
    }
}

impl Registered {
    pub(super) fn new(schema: Schema) -> Self {
        Self { ty: schema.ty(), schema }
    }

    /// When an operation on `object` that starts now has to be over.
    pub(super) fn deadline(&self, object: &Value, operation: Operation) -> Instant {
        after(limit(self.schema.timeouts_block(), object, operation))
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

/// When what starts now and may take so long has to be over.
pub(super) fn after(limit: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(limit).unwrap_or(now + FOR_EVER)
}
