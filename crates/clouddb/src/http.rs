//! One exchange with a server, and how exchanges are repeated: knows no collection of the API.

pub(crate) mod authenticator;
pub(crate) mod base_url;
pub(crate) mod certificates;
pub(crate) mod evidence;
pub(crate) mod limiter;
pub(crate) mod pages;
pub(crate) mod proxy;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod request_log;
pub(crate) mod retry;
pub(crate) mod retry_after;
pub(crate) mod transport;
