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
mod ha;
mod instances;
mod limits;
mod quotas;
mod replicas;
mod root;
mod schedules;
mod upgrades;
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
    limits::route,
    datastores::route,
    configurations::route,
    backups::route,
    schedules::route,
    instances::route,
    ha::route,
    actions::route,
    root::route,
    replicas::route,
    databases::route,
    users::route,
    user_access::route,
];

/// The calls that are answered: the path below the account, with `*` for an ID or a name, and its
/// methods.
const CALLS: &[(&str, &[&str])] = &[
    ("/flavors", &["GET"]),
    ("/flavors/*", &["GET"]),
    ("/limits", &["GET"]),
    ("/datastores", &["GET"]),
    ("/datastores/*", &["GET"]),
    ("/datastores/versions/*", &["GET"]),
    ("/datastores/*/versions", &["GET"]),
    ("/datastores/*/versions/*", &["GET"]),
    ("/datastores/*/versions/*/flavors", &["GET"]),
    ("/datastores/versions/*/parameters", &["GET"]),
    ("/datastores/versions/*/parameters/*", &["GET"]),
    ("/datastores/*/versions/*/parameters", &["GET"]),
    ("/datastores/*/versions/*/parameters/*", &["GET"]),
    ("/configurations", &["GET", "POST"]),
    ("/configurations/*", &["GET", "PUT", "PATCH", "DELETE"]),
    ("/configurations/*/instances", &["GET"]),
    ("/backups", &["GET", "POST"]),
    ("/backups/*", &["GET", "DELETE"]),
    ("/backups/*/action", &["POST"]),
    ("/schedules", &["GET", "POST"]),
    ("/schedules/*", &["GET", "PUT", "DELETE"]),
    ("/instances", &["GET", "POST"]),
    ("/instances/*", &["GET", "PUT", "PATCH", "DELETE"]),
    ("/instances/*/configuration", &["GET"]),
    ("/ha", &["GET", "POST"]),
    ("/ha/*", &["GET", "PATCH", "DELETE"]),
    ("/ha/*/acls", &["GET", "POST"]),
    ("/ha/*/acls/*", &["DELETE"]),
    ("/ha/*/action", &["POST"]),
    ("/ha/*/backups", &["GET"]),
    ("/datastore/version/*/configuration/*", &["GET"]),
    ("/instances/*/action", &["POST"]),
    ("/instances/*/backups", &["GET"]),
    ("/instances/*/root", &["GET", "POST"]),
    ("/instances/*/replicas", &["GET"]),
    ("/instances/*/databases", &["GET", "POST"]),
    ("/instances/*/databases/*", &["GET", "DELETE"]),
    ("/instances/*/users", &["GET", "POST", "PUT"]),
    ("/instances/*/users/*", &["GET", "PUT", "DELETE"]),
    ("/instances/*/users/*/databases", &["GET", "PUT"]),
    ("/instances/*/users/*/databases/*", &["DELETE"]),
];

/// The calls that are answered, by method and path.
pub(crate) fn answers() -> impl Iterator<Item = (&'static str, &'static str)> {
    CALLS.iter().flat_map(|(path, methods)| methods.iter().map(|method| (*method, *path)))
}

/// Answers a call to the database service.
pub(crate) fn answer(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    // A body where none belongs breaks the server.
    if matches!(call.method(), "GET" | "DELETE") && !call.request.body.is_empty() {
        return Err(Reply::internal_error());
    }
    let path: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    // What is inside an instance is read where it is: somebody may have changed it past the API.
    if let ["instances", id, "databases" | "users", ..] = path.as_slice() {
        cloud.region(&call.place).look_inside(id);
    }
    let answered = COLLECTIONS.iter().find_map(|route| route(cloud, call, &path));
    answered.unwrap_or_else(|| Err(Reply::no_route()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::request::Request;
    use crate::options::{Options, Release};
    use crate::state::carrier::Carrier;

    #[test]
    fn every_call_of_the_table_is_answered() {
        // It has all calls of the older one, and one more.
        let options = Options { release: Release::Newer, ..Options::default() };
        let mut cloud = Cloud::new(options, Carrier::Memory);
        for (method, path) in answers() {
            let request = Request {
                method: method.into(),
                path: format!("/v1.0/1{path}"),
                query: None,
                host: "localhost".into(),
                token: None,
                content_type: None,
                accept: None,
                user_agent: None,
                body: Vec::new(),
            };
            let segments = path.split('/').skip(1).map(str::to_owned).collect();
            let place = cloud.default_place();
            let call =
                Call { segments, origin: "https://localhost".into(), place, request: &request };

            let reply = answer(&mut cloud, &call).unwrap_or_else(|refusal| refusal);

            assert_ne!(reply.body, Reply::no_route().body, "{method} {path}");
        }
    }
}
