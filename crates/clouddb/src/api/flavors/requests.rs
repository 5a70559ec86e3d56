//! The requests about flavors.

use crate::http::request::{Path, Request};

pub(crate) fn list() -> Request {
    Request::get(Path::of("flavors"))
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(Path::of("flavors").name(id))
}
