//! Logging in at Rackspace Identity v2.0.
//!
//! See <https://github.com/rackerlabs/docs-cloud-identity/blob/master/api-docs/api-reference/token-operations.rst>.

pub(crate) mod authenticator;
mod catalog;
pub(crate) mod regions;
mod requests;
pub(crate) mod token;
