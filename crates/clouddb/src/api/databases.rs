//! The databases of an instance.
//!
//! **Quirks.** The API has no call for one database, never tells its character set or collation, and
//! answers `202 Accepted` when the work has yet to be done, also to the deletion of a database that
//! does not exist.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/databases.rst>.

use crate::api::collection::Collection;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /instances/{id}/databases`
pub(crate) fn collection(instance_id: &str) -> Collection {
    let of = format!("of {instance_id}");
    let request = requests::list(instance_id);
    Collection { request, names: &["databases"], what: "databases", of }
}

#[cfg(test)]
mod tests;
