//! The interface files of `proto/` as Rust, made by `cargo xtask codegen`.
//!
//! Nothing outside `wire`, `serve` and `client` names these types.

#![expect(
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    reason = "the files below are generated"
)]
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "whether the whole interface is in use depends on the feature `client`"
)]

#[rustfmt::skip]
pub mod grpc_health_v1;
#[rustfmt::skip]
pub mod plugin;
#[rustfmt::skip]
pub mod tfplugin6;
