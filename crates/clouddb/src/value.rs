//! What uses nothing of this crate: errors, secrets, times, and how servers write things.

pub(crate) mod clock;
pub(crate) mod context;
pub(crate) mod error;
pub(crate) mod fault;
pub(crate) mod lenient;
pub(crate) mod limits;
pub(crate) mod listing;
pub(crate) mod made;
pub(crate) mod secret;
pub(crate) mod settings;
pub(crate) mod source;
pub(crate) mod text;
pub(crate) mod timing;
