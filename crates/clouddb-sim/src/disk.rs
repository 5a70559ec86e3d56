//! A folder that keeps what a simulator holds. Nothing here knows what that is.

pub(crate) mod folder;
pub(crate) mod state_file;
