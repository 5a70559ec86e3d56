//! `POST /instances/{id}/action` with `upgrade`: a new instance, a replica of this one that runs another
//! version.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Upgrade an instance", and the release notes of
//! versions 3.7.0 to 3.16.0. Both instances are in `VERIFY_UPGRADE` until the new one is detached, or deleted.

use serde_json::{Value, json};

use crate::api::instances::availability;
use crate::api::instances::view::view;
use crate::api::{datastores, quotas, replicas};
use crate::message::call::Call;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::Options;
use crate::state::cloud::Cloud;
use crate::state::datastores::Datastore;
use crate::state::instances::Instance;
use crate::state::tasks::TaskKind;

/// The new instance has the flavor and the volume of its source.
pub(crate) fn upgrade(cloud: &mut Cloud, call: &Call<'_>, id: &str, body: &Value) -> Answer {
    let required = &["datastore_type", "datastore_version"];
    let known = required.iter().map(|field| (*field, Schema::name())).collect();
    let asked = validation::parse(body, "upgrade", &Schema::object(required, known))?;
    let (options, stamp) = (cloud.options.clone(), cloud.stamp());
    let region = cloud.region(&call.place);
    let source = availability::find(region, id)?;
    availability::refuse_member(source)?;
    if source.replica_of.is_some() || !region.replicas(id).is_empty() {
        return Err(Reply::bad_request(format!(
            "Instance {id} is a source to or a replica of another instance and cannot be upgraded."
        )));
    }
    availability::available(region, id)?;
    let datastore = target(&source.datastore, &asked)?;
    quotas::check_instances(region, &options, source.volume)?;
    let mut new = Instance {
        name: format!("{}_upgrade", source.name),
        used: source.used,
        replica_of: Some(id.to_owned()),
        is_upgrade: true,
        ..Instance::new(flavor(&options, source.flavor), source.volume, datastore, stamp)
    };
    new.task = Some(cloud.task(TaskKind::Build));
    let region = cloud.region(&call.place);
    region.instances.insert(new.id.clone(), new.clone());
    let view = view(call, &options, region, &new, true);
    Ok(Reply::json(202, &json!({ "instance": view })))
}

/// What an upgrade leads to, if there is a way.
pub(crate) fn target(has: &Datastore, asked: &Value) -> Result<Datastore, Reply> {
    let wanted = json!({ "type": asked["datastore_type"], "version": asked["datastore_version"] });
    let wanted = datastores::choose(Some(&wanted))?;
    if has.upgrades().any(|to| to == (wanted.kind.as_str(), wanted.version.as_str())) {
        return Ok(wanted);
    }
    Err(Reply::bad_request(format!(
        "An upgrade from {} {} to {} {} is not supported.",
        has.kind, has.version, wanted.kind, wanted.version
    )))
}

/// That of the source, or the smallest one with the memory that a replica needs.
fn flavor(options: &Options, source: u64) -> u64 {
    let enough = |ram: u64| ram >= replicas::MIN_RAM;
    let smallest = options.flavors.iter().find(|it| enough(it.ram));
    smallest.filter(|_| !enough(options.ram(source))).map_or(source, |it| it.id)
}
