//! The API: one file a collection, each with its calls, the shapes that it accepts, the order of its
//! checks, and how it shows an object.
//!
//! A new collection is a file here and a line in [`COLLECTIONS`], a file in `state/` and a line in
//! [`Region`](crate::state::region::Region).

pub(crate) mod identity;
pub(crate) mod versions;

mod actions;
mod backups;
mod catalog;
mod configurations;
mod databases;
mod datastores;
mod flavors;
mod instances;
mod quotas;
mod replicas;
mod root;
mod user_access;
mod users;

use crate::message::call::Call;
use crate::message::reply::{Answer, Reply};
use crate::state::cloud::Cloud;

/// Answers the calls of one collection by method and path below the account; `None` for any other.
type Collection = fn(&mut Cloud, &Call<'_>, &[&str]) -> Option<Answer>;

/// The collections of the database service.
const COLLECTIONS: &[Collection] = &[
    flavors::route,
    datastores::route,
    configurations::route,
    backups::route,
    instances::route,
    actions::route,
    root::route,
    replicas::route,
    databases::route,
    users::route,
    user_access::route,
];

/// Answers a call to the database service.
pub(crate) fn answer(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let path: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let answered = COLLECTIONS.iter().find_map(|route| route(cloud, call, &path));
    answered.unwrap_or_else(|| Err(Reply::no_route()))
}
