//! The trait a list resource implements: how `terraform query` finds objects that are not managed yet.
//!
//! Since Terraform 1.14: <https://developer.hashicorp.com/terraform/language/block/tfquery/list>.

use std::future::Future;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::context::Context;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::model::{encode, from_config, from_engine};
use crate::resource::Resource;
use crate::resource::erased::Answer;
use crate::schema::Schema;
use crate::value::Value;

/// A way to find the objects of a resource, whose name it has.
///
/// Its schema keeps the laws of [`Schema::check_arguments`].
pub trait ListResource: Send + Sync + 'static {
    /// The resource whose objects are found.
    type Resource: Resource;

    /// What is asked for: a serde struct with exactly the attributes of the schema, those that may be
    /// left out as `Option`.
    type Query: DeserializeOwned + Send + 'static;

    /// The same while it is validated: a serde struct of [`Attr`](crate::value::Attr) fields, for some
    /// or all attributes.
    type Config: DeserializeOwned + Send + 'static;

    /// The schema of what stands in the block `config`.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot say; there is never a client.
    fn validate(&self, config: Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Hands over what fits, one object after the other. It is dropped where it stands when Terraform
    /// has as many as it wants, so whatever is asked for page by page is asked for no further.
    ///
    /// What cannot be read is for [`Context::warn`]; Terraform shows it after the objects. An error
    /// takes all of them back.
    fn list(
        &self,
        cx: &Context<<Self::Resource as Resource>::Client>,
        query: Self::Query,
        found: &Found<Self::Resource>,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Takes the objects that a [`ListResource`] finds.
pub struct Found<R> {
    objects: mpsc::Sender<FoundObject>,
    of: PhantomData<fn(R)>,
}

/// An object that was found.
pub(crate) struct FoundObject {
    pub(crate) identity: Value,
    pub(crate) display_name: String,
    /// Asked for the object, if Terraform wants it.
    pub(crate) object: Answer<'static, Option<Value>>,
}

impl<R: Resource> Found<R> {
    /// Hands over an object: its identity, what a person calls it, and how it is read, which happens
    /// only if Terraform wants it: then it is what [`Resource::read`] gives after an import. `None` is
    /// for one that is gone meanwhile; one that cannot be read is left out, with a warning.
    ///
    /// It returns when there is room for the next one.
    pub async fn object(
        &self,
        identity: &R::Identity,
        display_name: impl Into<String>,
        read: impl Future<Output = Result<Option<R::Model>>> + Send + 'static,
    ) -> Result<()> {
        let object = async move { read.await?.as_ref().map(encode).transpose() };
        let found = FoundObject {
            identity: encode(identity)?,
            display_name: display_name.into(),
            object: Box::pin(object),
        };
        if self.objects.send(found).await.is_err() {
            // Nobody wants more; the caller is dropped here.
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

/// The object-safe form of [`ListResource`].
pub(crate) trait ErasedListResource<C>: Send + Sync {
    fn name(&self) -> &'static str;
    fn schema(&self) -> Schema;
    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics);
    fn list<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: &'a Value,
        objects: mpsc::Sender<FoundObject>,
    ) -> Answer<'a, ()>;
}

impl<C, L> ErasedListResource<C> for L
where
    C: Send + Sync + 'static,
    L: ListResource,
    L::Resource: Resource<Client = C>,
{
    fn name(&self) -> &'static str {
        L::Resource::NAME
    }

    fn schema(&self) -> Schema {
        ListResource::schema(self)
    }

    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(config) = diagnostics.absorb(from_config(config, schema)) {
            ListResource::validate(self, config, diagnostics);
        }
    }

    fn list<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: &'a Value,
        objects: mpsc::Sender<FoundObject>,
    ) -> Answer<'a, ()> {
        let found = Found { objects, of: PhantomData };
        Box::pin(async move { ListResource::list(self, cx, from_engine(config)?, &found).await })
    }
}

/// A list resource of any type, as [`Provider::list_resources`](crate::Provider::list_resources) lists
/// it.
pub struct BoxedListResource<C>(pub(crate) Box<dyn ErasedListResource<C>>);

/// Puts a list resource into the list of
/// [`Provider::list_resources`](crate::Provider::list_resources).
pub fn list_resource<C, L>(it: L) -> BoxedListResource<C>
where
    C: Send + Sync + 'static,
    L: ListResource,
    L::Resource: Resource<Client = C>,
{
    BoxedListResource(Box::new(it))
}

impl<C> BoxedListResource<C> {
    /// The type in the configuration, which is that of the resource.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The schema of what stands in the block `config`.
    pub fn schema(&self) -> Schema {
        self.0.schema()
    }
}
