//! The requests about configuration groups.

use crate::http::request::{Path, Request};

pub(crate) fn list() -> Request {
    Request::get(Path::of("configurations"))
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(Path::of("configurations").name(id))
}
