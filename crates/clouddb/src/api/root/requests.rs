//! The requests about the root user.

use crate::http::request::{Path, Request};

fn path(instance_id: &str) -> Path {
    Path::of("instances").name(instance_id).word("root")
}

pub(crate) fn is_enabled(instance_id: &str) -> Request {
    Request::get(path(instance_id))
}

/// Each makes another password, so which reply is the last one has to be known.
pub(crate) fn enable(instance_id: &str) -> Request {
    Request::post_nothing(path(instance_id))
}
