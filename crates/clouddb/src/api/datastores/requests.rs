//! The requests about datastores.

use crate::http::request::{Path, Request};

pub(crate) fn list() -> Request {
    Request::get(Path::of("datastores"))
}

pub(crate) fn get(id_or_name: &str) -> Request {
    Request::get(Path::of("datastores").name(id_or_name))
}
