//! The trait a provider implements: its own block of configuration and what it offers.

use std::future::Future;

use serde::de::DeserializeOwned;

use crate::action::BoxedAction;
use crate::context::ConfigureContext;
use crate::data_source::BoxedDataSource;
use crate::diagnostic::{Diagnostics, Result};
use crate::ephemeral::BoxedEphemeralResource;
use crate::function::BoxedFunction;
use crate::list_resource::BoxedListResource;
use crate::resource::erased::BoxedResource;
use crate::schema::Schema;

/// A Terraform provider.
pub trait Provider: Send + Sync + 'static {
    /// What resources, data sources and ephemeral resources talk to the service with.
    type Client: Send + Sync + 'static;

    /// The `provider` block: a serde struct of [`Attr`](crate::value::Attr) fields.
    type Config: DeserializeOwned + Send + 'static;

    /// The name in the configuration: `rackspace`.
    const NAME: &'static str;

    /// The source address: `registry.terraform.io/rackspace/rackspace`.
    const ADDRESS: &'static str;

    /// The version of the provider, without a leading `v`.
    const VERSION: &'static str;

    /// The schema of the `provider` block.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot say. Values may be unknown.
    fn validate(&self, config: Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Makes the client. `None` means that the configuration depends on values that are not known
    /// yet; planning goes on without a client.
    fn configure(
        &self,
        cx: &ConfigureContext,
        config: Self::Config,
    ) -> impl Future<Output = Result<Option<Self::Client>>> + Send;

    /// The resources it offers.
    fn resources(&self) -> Vec<BoxedResource<Self::Client>>;

    /// The data sources it offers.
    fn data_sources(&self) -> Vec<BoxedDataSource<Self::Client>>;

    /// The ephemeral resources it offers.
    fn ephemeral_resources(&self) -> Vec<BoxedEphemeralResource<Self::Client>> {
        Vec::new()
    }

    /// The list resources it offers, each for one of its resources.
    fn list_resources(&self) -> Vec<BoxedListResource<Self::Client>> {
        Vec::new()
    }

    /// The actions it offers.
    fn actions(&self) -> Vec<BoxedAction<Self::Client>> {
        Vec::new()
    }

    /// The functions it offers.
    fn functions(&self) -> Vec<BoxedFunction> {
        Vec::new()
    }
}
