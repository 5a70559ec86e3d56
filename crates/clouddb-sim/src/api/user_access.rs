//! `/instances/{id}/users/{user}/databases`: what a user may use. Databases need not exist.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Users".

use serde_json::{Value, json};

use crate::api::instances::availability::{self, done};
use crate::api::users;
use crate::api::users::address::address;
use crate::message::call::Call;
use crate::message::fields;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::state::cloud::Cloud;
use crate::state::instances::Instance;
use crate::state::users::user_key;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["instances", id, "users", user, "databases"]) => list(cloud, call, id, user),
        ("PUT", ["instances", id, "users", user, "databases"]) => grant(cloud, call, id, user),
        ("DELETE", ["instances", id, "users", user, "databases", name]) => {
            revoke(cloud, call, id, user, name)
        }
        _ => return None,
    })
}

/// What a refusal of the user in the path begins with.
const LOADING: &str = "Error loading user";

fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let (name, host) = address(segment, LOADING)?;
    availability::running(region, id)?;
    let user = users::find(region, id, &name, &host)?;
    Ok(Reply::ok(&json!({ "databases": users::grants(user) })))
}

/// Adds grants and never takes one away.
fn grant(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let database = Schema::object(&["name"], vec![("name", Schema::name())]);
    let body = call.request.json()?;
    // What has no list of names in it breaks the server: it has no schema for this.
    let list = body.get("databases").and_then(Value::as_array).ok_or_else(Reply::internal_error)?;
    if list.iter().any(|item| fields::text(item, "name").is_none()) {
        return Err(Reply::internal_error());
    }
    let list = validation::parse(&body, "databases", &Schema::list(database))?;
    let granted = users::databases(&json!({ "databases": list }));
    change(cloud, call, id, segment, |instance, name, host| {
        done(instance.grant(name, host, granted))
    })
}

fn revoke(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str, database: &str) -> Answer {
    let database = database.split('.').next().unwrap_or_default();
    change(cloud, call, id, segment, |instance, name, host| {
        let user = instance.guest.users.get(&user_key(name, host));
        if user.is_some_and(|user| user.grants.contains(database)) {
            return done(instance.revoke(name, host, database));
        }
        Err(Reply::not_found(format!("Database {database} cannot be found on the instance.")))
    })
}

fn change(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    segment: &str,
    change: impl FnOnce(&mut Instance, &str, &str) -> Result<(), Reply>,
) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let (name, host) = address(segment, LOADING)?;
    availability::writable(region, &options, id)?;
    users::find(region, id, &name, &host)?;
    let instance = region.instances.get_mut(id);
    instance.map_or(Ok(()), |instance| change(instance, &name, &host))?;
    Ok(Reply::accepted())
}
