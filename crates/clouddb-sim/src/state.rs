//! What the simulated cloud holds, and how it moves on with time. Nothing here knows of HTTP: a test
//! that puts an object in and a call that asks for one see the same state.
//!
//! One file a collection holds its model, what is true of a new one, and the copy that tests see.
//! [`region::Region`] is the register of the collections, [`cloud::Cloud`] the whole.

pub(crate) mod carrier;
pub(crate) mod charsets;
pub(crate) mod lag;
pub(crate) mod moment;
pub(crate) mod names;
pub(crate) mod parameters;
pub(crate) mod place;
pub(crate) mod tasks;
pub(crate) mod template;
pub(crate) mod tokens;

pub(crate) mod backups;
pub(crate) mod configurations;
pub(crate) mod databases;
pub(crate) mod datastores;
pub(crate) mod guest;
pub(crate) mod ha_groups;
pub(crate) mod instances;
pub(crate) mod schedules;
pub(crate) mod users;

mod inside;

pub(crate) mod cloud;
pub(crate) mod region;
