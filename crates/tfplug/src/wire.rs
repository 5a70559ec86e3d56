//! The protocol as it travels.

pub mod generated;

mod action;
mod answer;
mod convert;
mod ephemeral;
mod function;
mod identity;
mod list;
mod moves;
mod schema;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use answer::encoded_schemas;
pub(crate) use service::Service;
