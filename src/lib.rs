//! A Terraform provider for Rackspace Cloud Databases.
//!
//! `provider` turns the `provider "rackspace"` block into a configured client, `resources`,
//! `data_sources`, `list_resources`, `actions`, `ephemeral_resources` and `functions` list what Terraform
//! can manage, read, find, do once, get for one run and compute, one file each.
//! Terraform's protocol lives in the `tfplug` crate and the API in the `clouddb` crate.

mod actions;
mod backup;
mod configuration;
mod credentials;
mod data_sources;
mod datastore;
mod ephemeral_resources;
mod failure;
mod flavor;
mod functions;
mod ha_group;
mod ids;
mod instance;
mod list_resources;
mod parameter;
mod place;
mod provider;
mod resources;
mod rules;
mod source;
mod spelling;
mod ways;

pub use provider::Rackspace;
