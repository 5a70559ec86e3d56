//! The order of things: one file a call, in the vocabulary of this crate. The wire format is
//! unknown here.
//!
//! **Invariant:** whatever a resource returns or however it fails, what leaves the engine has
//! exactly the attributes of the schema, nulls for write-only ones, and after anything but planning
//! nothing unknown.

mod action;
mod apply;
pub(crate) mod call;
mod call_function;
mod carried;
mod configure;
mod generate;
mod identity;
mod import;
#[cfg(test)]
mod laws;
mod list;
pub(crate) mod model;
mod move_state;
mod open;
mod parts;
mod plan;
mod private;
mod read;
mod read_data;
mod registered;
mod registry;
mod required;
mod result;
mod shape;
mod show;
mod upgrade;
mod validate;

pub(crate) use apply::ApplyRequest;
pub(crate) use identity::VERSION as IDENTITY_VERSION;
pub(crate) use list::{ListRequest, Listed};
pub(crate) use move_state::MoveRequest;
pub(crate) use plan::request::{PlanRequest, PlanResponse};
pub(crate) use private::{decode_private, encode_private};
pub(crate) use registered::{Callable, Managed, Offered, Registered, RegisteredIdentity};
pub(crate) use registry::{Engine, Outcome};
pub(crate) use upgrade::RawState;
