//! The request about limits.

use crate::http::request::{Path, Request};

pub(crate) fn get() -> Request {
    Request::get(Path::of("limits"))
}
