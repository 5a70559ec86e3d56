//! `/instances/{id}/databases`. There is no reading of one database, and nothing but its name is ever
//! told.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Databases".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api::instances::availability::{self, done};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::pages::{self, LimitRule, Page};
use crate::message::reply::{Answer, Reply, default_message};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::Release;
use crate::state::cloud::Cloud;
use crate::state::databases::Database;
use crate::state::lag::Lag;
use crate::state::names;

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["instances", id, "databases"]) => list(cloud, call, id),
        ("POST", ["instances", id, "databases"]) => create(cloud, call, id),
        ("GET", ["instances", id, "databases", _]) => get(cloud, call, id),
        ("DELETE", ["instances", id, "databases", name]) => delete(cloud, call, id, name),
        _ => return None,
    })
}

pub(crate) fn shape() -> Schema {
    Schema::object(
        &["name"],
        vec![
            ("name", Schema::name_of(usize::MAX)),
            ("character_set", Schema::text()),
            ("collate", Schema::text()),
        ],
    )
}

/// Databases of a checked list, refused together if one of them is bad.
pub(crate) fn parse(release: Release, list: &[Value]) -> Result<Vec<(String, Database)>, Reply> {
    let mut databases = Vec::new();
    let mut seen = BTreeSet::new();
    for item in list {
        let name = fields::text(item, "name").unwrap_or_default();
        let (set, collate) = (fields::text(item, "character_set"), fields::text(item, "collate"));
        let (character_set, collate) = match release {
            Release::Older => {
                names::check_database(name).map_err(Reply::bad_request)?;
                names::charset(set, collate).map_err(Reply::bad_request)?
            }
            Release::Newer => names::unchecked_charset(set, collate),
        };
        if !seen.insert(name) {
            return Err(Reply::bad_request(
                "Two or more databases share the same name in the initial databases list. Please \
                 correct the names or remove the duplicate entries.",
            ));
        }
        databases.push((name.to_owned(), Database::new(character_set, collate)));
    }
    Ok(databases)
}

fn create(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let list = validation::parse(&call.request.json()?, "databases", &Schema::list(shape()))?;
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    let databases = parse(options.release, list.as_array().map_or(&[], Vec::as_slice))?;
    availability::writable(region, &options, id)?;
    let Some(instance) = region.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    let present = |name: &String| {
        instance.guest.databases.get(name).is_some_and(|database| !database.lag.is_vanishing())
    };
    if let Some((name, _)) = databases.iter().find(|(name, _)| present(name)) {
        return Err(Reply::bad_request(format!(
            "A database with the name \"{name}\" already exists."
        )));
    }
    for (name, database) in databases {
        let database = Database { lag: Lag::appearing(options.guest_lag), ..database };
        done(instance.create_database(&name, database))?;
    }
    Ok(Reply::accepted())
}

fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::running(region, id)?;
    let page = Page::of(call, options.page_sizes.databases, LimitRule::ZeroIsAll)?;
    let page = page.by_key(options.legacy.marker_decoded_twice);
    let source = availability::find(region, id)?.replica_of.clone();
    let holder = source.unwrap_or_else(|| id.to_owned());
    let Some(instance) = region.instances.get_mut(&holder) else {
        return Err(Reply::no_resource(id));
    };
    let databases = &mut instance.guest.databases;
    // A listing begins with its first page: only that one counts for the lag.
    let mut listed = Vec::new();
    for (name, database) in databases.iter_mut() {
        let seen =
            if page.marker.is_none() { database.lag.is_listed() } else { database.lag.is_seen() };
        if seen {
            listed.push(name.clone());
        }
    }
    databases.retain(|_, database| !database.lag.is_gone());
    let (items, next) =
        page.cut(listed.iter().map(|name| (name.as_str(), json!({ "name": name }))));
    Ok(Reply::ok(&pages::body_by_key(call, "databases", &items, next)))
}

/// Not implemented by the service.
fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    availability::find(cloud.region(&call.place), id)?;
    Err(Reply::fault(501, default_message(501)))
}

fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str, name: &str) -> Answer {
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    availability::find(region, id)?;
    // The router takes what follows a period for a format; no valid name has one.
    let name = name.split('.').next().unwrap_or_default();
    names::check_database(name).map_err(|why| {
        let about = if why.contains("reservedlist") { "Cannot delete database: " } else { "" };
        Reply::bad_request(format!("Database delete error: {about}{why}"))
    })?;
    availability::writable(region, &options, id)?;
    let Some(instance) = region.instances.get_mut(id) else { return Err(Reply::no_resource(id)) };
    let found = instance.guest.databases.get(name);
    match found.filter(|database| !database.lag.is_vanishing()) {
        // Grants on the database stay, as they do in MySQL.
        Some(_) => {
            done(instance.drop_database(name, options.guest_lag))?;
        }
        None if options.legacy.silent_database_delete => {}
        None => {
            return Err(Reply::not_found(format!(
                "Database {name} cannot be found on the instance."
            )));
        }
    }
    Ok(Reply::accepted())
}
