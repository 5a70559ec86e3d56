#![doc = include_str!("../README.md")]

#[cfg(feature = "client")]
pub mod client;
pub mod path;
pub mod schema;
pub mod serve;
pub mod testing;
pub mod value;

mod action;
mod context;
mod data_source;
mod diagnostic;
mod engine;
mod ephemeral;
mod function;
mod list_resource;
mod plugin;
mod printable;
mod provider;
mod resource;
mod wire;

pub use action::{Action, BoxedAction, Progress, action};
pub use context::{ConfigureContext, Context, PlanContext};
pub use data_source::{BoxedDataSource, DataSource, data_source};
pub use diagnostic::{Diagnostic, Diagnostics, Result, Severity};
pub use engine::call::STOP_PATIENCE;
pub use ephemeral::{BoxedEphemeralResource, EphemeralResource, ephemeral_resource};
pub use function::{
    Argument, ArgumentType, Arguments, BoxedFunction, Function, FunctionError, Parameter,
    Signature, TypedParameter, Variadic, function,
};
pub use list_resource::{BoxedListResource, Found, ListResource, list_resource};
pub use plugin::serve;
pub use provider::Provider;
pub use resource::erased::{BoxedResource, resource};
pub use resource::identity::{IdentityAttribute, IdentitySchema, ImportKey, PrivateState};
pub use resource::moves::{MoveContext, MoveSource};
pub use resource::{Change, Resource};
pub use tokio_util::sync::CancellationToken;
