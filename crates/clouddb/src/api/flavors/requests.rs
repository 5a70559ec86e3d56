//! The requests about flavors.

use crate::http::request::{Path, Request};

pub(crate) fn list() -> Request {
    Request::get(Path::of("flavors"))
}

pub(crate) fn of_version(datastore: &str, version_id: &str) -> Request {
    let path = Path::of("datastores").name(datastore).word("versions").name(version_id);
    Request::get(path.word("flavors"))
}

pub(crate) fn get(id: &str) -> Request {
    Request::get(Path::of("flavors").name(id))
}
