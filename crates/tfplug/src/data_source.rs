//! The trait a data source implements.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::model::{encode, from_config, from_engine};
use crate::resource::erased::Answer;
use crate::schema::Schema;
use crate::value::Value;

/// A kind of object that Terraform only reads.
pub trait DataSource: Send + Sync + 'static {
    /// What [`Provider::configure`](crate::Provider::configure) returns.
    type Client: Send + Sync + 'static;

    /// The object: a serde struct with exactly the attributes of the schema, except `timeouts`.
    type Model: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The configuration while it is validated: a serde struct of
    /// [`Attr`](crate::value::Attr) fields, for some or all attributes.
    type Config: DeserializeOwned + Send + 'static;

    /// The type in the configuration: `rackspace_db_flavors`.
    const NAME: &'static str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot say; there is never a client.
    fn validate(&self, config: Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Reads what `config` asks for. What the configuration gives is returned unchanged.
    fn read(
        &self,
        cx: &Context<Self::Client>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Self::Model>> + Send;
}

/// The object-safe form of [`DataSource`].
pub(crate) trait ErasedDataSource<C>: Send + Sync {
    fn name(&self) -> &'static str;
    fn schema(&self) -> Schema;
    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics);
    fn read<'a>(&'a self, cx: &'a Context<C>, config: &'a Value) -> Answer<'a, Value>;
}

impl<D: DataSource> ErasedDataSource<D::Client> for D {
    fn name(&self) -> &'static str {
        D::NAME
    }

    fn schema(&self) -> Schema {
        DataSource::schema(self)
    }

    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(config) = diagnostics.absorb(from_config(config, schema)) {
            DataSource::validate(self, config, diagnostics);
        }
    }

    fn read<'a>(&'a self, cx: &'a Context<D::Client>, config: &'a Value) -> Answer<'a, Value> {
        Box::pin(async move { encode(&DataSource::read(self, cx, from_engine(config)?).await?) })
    }
}

/// A data source of any type, as [`Provider::data_sources`](crate::Provider::data_sources) lists
/// it.
pub struct BoxedDataSource<C>(pub(crate) Box<dyn ErasedDataSource<C>>);

/// Puts a data source into the list of [`Provider::data_sources`](crate::Provider::data_sources).
pub fn data_source<D: DataSource>(data_source: D) -> BoxedDataSource<D::Client> {
    BoxedDataSource(Box::new(data_source))
}

impl<C> BoxedDataSource<C> {
    /// The type in the configuration.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The schema.
    pub fn schema(&self) -> Schema {
        self.0.schema()
    }
}
