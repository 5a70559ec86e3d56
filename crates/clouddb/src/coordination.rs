//! What makes many callers one: writes to an instance go one after another, creations share a request,
//! listings are read once for all, and waiting takes one look for everybody.
//!
//! [`per_region`] has all that is shared, and [`per_instance`] is the way in for all who want
//! something of one instance.

mod batch;
mod budget;
pub(crate) mod busy;
mod contents;
pub(crate) mod created;
pub(crate) mod creation;
pub(crate) mod delays;
pub(crate) mod departures;
mod fetched;
mod gathering;
pub(crate) mod goal;
mod instance_lists;
mod key_order;
mod lane;
pub(crate) mod list_cache;
pub(crate) mod lost_reply;
mod own_creations;
pub(crate) mod per_instance;
pub(crate) mod per_region;
pub(crate) mod regions;
pub(crate) mod renaming;
pub(crate) mod root_password;
pub(crate) mod state_change;
pub(crate) mod wait;
mod watch;
mod watched;
pub(crate) mod write_kind;
