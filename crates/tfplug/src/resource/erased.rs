//! The object-safe form of a resource: the same questions, with values instead of models.

use std::future::Future;
use std::pin::Pin;

use super::identity::{IdentitySchema, ImportKey, PrivateState};
use super::moves::{MoveContext, MoveSource};
use super::{Change, Resource};
use crate::context::{Context, PlanContext, Private};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::engine::model::{encode, from_config, from_engine};
use crate::schema::Schema;
use crate::value::{Value, ValueError, from_value};

/// A question that is being answered.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What [`Resource`] is, without its types. Planned values are the fields of `Resource::Plan`
/// only; states are the fields of `Resource::Model` only.
pub(crate) trait ErasedResource<C>: Send + Sync {
    fn name(&self) -> &'static str;
    fn schema(&self) -> Schema;
    fn identity_schema(&self) -> IdentitySchema;
    fn identity_faults(&self) -> Vec<String>;
    fn identify(&self, stored: &Private, state: &Value) -> Result<Option<Value>>;
    fn begin(&self);
    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics);
    fn plan<'a>(&'a self, cx: &'a PlanContext<C>, change: Change<&'a Value>) -> Answer<'a, Value>;
    fn plan_destroy<'a>(&'a self, cx: &'a PlanContext<C>, prior: &'a Value) -> Answer<'a, ()>;
    fn create<'a>(&'a self, cx: &'a Context<C>, plan: &'a Value) -> Answer<'a, Value>;
    fn settle<'a>(&'a self, cx: &'a Context<C>, made: &'a Value) -> Answer<'a, ()>;
    fn read<'a>(&'a self, cx: &'a Context<C>, state: &'a Value) -> Answer<'a, Option<Value>>;
    fn update<'a>(
        &'a self,
        cx: &'a Context<C>,
        prior: &'a Value,
        plan: &'a Value,
    ) -> Answer<'a, ()>;
    fn delete<'a>(&'a self, cx: &'a Context<C>, state: &'a Value) -> Answer<'a, ()>;
    fn import<'a>(&'a self, cx: &'a Context<C>, key: ImportKey<Value>) -> Answer<'a, Value>;
    fn upgrade(&self, from: i64, raw: serde_json::Value) -> Result<serde_json::Value>;
    fn moves(&self) -> &'static [MoveSource];
    fn move_from(
        &self,
        cx: &mut MoveContext,
        source: &MoveSource,
        raw: serde_json::Value,
    ) -> Result<Value>;
}

/// A resource of any type, as [`Provider::resources`](crate::Provider::resources) lists it.
pub struct BoxedResource<C>(pub(crate) Box<dyn ErasedResource<C>>);

/// Puts a resource into the list of [`Provider::resources`](crate::Provider::resources).
pub fn resource<R: Resource>(resource: R) -> BoxedResource<R::Client> {
    BoxedResource(Box::new(resource))
}

impl<C> BoxedResource<C> {
    /// The type in the configuration.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The schema.
    pub fn schema(&self) -> Schema {
        self.0.schema()
    }

    /// The attributes of an identity.
    pub fn identity_schema(&self) -> IdentitySchema {
        self.0.identity_schema()
    }
}

impl<R: Resource> ErasedResource<R::Client> for R {
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn schema(&self) -> Schema {
        Resource::schema(self)
    }

    fn identity_schema(&self) -> IdentitySchema {
        Resource::identity_schema(self)
    }

    fn identity_faults(&self) -> Vec<String> {
        Resource::identity_schema(self).faults::<R::Identity>()
    }

    fn identify(&self, stored: &Private, state: &Value) -> Result<Option<Value>> {
        let identity = Resource::identify(self, PrivateState(stored), &from_engine(state)?);
        identity.as_ref().map(encode).transpose()
    }

    fn begin(&self) {
        Resource::begin(self);
    }

    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(config) = diagnostics.absorb(from_config(config, schema)) {
            Resource::validate(self, config, diagnostics);
        }
    }

    fn plan<'a>(
        &'a self,
        cx: &'a PlanContext<R::Client>,
        change: Change<&'a Value>,
    ) -> Answer<'a, Value> {
        Box::pin(async move {
            let mut change = Change {
                config: from_engine::<R::Plan>(change.config)?,
                prior: change.prior.map(from_engine).transpose()?,
                planned: from_engine(change.planned)?,
            };
            Resource::plan(self, cx, &mut change).await?;
            encode(&change.planned)
        })
    }

    fn plan_destroy<'a>(
        &'a self,
        cx: &'a PlanContext<R::Client>,
        prior: &'a Value,
    ) -> Answer<'a, ()> {
        Box::pin(async move { Resource::plan_destroy(self, cx, from_engine(prior)?).await })
    }

    fn create<'a>(&'a self, cx: &'a Context<R::Client>, plan: &'a Value) -> Answer<'a, Value> {
        Box::pin(async move { encode(&Resource::create(self, cx, from_engine(plan)?).await?) })
    }

    fn settle<'a>(&'a self, cx: &'a Context<R::Client>, made: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let made = from_engine(made)?;
            Resource::settle(self, cx, &made).await
        })
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context<R::Client>,
        state: &'a Value,
    ) -> Answer<'a, Option<Value>> {
        Box::pin(async move {
            let found = Resource::read(self, cx, from_engine(state)?).await?;
            found.as_ref().map(encode).transpose()
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Context<R::Client>,
        prior: &'a Value,
        plan: &'a Value,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            Resource::update(self, cx, from_engine(prior)?, from_engine(plan)?).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Context<R::Client>, state: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move { Resource::delete(self, cx, from_engine(state)?).await })
    }

    fn import<'a>(
        &'a self,
        cx: &'a Context<R::Client>,
        key: ImportKey<Value>,
    ) -> Answer<'a, Value> {
        Box::pin(async move {
            let key = match key {
                ImportKey::Id(id) => ImportKey::Id(id),
                ImportKey::Identity(given) => ImportKey::Identity(
                    // An explicit null passes the check of Terraform for what is required.
                    from_value(&given).map_err(|error| incomplete(&error))?,
                ),
            };
            encode(&Resource::import(self, cx, key).await?)
        })
    }

    fn upgrade(&self, from: i64, raw: serde_json::Value) -> Result<serde_json::Value> {
        Resource::upgrade(self, from, raw)
    }

    fn moves(&self) -> &'static [MoveSource] {
        Resource::moves(self)
    }

    fn move_from(
        &self,
        cx: &mut MoveContext,
        source: &MoveSource,
        raw: serde_json::Value,
    ) -> Result<Value> {
        encode(&Resource::move_from(self, cx, source, raw)?)
    }
}

fn incomplete(error: &ValueError) -> Diagnostic {
    Diagnostic::error("Invalid import identity").detail(format!(
        "The attribute \"{}\" of `identity` cannot be used: {}.",
        error.path(),
        error.message()
    ))
}
