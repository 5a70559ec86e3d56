//! What a resource, data source or provider block looks like: attributes, their flags, defaults,
//! validators and descriptions.
//!
//! A schema is written with a builder that reads as a sentence
//! (`string().required().requires_replace().describe("…")`), is checked as Terraform checks it by
//! [`Schema::check`], and is the source of the generated documentation.

mod arguments;
mod attribute;
mod block;
mod check;
mod constructors;
mod duration;
mod ephemeral;
mod timeouts;
mod validator;

pub use attribute::{Attribute, Kind, Nesting};
pub use block::Schema;
pub(crate) use check::is_identifier;
pub use constructors::{
    boolean, dynamic, integer, list, list_of, map, map_of, number, object, set, set_of, string,
};
pub use duration::parse_duration;
pub(crate) use duration::write_duration;
pub(crate) use timeouts::limit;
pub use timeouts::{Operation, TIMEOUTS, Timeouts};
pub use validator::Validator;
