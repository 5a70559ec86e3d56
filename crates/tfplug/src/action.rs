//! The trait an action implements: what is done once, and is no state.
//!
//! Since Terraform 1.14: <https://developer.hashicorp.com/terraform/language/invoke-actions>. An action
//! is invoked by `terraform apply -invoke=action.TYPE.NAME`, or by the `action_trigger` of a resource.

use std::future::{Future, ready};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::context::{Context, PlanContext};
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::model::{from_config, from_engine};
use crate::resource::erased::Answer;
use crate::schema::{Schema, Validator, parse_duration, string, write_duration};
use crate::value::Value;

/// The argument that says how long an action may take.
pub(crate) const TIMEOUT: &str = "timeout";

/// Something that is done to an object.
///
/// Its schema keeps the laws of [`Schema::check_arguments`]. The engine adds the argument `timeout`.
pub trait Action: Send + Sync + 'static {
    /// What [`Provider::configure`](crate::Provider::configure) returns.
    type Client: Send + Sync + 'static;

    /// The arguments: a serde struct with exactly the attributes of the schema, those that may be left
    /// out as `Option`.
    type Arguments: DeserializeOwned + Send + 'static;

    /// The same while they are validated and planned: a serde struct of
    /// [`Attr`](crate::value::Attr) fields, for some or all attributes.
    type Config: DeserializeOwned + Send + 'static;

    /// The type in the configuration: `rackspace_db_instance_restart`.
    const NAME: &'static str;

    /// How long it may take where the configuration does not say it.
    const TIMEOUT: Duration;

    /// The schema of what stands in the block `config`.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot say; there is never a client. Runs once
    /// more before the action is invoked, when all values are known.
    fn validate(&self, config: Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// May refuse what is known to fail, before anything else of the plan is applied. Values may be
    /// unknown. It does nothing.
    fn plan(
        &self,
        cx: &PlanContext<Self::Client>,
        config: Self::Config,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (cx, config);
        ready(Ok(()))
    }

    /// Does it, waits until it is done, and says how far it has come.
    fn invoke(
        &self,
        cx: &Context<Self::Client>,
        arguments: Self::Arguments,
        progress: &Progress,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Tells the user how far an action has come.
#[derive(Debug)]
pub struct Progress(mpsc::UnboundedSender<String>);

impl Progress {
    pub(crate) fn new(said: mpsc::UnboundedSender<String>) -> Self {
        Self(said)
    }

    /// Shows one line at once: `Waiting for ACTIVE, now REBOOT`. Terraform puts the action's address
    /// before it.
    pub fn say(&self, message: impl Into<String>) {
        // Whoever does not listen any more does not miss it.
        drop(self.0.send(message.into()));
    }
}

/// The object-safe form of [`Action`].
pub(crate) trait ErasedAction<C>: Send + Sync {
    fn name(&self) -> &'static str;
    fn schema(&self) -> Schema;
    fn timeout(&self, config: &Value) -> Duration;
    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics);
    fn plan<'a>(&'a self, cx: &'a PlanContext<C>, config: &'a Value) -> Answer<'a, ()>;
    fn invoke<'a>(
        &'a self,
        cx: &'a Context<C>,
        arguments: &'a Value,
        progress: &'a Progress,
    ) -> Answer<'a, ()>;
}

impl<A: Action> ErasedAction<A::Client> for A {
    fn name(&self) -> &'static str {
        A::NAME
    }

    fn schema(&self) -> Schema {
        let default = write_duration(A::TIMEOUT);
        let timeout = string().optional().validator(duration()).describe(format!(
            "How long the action may take, such as `30m` or `1h30m`. Default `{default}`."
        ));
        Action::schema(self).attribute(TIMEOUT, timeout)
    }

    fn timeout(&self, config: &Value) -> Duration {
        let given = config.get(TIMEOUT).and_then(Value::as_str).and_then(parse_duration);
        given.unwrap_or(A::TIMEOUT)
    }

    fn validate(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(config) = diagnostics.absorb(from_config(config, schema)) {
            Action::validate(self, config, diagnostics);
        }
    }

    fn plan<'a>(&'a self, cx: &'a PlanContext<A::Client>, config: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move { Action::plan(self, cx, from_engine(config)?).await })
    }

    fn invoke<'a>(
        &'a self,
        cx: &'a Context<A::Client>,
        arguments: &'a Value,
        progress: &'a Progress,
    ) -> Answer<'a, ()> {
        Box::pin(async move { Action::invoke(self, cx, from_engine(arguments)?, progress).await })
    }
}

fn duration() -> Validator {
    Validator::string("a duration", |text| match parse_duration(text) {
        Some(_) => Ok(()),
        None => Err("Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".".to_owned()),
    })
}

/// An action of any type, as [`Provider::actions`](crate::Provider::actions) lists it.
pub struct BoxedAction<C>(pub(crate) Box<dyn ErasedAction<C>>);

/// Puts an action into the list of [`Provider::actions`](crate::Provider::actions).
pub fn action<A: Action>(it: A) -> BoxedAction<A::Client> {
    BoxedAction(Box::new(it))
}

impl<C> BoxedAction<C> {
    /// The type in the configuration.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The schema of what stands in the block `config`, with the argument `timeout`.
    pub fn schema(&self) -> Schema {
        self.0.schema()
    }
}
