//! `/instances/{id}/users`. A user is a pair of name and host.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Users".

pub(crate) mod address;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api::instances::availability::{self, done};
use crate::api::users::address::{check_host, check_password, check_user, last_segment};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::pages::{self, LimitRule, Page};
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::Release;
use crate::state::cloud::Cloud;
use crate::state::instances::Instance;
use crate::state::lag::Lag;
use crate::state::names;
use crate::state::region::Region;
use crate::state::users::{User, user_key};

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["instances", id, "users"]) => list(cloud, call, id),
        ("POST", ["instances", id, "users"]) => create(cloud, call, id),
        ("PUT", ["instances", id, "users"]) => change_passwords(cloud, call, id),
        ("GET", ["instances", id, "users", user]) => get(cloud, call, id, user),
        ("PUT", ["instances", id, "users", user]) => update(cloud, call, id, user),
        ("DELETE", ["instances", id, "users", user]) => delete(cloud, call, id, user),
        _ => return None,
    })
}

pub(crate) fn shape() -> Schema {
    let database = Schema::object(&["name"], vec![("name", Schema::name())]);
    Schema::object(
        &["name", "password"],
        vec![
            ("name", Schema::name()),
            ("password", Schema::name()),
            ("host", Schema::host()),
            ("databases", Schema::set(database)),
        ],
    )
}

/// Users of a checked list, refused together if one of them is bad.
pub(crate) fn parse(release: Release, list: &[Value]) -> Result<Vec<User>, BadUsers> {
    const OPERATION: &str = "User create error";
    let mut users: Vec<User> = Vec::new();
    for item in list {
        let name = fields::text(item, "name").unwrap_or_default();
        let password = fields::text(item, "password").unwrap_or_default();
        let host = fields::text(item, "host").unwrap_or("%");
        check_user(name, OPERATION)?;
        check_password(password, OPERATION)?;
        check_host(host, OPERATION)?;
        let databases = databases(item);
        for database in databases.iter().filter(|_| release == Release::Older) {
            names::check_database(database)
                .map_err(|why| Reply::bad_request(format!("{OPERATION}: {why}")))?;
        }
        if users.iter().any(|user| user.name == name && user.host == host) {
            return Err(BadUsers::Repeated);
        }
        users.push(User::new(name, host, password, databases));
    }
    Ok(users)
}

/// Why a list of users is refused.
#[derive(Debug)]
pub(crate) enum BadUsers {
    /// One of them is bad.
    Refused(Reply),
    /// Two of them are the same.
    Repeated,
}

impl From<Reply> for BadUsers {
    fn from(refusal: Reply) -> Self {
        Self::Refused(refusal)
    }
}

impl From<BadUsers> for Reply {
    fn from(bad: BadUsers) -> Self {
        match bad {
            BadUsers::Refused(refusal) => refusal,
            BadUsers::Repeated => Self::bad_request(
                "Two or more users share the same name and host in the initial users list. Please \
                 correct the names or remove the duplicate entries.",
            ),
        }
    }
}

/// Names below `databases`, which need not exist.
pub(crate) fn databases(item: &Value) -> BTreeSet<String> {
    let list = item.get("databases").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(|database| fields::text(database, "name")).map(str::to_owned).collect()
}

fn create(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let list = validation::parse(&call.request.json()?, "users", &Schema::list(shape()))?;
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let users = parse(options.release, list.as_array().map_or(&[], Vec::as_slice))?;
    availability::writable(region, &options, id)?;
    let Some(instance) = region.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    for user in &users {
        refuse_taken(instance, &user.name, &user.host)?;
    }
    for user in users {
        let user = User { lag: Lag::appearing(options.guest_lag), ..user };
        done(instance.create_user(user))?;
    }
    Ok(Reply::accepted())
}

fn refuse_taken(instance: &Instance, name: &str, host: &str) -> Result<(), Reply> {
    let taken = instance.guest.users.get(&user_key(name, host));
    match taken.filter(|user| !user.lag.is_vanishing()) {
        Some(_) => {
            Err(Reply::bad_request(format!("A user with the name \"{name}\" already exists.")))
        }
        None => Ok(()),
    }
}

fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::running(region, id)?;
    let page = Page::of(call, options.page_sizes.users, LimitRule::ZeroIsAll)?;
    let page = page.by_key(options.legacy.marker_decoded_twice);
    let source = availability::find(region, id)?.replica_of.clone();
    let holder = source.unwrap_or_else(|| id.to_owned());
    let Some(instance) = region.instances.get_mut(&holder) else {
        return Err(Reply::no_resource(id));
    };
    let users = &mut instance.guest.users;
    let mut listed = Vec::new();
    for (key, user) in users.iter_mut() {
        let seen = if page.marker.is_none() { user.lag.is_listed() } else { user.lag.is_seen() };
        if seen {
            listed.push((key.clone(), view(user)));
        }
    }
    users.retain(|_, user| !user.lag.is_gone());
    let (items, next) = page.cut(listed.iter().map(|(key, view)| (key.as_str(), view.clone())));
    Ok(Reply::ok(&pages::body_by_key(call, "users", &items, next)))
}

fn view(user: &User) -> Value {
    json!({ "name": user.name, "host": user.host, "databases": grants(user) })
}

pub(crate) fn grants(user: &User) -> Vec<Value> {
    user.grants.iter().map(|name| json!({ "name": name })).collect()
}

/// The user of an instance whose service runs; a replica has the users of its source.
pub(crate) fn find<'a>(
    region: &'a Region,
    id: &str,
    name: &str,
    host: &str,
) -> Result<&'a User, Reply> {
    let key = user_key(name, host);
    let user = region.guest(id).and_then(|guest| guest.users.get(&key));
    user.filter(|user| !user.lag.is_vanishing()).ok_or_else(|| no_user(&key))
}

fn no_user(key: &str) -> Reply {
    Reply::not_found(format!("User {key} cannot be found on the instance."))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let (name, host) = last_segment(&options, segment, "User show error")?;
    availability::running(region, id)?;
    Ok(Reply::ok(&json!({ "user": view(find(region, id, &name, &host)?) })))
}

/// Name, host and password, each if given. A name or host that is given must lead to a free pair, so
/// repeating the present name is refused.
fn update(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    const OPERATION: &str = "User update error";
    let shape = Schema::Object {
        required: &[],
        fields: vec![
            ("name", Schema::name()),
            ("password", Schema::name()),
            ("host", Schema::host()),
        ],
        min_properties: 1,
    };
    let change = validation::parse(&call.request.json()?, "user", &shape)?;
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let (name, host) = last_segment(&options, segment, OPERATION)?;
    let new_name = fields::text(&change, "name");
    let new_host = fields::text(&change, "host");
    let password = fields::text(&change, "password");
    availability::writable(region, &options, id)?;
    find(region, id, &name, &host)?;
    new_name.map_or(Ok(()), |name| check_user(name, OPERATION))?;
    new_host.map_or(Ok(()), |host| check_host(host, OPERATION))?;
    let Some(instance) = region.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    let to = (new_name.unwrap_or(&name), new_host.unwrap_or(&host));
    if new_name.is_some() || new_host.is_some() {
        refuse_taken(instance, to.0, to.1)?;
        done(instance.rename_user((&name, &host), to))?;
    }
    if let Some(password) = password {
        done(instance.set_password(to.0, to.1, password))?;
    }
    Ok(Reply::accepted())
}

/// All of them, or none if one is unknown.
fn change_passwords(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    const OPERATION: &str = "Error loading user";
    let list = validation::parse(&call.request.json()?, "users", &Schema::list(shape()))?;
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let mut changes = Vec::new();
    for item in list.as_array().into_iter().flatten() {
        let name = fields::text(item, "name").unwrap_or_default();
        let host = fields::text(item, "host").unwrap_or("%");
        let password = fields::text(item, "password").unwrap_or_default();
        check_user(name, OPERATION)?;
        check_password(password, OPERATION)?;
        changes.push((name, host, password));
    }
    availability::writable(region, &options, id)?;
    for (name, host, _) in &changes {
        find(region, id, name, host)?;
    }
    let Some(instance) = region.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    for (name, host, password) in changes {
        done(instance.set_password(name, host, password))?;
    }
    Ok(Reply::accepted())
}

fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let (name, host) = last_segment(&options, segment, "User delete error")?;
    availability::writable(region, &options, id)?;
    find(region, id, &name, &host)?;
    let Some(instance) = region.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    done(instance.drop_user(&name, &host, options.guest_lag))?;
    Ok(Reply::accepted())
}
