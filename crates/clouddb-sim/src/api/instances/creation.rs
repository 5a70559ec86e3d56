//! `POST /instances`: a new instance, a restore of a backup, or a replica.
//!
//! The order of checks is the service's: the first failure wins. Shape, datastore, databases, users,
//! flavor, volume, backup, source, quota, configuration.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api::instances::view::view;
use crate::api::instances::{availability, volume};
use crate::api::users::BadUsers;
use crate::api::{
    backups, configurations, databases, datastores, flavors, quotas, replicas, users,
};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::reply::{Answer, Reply, default_message};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::Release;
use crate::state::cloud::Cloud;
use crate::state::datastores::Datastore;
use crate::state::guest::Guest;
use crate::state::instances::{FRESH_GB, Instance};
use crate::state::place::Place;
use crate::state::region::Region;
use crate::state::tasks::{Task, TaskKind};

pub(crate) fn create(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let options = cloud.options.clone();
    let body = validation::parse(&call.request.json()?, "instance", &shape(options.release))?;
    let region = cloud.region(&call.place);
    let body = as_its_source(region, options.release, body)?;

    let asked = body.get("datastore").filter(|value| !value.is_null());
    let datastore = datastores::choose(asked)?;
    let mut guest = first_guest(options.release, &body)?;
    let flavor = flavors::by_reference(&options, body.get("flavorRef").unwrap_or(&Value::Null))?;
    let volume = volume::size(body.get("volume"), options.volume_max)?;
    let (mut used, mut restored) = (FRESH_GB, None);
    if let Some(backup) =
        body.get("restorePoint").and_then(|point| fields::text(point, "backupRef"))
    {
        (used, restored) = backups::restore(region, backup, volume, &datastore, &mut guest)?;
    }
    let source = source_of(&body);
    if let Some(source) = &source {
        replicas::check_source(region, &options, source, flavor, asked.map(|_| &datastore))?;
    }
    let datastore = source_datastore(region, source.as_deref()).unwrap_or(datastore);
    quotas::check_instances(region, &options, volume)?;
    let configuration = match fields::text(&body, "configuration") {
        Some(id) => Some(configurations::attachable(region, id, &datastore, "new")?),
        None => None,
    };

    let mut instance = Instance {
        name: fields::text(&body, "name").unwrap_or_default().into(),
        used,
        guest,
        configuration,
        restored,
        replica_of: source.clone(),
        ..Instance::new(flavor.id, volume, datastore, cloud.stamp())
    };
    let region = start(cloud, &call.place, &mut instance, source);
    let view = view(call, &options, region, &instance, true);
    Ok(Reply::ok(&json!({ "instance": view })))
}

/// ID of the instance that the new one replicates.
fn source_of(body: &Value) -> Option<String> {
    let source = ["replica_of", "slave_of"].iter().find_map(|key| fields::text(body, key));
    source.map(|source| source.rsplit('/').next().unwrap_or_default().to_owned())
}

/// The newer release gives a replica the flavor, the volume and the datastore of its source, and
/// refuses a body that has one of them.
fn as_its_source(region: &Region, release: Release, mut body: Value) -> Result<Value, Reply> {
    let Some(source) = source_of(&body).filter(|_| release == Release::Newer) else {
        return Ok(body);
    };
    for (field, word) in
        [("flavorRef", "flavor"), ("volume", "volume size"), ("datastore", "datastore")]
    {
        if body.get(field).is_some() {
            return Err(Reply::bad_request(format!(
                "Cannot specify {word} when creating replicas."
            )));
        }
    }
    let source = availability::find(region, &source)?;
    fields::set(&mut body, "flavorRef", source.flavor.to_string());
    fields::set(&mut body, "volume", json!({ "size": source.volume }));
    Ok(body)
}

/// Known fields, those included that only other servers of the lineage use and real clients send.
fn shape(release: Release) -> Schema {
    let database = || databases::shape();
    let user = users::shape();
    let datastore = Schema::object(
        &[],
        vec![("type", Schema::name().nullable()), ("version", Schema::name().nullable())],
    );
    let restore = Schema::object(&["backupRef"], vec![("backupRef", Schema::uuid())]);
    let required: &[_] = match release {
        Release::Older => &["name", "flavorRef"],
        Release::Newer => &["name"],
    };
    Schema::object(
        required,
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
fn first_guest(release: Release, body: &Value) -> Result<Guest, Reply> {
    let list = |key: &str| body.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let databases = databases::parse(release, &list("databases"))?;
    let listed: BTreeSet<&String> = databases.iter().map(|(name, _)| name).collect();
    let users = users::parse(release, &list("users")).map_err(|bad| match bad {
        BadUsers::Repeated => BadUsers::Repeated.into(),
        BadUsers::Refused(_) => Reply::bad_request(default_message(400)),
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
        users: users.into_iter().map(|user| (user.key(), user)).collect(),
    })
}

fn source_datastore(region: &Region, source: Option<&str>) -> Option<Datastore> {
    source.and_then(|id| region.instances.get(id)).map(|instance| instance.datastore.clone())
}

/// Puts the instance in its place and lets it build; the source of a replica restarts.
fn start<'a>(
    cloud: &'a mut Cloud,
    place: &Place,
    instance: &mut Instance,
    source: Option<String>,
) -> &'a Region {
    instance.task = Some(cloud.task(TaskKind::Build));
    let restart: Option<Task> = source.is_some().then(|| cloud.task(TaskKind::Restart));
    let region = cloud.region(place);
    if let Some(source) = source.and_then(|id| region.instances.get_mut(&id)) {
        source.task = restart;
    }
    region.instances.insert(instance.id.clone(), instance.clone());
    region
}
