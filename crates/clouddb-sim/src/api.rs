//! The API: one file a collection, each with the shapes that it accepts, the order of its checks, and
//! how it shows an object.

pub(crate) mod actions;
pub(crate) mod backups;
pub(crate) mod catalog;
pub(crate) mod configurations;
pub(crate) mod databases;
pub(crate) mod datastores;
pub(crate) mod flavors;
pub(crate) mod identity;
pub(crate) mod instances;
pub(crate) mod quotas;
pub(crate) mod replicas;
pub(crate) mod root;
pub(crate) mod user_access;
pub(crate) mod users;
