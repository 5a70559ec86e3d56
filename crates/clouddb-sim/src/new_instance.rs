//! `POST /instances`: a new instance, a restore of a backup, or a replica.
//!
//! The order of checks is the service's: the first failure wins. Shape, datastore, databases, users,
//! flavor, volume, backup, source, quota, configuration.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::call::Call;
use crate::cloud::Cloud;
use crate::objects::{Database, Datastore, Guest, Instance, Lag, Task, TaskKind, User};
use crate::options::{Flavor, Options};
use crate::python::repr;
use crate::reply::{Answer, Reply, default_text};
use crate::schema::{self, Schema};
use crate::site::{Place, Site};
use crate::users::BadUsers;
use crate::{
    backups, configurations, databases, datastores, flavors, instances, names, replicas, users,
};

pub(crate) fn create(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let body = schema::parse(&call.request.json()?, "instance", &shape())?;
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);

    let datastore = datastores::choose(body.get("datastore").filter(|value| !value.is_null()))?;
    let mut guest = first_guest(&body)?;
    let flavor = flavors::refer(&options, body.get("flavorRef").unwrap_or(&Value::Null))?;
    let volume = size(body.get("volume"), options.volume_max)?;
    let mut used = FRESH_GB;
    if let Some(backup) = body.get("restorePoint").and_then(|point| names::text(point, "backupRef"))
    {
        used = backups::restore(site, backup, volume, &datastore, &mut guest)?;
    }
    let source = ["replica_of", "slave_of"].iter().find_map(|key| names::text(&body, key));
    let source = source.map(|source| source.rsplit('/').next().unwrap_or_default().to_owned());
    if let Some(source) = &source {
        replicas::check_source(site, &options.flavors, source, flavor)?;
    }
    let datastore = source_datastore(site, source.as_deref()).unwrap_or(datastore);
    check_quota(site, &options, volume)?;
    let configuration = match names::text(&body, "configuration") {
        Some(id) => Some(configurations::attachable(site, id, &datastore, "new")?),
        None => None,
    };

    let mut instance = Instance {
        name: names::text(&body, "name").unwrap_or_default().into(),
        used,
        guest,
        configuration,
        replica_of: source.clone(),
        ..blank(cloud, flavor.id, volume, datastore)
    };
    let site = start(cloud, &call.place, &mut instance, source);
    let view = instances::view(call, &options, site, &instance, true);
    Ok(Reply::ok(&json!({ "instance": view })))
}

/// GB that an empty database service takes.
const FRESH_GB: f64 = 0.16;

/// Known fields, those included that only other servers of the lineage use and real clients send.
fn shape() -> Schema {
    let database = || databases::shape();
    let user = users::shape();
    let datastore = Schema::object(
        &[],
        vec![("type", Schema::name().nullable()), ("version", Schema::name().nullable())],
    );
    let restore = Schema::object(&["backupRef"], vec![("backupRef", Schema::uuid())]);
    Schema::object(
        &["name", "flavorRef"],
        vec![
            ("name", Schema::name()),
            ("flavorRef", Schema::flavor_ref()),
            ("volume", Schema::volume()),
            ("databases", Schema::list(database())),
            ("users", Schema::list(user)),
            ("datastore", datastore),
            ("configuration", Schema::name()),
            ("restorePoint", restore),
            ("replica_of", Schema::text()),
            ("slave_of", Schema::text()),
            ("replica_count", Schema::Any),
            ("availability_zone", Schema::Any),
            ("nics", Schema::Any),
            ("locality", Schema::Any),
            ("modules", Schema::Any),
            ("region_name", Schema::Any),
        ],
    )
}

/// Databases and users of the body. A bad user is refused without a reason, as the service does.
fn first_guest(body: &Value) -> Result<Guest, Reply> {
    let list = |key: &str| body.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let databases = databases::parse(&list("databases"))?;
    let listed: BTreeSet<&String> = databases.iter().map(|(name, _)| name).collect();
    let users = users::parse(&list("users")).map_err(|bad| match bad {
        BadUsers::Repeated => BadUsers::Repeated.into(),
        BadUsers::Refused(_) => Reply::bad_request(default_text(400)),
    })?;
    for user in &users {
        if let Some(absent) = user.grants.iter().find(|grant| !listed.contains(grant)) {
            return Err(Reply::bad_request(format!(
                "The request indicates that user {} should have access to database {absent}, but \
                 database {absent} is not included in the initial databases list.",
                user.name
            )));
        }
    }
    Ok(Guest {
        databases: databases.into_iter().collect(),
        users: users
            .into_iter()
            .map(|user| (names::user_key(&user.name, &user.host), user))
            .collect(),
    })
}

/// The size of a volume in GB, which may come as text.
pub(crate) fn size(volume: Option<&Value>, most: u64) -> Result<u64, Reply> {
    let Some(size) = volume.and_then(|volume| volume.get("size")) else {
        return Err(Reply::bad_request("Volume size was not specified."));
    };
    let gb = gigabytes(size);
    if gb == 0 {
        return Err(Reply::bad_request(format!(
            "Volume 'size' needs to be a positive integer value, {} cannot be accepted.",
            repr(size)
        )));
    }
    check_size(gb, most)?;
    Ok(gb)
}

/// A size that passed the shape: whole and not negative.
pub(crate) fn gigabytes(size: &Value) -> u64 {
    match size {
        // More digits than fit are larger than any maximum.
        Value::String(digits) => digits.parse().unwrap_or(u64::MAX),
        other => other.as_u64().unwrap_or_default(),
    }
}

pub(crate) fn check_size(gb: u64, most: u64) -> Result<(), Reply> {
    if gb > most {
        return Err(Reply::fault(
            413,
            format!("Volume 'size' cannot exceed maximum of {most} GB, {gb} cannot be accepted."),
        ));
    }
    Ok(())
}

/// Refuses what would go beyond a quota; `more` counts the GB that are asked for.
pub(crate) fn check_volume_quota(site: &Site, options: &Options, more: u64) -> Result<(), Reply> {
    let sum: u64 = site.instances.values().map(|instance| instance.volume).sum();
    if options.quotas.volumes.is_some_and(|most| sum + more > most) {
        return Err(quota("'volumes'"));
    }
    Ok(())
}

fn check_quota(site: &Site, options: &Options, volume: u64) -> Result<(), Reply> {
    let full = options.quotas.instances.is_some_and(|most| site.instances.len() >= most);
    match (full, check_volume_quota(site, options, volume)) {
        (true, Ok(())) => Err(quota("'instances'")),
        (true, Err(_)) => Err(quota("'instances', 'volumes'")),
        (false, checked) => checked,
    }
}

pub(crate) fn quota(resources: &str) -> Reply {
    Reply::fault(413, format!("Quota exceeded for resources: [{resources}]."))
}

fn source_datastore(site: &Site, source: Option<&str>) -> Option<Datastore> {
    source.and_then(|id| site.instances.get(id)).map(|instance| instance.datastore.clone())
}

/// An instance without a name, at rest and empty.
pub(crate) fn blank(cloud: &Cloud, flavor: u64, volume: u64, datastore: Datastore) -> Instance {
    let stamp = cloud.stamp();
    Instance {
        id: uuid::Uuid::new_v4().to_string(),
        name: String::new(),
        flavor,
        volume,
        used: FRESH_GB,
        datastore,
        created: stamp.clone(),
        updated: stamp,
        status: "ACTIVE".into(),
        held: None,
        task: None,
        guest: Guest::default(),
        root_enabled: false,
        root_password: None,
        configuration: None,
        replica_of: None,
        hidden: false,
    }
}

/// Puts the instance in its place and lets it build; the source of a replica restarts.
fn start<'a>(
    cloud: &'a mut Cloud,
    place: &Place,
    instance: &mut Instance,
    source: Option<String>,
) -> &'a Site {
    instance.task = Some(cloud.task(TaskKind::Build));
    let restart: Option<Task> = source.is_some().then(|| cloud.task(TaskKind::Restart));
    let site = cloud.site(place);
    if let Some(source) = source.and_then(|id| site.instances.get_mut(&id)) {
        source.task = restart;
    }
    site.instances.insert(instance.id.clone(), instance.clone());
    site
}

/// A database that is there from the beginning.
pub(crate) fn first_database(character_set: String, collate: String) -> Database {
    Database { character_set, collate, lag: Lag::None }
}

/// The flavor of this ID among those on offer.
pub(crate) fn flavor_ram(flavors: &[Flavor], id: u64) -> u64 {
    flavors.iter().find(|flavor| flavor.id == id).map_or(0, |flavor| flavor.ram)
}

/// A user that is there from the beginning.
pub(crate) fn first_user(name: &str, host: &str, password: &str, grants: BTreeSet<String>) -> User {
    User { name: name.into(), host: host.into(), password: password.into(), grants, lag: Lag::None }
}
