//! `/instances/{id}/users`. A user is a pair of name and host.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Users".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::call::Call;
use crate::cloud::Cloud;
use crate::new_instance::first_user;
use crate::objects::{Instance, Lag, User};
use crate::options::Options;
use crate::pages::{self, Limits, Page};
use crate::reply::{Answer, Reply};
use crate::schema::{self, Schema};
use crate::site::Site;
use crate::{instances, names};

pub(crate) fn shape() -> Schema {
    let database = Schema::object(&["name"], vec![("name", Schema::name())]);
    Schema::object(
        &["name", "password"],
        vec![
            ("name", Schema::name()),
            ("password", Schema::name()),
            ("host", Schema::host()),
            ("databases", Schema::list(database)),
        ],
    )
}

/// Users of a checked list, refused together if one of them is bad.
pub(crate) fn parse(list: &[Value]) -> Result<Vec<User>, BadUsers> {
    const DOING: &str = "create";
    let mut users: Vec<User> = Vec::new();
    for item in list {
        let name = names::text(item, "name").unwrap_or_default();
        let password = names::text(item, "password").unwrap_or_default();
        let host = names::text(item, "host").unwrap_or("%");
        names::check_user(name, DOING)?;
        names::check_password(password, DOING)?;
        names::check_host(host, DOING)?;
        if users.iter().any(|user| user.name == name && user.host == host) {
            return Err(BadUsers::Repeated);
        }
        users.push(first_user(name, host, password, databases(item)));
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
    list.iter().filter_map(|database| names::text(database, "name")).map(str::to_owned).collect()
}

pub(crate) fn create(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let list = schema::parse(&call.request.json()?, "users", &Schema::list(shape()))?;
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let users = parse(list.as_array().map_or(&[], Vec::as_slice))?;
    instances::writable(site, &options, id)?;
    let Some(instance) = site.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    for user in &users {
        refuse_taken(instance, &user.name, &user.host)?;
    }
    for user in users {
        let user = User { lag: Lag::appearing(options.guest_lag), ..user };
        instance.guest.users.insert(names::user_key(&user.name, &user.host), user);
    }
    Ok(Reply::accepted())
}

fn refuse_taken(instance: &Instance, name: &str, host: &str) -> Result<(), Reply> {
    let taken = instance.guest.users.get(&names::user_key(name, host));
    match taken.filter(|user| !matches!(user.lag, Lag::Vanishing(_))) {
        Some(_) => {
            Err(Reply::bad_request(format!("A user with the name \"{name}\" already exists.")))
        }
        None => Ok(()),
    }
}

pub(crate) fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::running(site, id)?;
    let page = Page::of(call, options.page_sizes.users, Limits::ZeroIsAll)?;
    let page = pages::user_marker(page, options.legacy.marker_decoded_once);
    let source = instances::find(site, id)?.replica_of.clone();
    let holder = source.unwrap_or_else(|| id.to_owned());
    let Some(instance) = site.instances.get_mut(&holder) else {
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
    // The link's marker is quoted twice: here, and when the link is put together.
    let next = next.map(pages::encode);
    Ok(Reply::ok(&pages::body(call, "users", &items, next.as_deref())))
}

fn view(user: &User) -> Value {
    json!({ "name": user.name, "host": user.host, "databases": grants(user) })
}

pub(crate) fn grants(user: &User) -> Vec<Value> {
    user.grants.iter().map(|name| json!({ "name": name })).collect()
}

/// Name and host of the user that a last path segment names.
///
/// `.json` at its end is a format; older servers took whatever followed the first period for one.
fn last_segment(options: &Options, segment: &str, doing: &str) -> Result<(String, String), Reply> {
    let segment = if options.legacy.period_bug {
        segment.split('.').next().unwrap_or_default()
    } else {
        segment.strip_suffix(".json").unwrap_or(segment)
    };
    address(segment, doing)
}

/// Name and host that a path segment names, checked.
pub(crate) fn address(segment: &str, doing: &str) -> Result<(String, String), Reply> {
    let (name, host) = names::parse_user(segment);
    names::check_user(&name, doing)?;
    Ok((name, host))
}

/// The user of an instance whose service runs; a replica has the users of its source.
pub(crate) fn find<'a>(
    site: &'a Site,
    id: &str,
    name: &str,
    host: &str,
) -> Result<&'a User, Reply> {
    let key = names::user_key(name, host);
    let user = site.guest(id).and_then(|guest| guest.users.get(&key));
    user.filter(|user| !matches!(user.lag, Lag::Vanishing(_))).ok_or_else(|| no_user(&key))
}

fn no_user(key: &str) -> Reply {
    Reply::not_found(format!("User {key} cannot be found on the instance."))
}

pub(crate) fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let (name, host) = last_segment(&options, segment, "show")?;
    instances::running(site, id)?;
    Ok(Reply::ok(&json!({ "user": view(find(site, id, &name, &host)?) })))
}

/// Name, host and password, each if given. A name or host that is given must lead to a free pair, so
/// repeating the present name is refused.
pub(crate) fn update(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    const DOING: &str = "update";
    let shape = Schema::Object {
        required: &[],
        fields: vec![
            ("name", Schema::name()),
            ("password", Schema::name()),
            ("host", Schema::host()),
        ],
        least: 1,
    };
    let change = schema::parse(&call.request.json()?, "user", &shape)?;
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let (name, host) = last_segment(&options, segment, DOING)?;
    let new_name = names::text(&change, "name");
    let new_host = names::text(&change, "host");
    let password = names::text(&change, "password");
    new_name.map_or(Ok(()), |name| names::check_user(name, DOING))?;
    new_host.map_or(Ok(()), |host| names::check_host(host, DOING))?;
    password.map_or(Ok(()), |password| names::check_password(password, DOING))?;
    instances::writable(site, &options, id)?;
    let mut user = find(site, id, &name, &host)?.clone();
    let Some(instance) = site.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    if new_name.is_some() || new_host.is_some() {
        user.name = new_name.unwrap_or(&name).into();
        user.host = new_host.unwrap_or(&host).into();
        refuse_taken(instance, &user.name, &user.host)?;
        instance.guest.users.remove(&names::user_key(&name, &host));
    }
    if let Some(password) = password {
        password.clone_into(&mut user.password);
    }
    instance.guest.users.insert(names::user_key(&user.name, &user.host), user);
    Ok(Reply::accepted())
}

/// All of them, or none if one is unknown.
pub(crate) fn change_passwords(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    const DOING: &str = "update";
    let list = schema::parse(&call.request.json()?, "users", &Schema::list(shape()))?;
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let mut changes = Vec::new();
    for item in list.as_array().into_iter().flatten() {
        let name = names::text(item, "name").unwrap_or_default();
        let host = names::text(item, "host").unwrap_or("%");
        let password = names::text(item, "password").unwrap_or_default();
        names::check_user(name, DOING)?;
        names::check_password(password, DOING)?;
        changes.push((name, host, password));
    }
    instances::writable(site, &options, id)?;
    for (name, host, _) in &changes {
        find(site, id, name, host)?;
    }
    let Some(instance) = site.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    for (name, host, password) in changes {
        if let Some(user) = instance.guest.users.get_mut(&names::user_key(name, host)) {
            password.clone_into(&mut user.password);
        }
    }
    Ok(Reply::accepted())
}

pub(crate) fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let (name, host) = last_segment(&options, segment, "delete")?;
    instances::writable(site, &options, id)?;
    find(site, id, &name, &host)?;
    let Some(instance) = site.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    let key = names::user_key(&name, &host);
    if options.guest_lag == 0 {
        instance.guest.users.remove(&key);
    } else if let Some(user) = instance.guest.users.get_mut(&key) {
        user.lag = Lag::Vanishing(options.guest_lag);
    }
    Ok(Reply::accepted())
}
