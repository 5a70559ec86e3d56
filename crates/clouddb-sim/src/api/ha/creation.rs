//! `POST /ha`: a new HA group, with all its members.
//!
//! The order of checks is that of `POST /instances`: shape, datastore, flavors, volumes, quota,
//! configuration.

use serde_json::{Value, json};

use crate::api::ha::acls;
use crate::api::ha::view::view;
use crate::api::instances::volume;
use crate::api::replicas::{MAX_REPLICAS, MIN_RAM};
use crate::api::{configurations, datastores, flavors, quotas};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::{Flavor, Options};
use crate::state::cloud::Cloud;
use crate::state::ha_groups::{GroupTask, HaGroup, PUBLIC, SERVICENET};
use crate::state::region::Region;

pub(super) fn create(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let options = cloud.options.clone();
    let body = validation::parse(&call.request.json()?, "ha", &shape())?;
    let list = |key: &str| body.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let (sources, replicas) = (list("replica_source"), list("replicas"));
    check_count(sources.len(), replicas.len())?;
    let datastore = datastores::choose(Some(&lowercase(&body)))?;
    let members: Vec<&Value> = sources.iter().chain(&replicas).collect();
    let (flavor, volume) = size_of_all(&options, &members)?;
    let region = cloud.region(&call.place);
    quotas::check_several(region, &options, members.len(), volume)?;
    let configuration = match fields::text(&body, "configuration").filter(|it| !it.is_empty()) {
        Some(id) => Some(configurations::attachable(region, id, &datastore, "new")?),
        None => None,
    };
    let group = HaGroup {
        name: fields::text(&body, "name").unwrap_or_default().into(),
        is_public: is_public(&body),
        acls: addresses(&body),
        configuration,
        task: Some(cloud.group_task(GroupTask::Build)),
        ..HaGroup::new(flavor.id, volume, datastore)
    };
    let stamp = cloud.stamp();
    let region = cloud.region(&call.place);
    add_members(region, &group, &members, &stamp);
    let view = fresh(view(call, &options, region, &group));
    region.ha_groups.insert(group.id.clone(), group);
    Ok(Reply::json(202, &json!({ "ha_instance": view })))
}

fn shape() -> Schema {
    let datastore = Schema::object(
        &["type", "version"],
        vec![("type", Schema::name()), ("version", Schema::name())],
    );
    Schema::object(
        &["name", "datastore", "replica_source", "replicas"],
        vec![
            ("name", Schema::name()),
            ("datastore", datastore),
            ("replica_source", Schema::list(member_shape())),
            ("replicas", Schema::list(member_shape())),
            ("networks", networks_shape()),
            ("acls", Schema::set(acls::shape())),
            ("configuration", Schema::text().nullable()),
        ],
    )
}

/// What a new member says of itself.
pub(super) fn member_shape() -> Schema {
    Schema::object(
        &["name", "flavorRef", "volume"],
        vec![
            ("name", Schema::name()),
            ("flavorRef", Schema::flavor_ref()),
            ("volume", Schema::volume()),
        ],
    )
}

pub(super) fn networks_shape() -> Schema {
    Schema::set(Schema::OneOf(&[SERVICENET, PUBLIC]))
}

pub(super) fn is_public(body: &Value) -> bool {
    let networks = body.get("networks").and_then(Value::as_array);
    networks.is_some_and(|networks| networks.contains(&json!(PUBLIC)))
}

pub(super) fn addresses(body: &Value) -> Vec<String> {
    let acls = body.get("acls").and_then(Value::as_array).into_iter().flatten();
    acls.filter_map(|acl| fields::text(acl, "address")).map(str::to_owned).collect()
}

fn check_count(sources: usize, replicas: usize) -> Result<(), Reply> {
    if sources == 1 && (1..=MAX_REPLICAS).contains(&replicas) {
        return Ok(());
    }
    Err(Reply::bad_request(format!(
        "An HA instance has 1 replica source and 1 to {MAX_REPLICAS} replicas, not {sources} and \
         {replicas}."
    )))
}

/// The datastore of the body. The documentation writes its type in capitals.
fn lowercase(body: &Value) -> Value {
    let mut datastore = body.get("datastore").cloned().unwrap_or_default();
    if let Some(kind) = fields::text(&datastore, "type").map(str::to_lowercase) {
        fields::set(&mut datastore, "type", kind);
    }
    datastore
}

/// The one flavor and the one volume, in GB, that all of these have.
fn size_of_all<'a>(options: &'a Options, members: &[&Value]) -> Result<(&'a Flavor, u64), Reply> {
    let mut sizes = Vec::new();
    for member in members {
        sizes.push(size_of(options, member)?);
    }
    let mut first = None;
    for (flavor, volume) in sizes {
        let (expected, gb): (&Flavor, u64) = *first.get_or_insert((flavor, volume));
        if flavor.id != expected.id || volume != gb {
            return Err(Reply::bad_request(
                "All instances of an HA instance need the same flavor and the same volume size.",
            ));
        }
    }
    first.ok_or_else(Reply::internal_error)
}

/// Flavor and volume of a new member.
pub(super) fn size_of<'a>(
    options: &'a Options,
    member: &Value,
) -> Result<(&'a Flavor, u64), Reply> {
    let flavor = flavors::by_reference(options, member.get("flavorRef").unwrap_or(&Value::Null))?;
    check_ram(flavor)?;
    Ok((flavor, volume::size(member.get("volume"), options.volume_max)?))
}

pub(super) fn check_ram(flavor: &Flavor) -> Result<(), Reply> {
    if flavor.ram >= MIN_RAM {
        return Ok(());
    }
    Err(Reply::bad_request(format!(
        "The instances of an HA instance need a flavor of at least {MIN_RAM} MB."
    )))
}

/// The first is the source, and the others replicate it.
fn add_members(region: &mut Region, group: &HaGroup, members: &[&Value], stamp: &str) {
    let mut source: Option<String> = None;
    for member in members {
        let name = fields::text(member, "name").unwrap_or_default();
        let instance = group.member(name, source.as_deref(), stamp.to_owned());
        source.get_or_insert_with(|| instance.id.clone());
        region.instances.insert(instance.id.clone(), instance);
    }
}

/// The reply to the creation has the lists of a group, and nothing in them yet.
fn fresh(mut view: Value) -> Value {
    for list in ["replica_source", "replicas", "acls", "networks"] {
        fields::set(&mut view, list, json!([]));
    }
    if let Value::Object(view) = &mut view {
        view.remove("schedule");
        if view.get("configuration").is_some_and(Value::is_null) {
            view.remove("configuration");
        }
    }
    view
}
