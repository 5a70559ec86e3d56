//! The service on its port: the listener, the way from a path to a handler, and what stands in front
//! of the API on the way, such as rate limits and the log of requests.

pub(crate) mod body;
pub(crate) mod connection;
mod host;
pub(crate) mod listener;
pub(crate) mod rate_limits;
pub(crate) mod request_log;
pub(crate) mod router;
pub(crate) mod server;
