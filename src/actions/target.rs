//! What an action is about: an instance or a high-availability group, by its ID or its name.
//!
//! An action that runs before a change of an object cannot refer to it: Terraform 1.14 and 1.15 call
//! that a cycle. So an object can be named, too.

mod ha_group;
mod instance;
mod kind;

pub(super) use ha_group::{GroupTarget, NamedGroup};
pub(super) use instance::{InstanceTarget, NamedInstance};
pub(super) use kind::Kind;
