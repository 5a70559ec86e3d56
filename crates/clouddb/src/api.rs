//! The operations of the API: one folder a collection, each with the same three files.
//!
//! `model` is what the API says, `requests` are method, path, query and body as values, and the file
//! beside the folder has what takes a reply apart. An operation that answers nothing is a request
//! alone. Nothing here waits, batches or caches.

pub(crate) mod backups;
pub(crate) mod collection;
pub(crate) mod configurations;
pub(crate) mod databases;
pub(crate) mod datastores;
pub(crate) mod flavors;
pub(crate) mod ha_groups;
pub(crate) mod instances;
pub(crate) mod limits;
pub(crate) mod parameters;
pub(crate) mod root;
pub(crate) mod schedules;
pub(crate) mod status;
pub(crate) mod users;
