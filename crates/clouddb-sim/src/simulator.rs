//! All floors together, running: the handle of a test, and what every request passes through.

mod ha_groups;
pub(crate) mod handle;
mod schedules;
mod seeds;
mod service;
