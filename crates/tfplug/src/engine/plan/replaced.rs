//! What is stored with an object that is to be replaced.
//!
//! Terraform deletes the old object with the private state of the plan of the new one, and without an
//! identity. If the deletion fails, that is what it keeps beside the old object. So the plan of the new one
//! carries along what is stored with the old one, from which its identity can be told, too.
//!
//! A tainted object is planned as if there were none, so nothing is known of it here.

use serde_json::Value as Json;

use crate::context::Private;

/// Where the planned private state holds it.
const REPLACED: &str = "tfplug: stored with the object to replace";

/// Carries along what is stored with the old object.
pub(super) fn carry(private: &mut Private, stored: Private) {
    if !stored.is_empty() {
        private.insert(REPLACED.to_owned(), stored.into_iter().collect());
    }
}

/// What the deletion of the old object finds stored with it.
pub(crate) fn restore(mut private: Private) -> Private {
    if let Some(Json::Object(stored)) = private.remove(REPLACED) {
        private.extend(stored);
    }
    private
}
