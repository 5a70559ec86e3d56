//! Terraform's plugin protocol 6 for providers written in Rust.
//!
//! An author writes a [`Provider`], [`Resource`]s and [`DataSource`]s: schemas by an explicit
//! builder, models as serde structs, and small functions for each step of an object's life. The
//! engine in this crate owns the order of the steps, the laws of Terraform's plan and result, and
//! the wire format. Nothing here knows any particular service.

#[cfg(feature = "client")]
pub mod client;
pub mod path;
pub mod schema;
pub mod serve;
pub mod testing;
pub mod value;

mod context;
mod data_source;
mod diagnostic;
mod engine;
mod plugin;
mod provider;
mod resource;
mod wire;

pub use context::{ConfigureContext, Context, PlanContext};
pub use data_source::{BoxedDataSource, DataSource, data_source};
pub use diagnostic::{Diagnostic, Diagnostics, Result, Severity};
pub use plugin::serve;
pub use provider::Provider;
pub use resource::erased::{BoxedResource, resource};
pub use resource::{Change, Resource};
pub use tokio_util::sync::CancellationToken;
