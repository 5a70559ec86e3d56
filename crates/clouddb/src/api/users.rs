//! The users of an instance, and what they may use.
//!
//! **Quirks.** A user is a name and a host: two users may share a name. The API takes what follows a
//! period at the end of a path for a format, and has deleted `john` when `john.doe` was meant, so
//! names with a period are refused here. The password cannot be read back.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/user-management.rst>.

use crate::api::collection::{self, Collection};
use crate::api::databases::model::Database;
use crate::api::users::model::UserId;
use crate::sender::Sender;
use crate::value::error::Error;

pub(crate) mod model;
pub(crate) mod requests;

/// `GET /instances/{id}/users`
pub(crate) fn collection(instance_id: &str) -> Collection {
    let of = format!("of {instance_id}");
    let request = requests::list(instance_id);
    Collection { request, names: &["users"], what: "users", of }
}

/// `GET /instances/{id}/users/{user}/databases`, all pages.
pub(crate) async fn grants(
    sender: &Sender,
    instance_id: &str,
    id: &UserId,
) -> Result<Vec<String>, Error> {
    let request = requests::grants(instance_id, id);
    let databases = collection::read::<Database>(sender, &request, &["databases"]).await?.items;
    Ok(databases.into_iter().map(|it| it.name).collect())
}

#[cfg(test)]
mod tests;
