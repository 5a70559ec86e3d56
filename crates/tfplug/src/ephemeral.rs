//! The trait an ephemeral resource implements: what Terraform asks for anew in each plan and in each
//! apply, and stores nowhere.
//!
//! Since Terraform 1.10 and OpenTofu 1.11:
//! <https://developer.hashicorp.com/terraform/plugin/framework/ephemeral-resources>.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::model::{encode, from_config, from_engine};
use crate::resource::erased::Answer;
use crate::schema::Schema;
use crate::value::Value;

/// A kind of value that no plan and no state holds.
///
/// It has to be good for as long as a run may last, and nothing has to be undone after it: there is
/// neither a renewal nor an end. Its schema keeps the laws of [`Schema::check_ephemeral`].
pub trait EphemeralResource: Send + Sync + 'static {
    /// What [`Provider::configure`](crate::Provider::configure) returns.
    type Client: Send + Sync + 'static;

    /// The object: a serde struct with exactly the attributes of the schema.
    type Model: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The configuration while it is validated: a serde struct of
    /// [`Attr`](crate::value::Attr) fields, for some or all attributes.
    type Config: DeserializeOwned + Send + 'static;

    /// The type in the configuration: `rackspace_auth_token`.
    const NAME: &'static str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot say; there is never a client.
    fn validate(&self, config: Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Gets what `config` asks for. Every plan does this, and its apply once more, so that it may
    /// neither cost anything nor leave anything behind, also if it fails.
    ///
    /// What the configuration gives stays as it is there, whatever is returned.
    fn open(
        &self,
        cx: &Context<Self::Client>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Self::Model>> + Send;
}

/// The object-safe form of [`EphemeralResource`].
pub(crate) trait ErasedEphemeralResource<C>: Send + Sync {
    fn name(&self) -> &'static str;
    fn schema(&self) -> Schema;
    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics);
    fn open<'a>(&'a self, cx: &'a Context<C>, config: &'a Value) -> Answer<'a, Value>;
}

impl<E: EphemeralResource> ErasedEphemeralResource<E::Client> for E {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn schema(&self) -> Schema {
        EphemeralResource::schema(self)
    }

    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(config) = diagnostics.absorb(from_config(config, schema)) {
            EphemeralResource::validate(self, config, diagnostics);
        }
    }

    fn open<'a>(&'a self, cx: &'a Context<E::Client>, config: &'a Value) -> Answer<'a, Value> {
        Box::pin(
            async move { encode(&EphemeralResource::open(self, cx, from_engine(config)?).await?) },
        )
    }
}

/// An ephemeral resource of any type, as
/// [`Provider::ephemeral_resources`](crate::Provider::ephemeral_resources) lists it.
pub struct BoxedEphemeralResource<C>(pub(crate) Box<dyn ErasedEphemeralResource<C>>);

/// Puts an ephemeral resource into the list of
/// [`Provider::ephemeral_resources`](crate::Provider::ephemeral_resources).
pub fn ephemeral_resource<E: EphemeralResource>(it: E) -> BoxedEphemeralResource<E::Client> {
    BoxedEphemeralResource(Box::new(it))
}

impl<C> BoxedEphemeralResource<C> {
    /// The type in the configuration.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The schema.
    pub fn schema(&self) -> Schema {
        self.0.schema()
    }
}
