//! `POST /instances/{id}/action` with `convert_to_ha`: a source and its replicas become an HA group.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Convert replication setup to HA".

use serde_json::{Value, json};

use crate::api::ha::acls;
use crate::api::ha::creation::{addresses, check_ram, is_public, networks_shape};
use crate::api::ha::view::view;
use crate::api::instances::availability;
use crate::api::replicas::MAX_REPLICAS;
use crate::message::call::Call;
use crate::message::fields;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::Options;
use crate::state::cloud::Cloud;
use crate::state::ha_groups::{GroupTask, HaGroup};
use crate::state::instances::Instance;
use crate::state::region::Region;

/// The instance is the source or one of its replicas. What the source has, the group has.
pub(crate) fn convert(cloud: &mut Cloud, call: &Call<'_>, id: &str, body: &Value) -> Answer {
    let options = cloud.options.clone();
    let asked = validation::parse(body, "convert_to_ha", &shape())?;
    let region = cloud.region(&call.place);
    let (source, replicas) = check(region, &options, id)?;
    let group = HaGroup {
        name: fields::text(&asked, "name").unwrap_or_default().into(),
        is_public: is_public(&asked),
        acls: addresses(&asked),
        configuration: source.configuration.clone(),
        // The reply shows the members as they were.
        state: "BUILD".into(),
        ..HaGroup::new(source.flavor, source.volume, source.datastore.clone())
    };
    let members: Vec<String> =
        [source].into_iter().chain(replicas).map(|member| member.id.clone()).collect();
    for member in &members {
        if let Some(member) = region.instances.get_mut(member) {
            member.ha_group = Some(group.id.clone());
            member.configuration.clone_from(&group.configuration);
        }
    }
    convert_schedule(region, &members, &group.id);
    let view = view(call, &options, region, &group);
    let task = Some(cloud.group_task(GroupTask::Convert));
    let group = HaGroup { state: "ACTIVE".into(), task, ..group };
    cloud.region(&call.place).ha_groups.insert(group.id.clone(), group);
    Ok(Reply::json(202, &json!({ "ha_instance": view })))
}

fn shape() -> Schema {
    Schema::object(
        &["name"],
        vec![
            ("name", Schema::name()),
            ("networks", networks_shape()),
            ("acls", Schema::set(acls::shape())),
        ],
    )
}

/// The source and its replicas, if they can be a group.
fn check<'a>(
    region: &'a Region,
    options: &Options,
    id: &str,
) -> Result<(&'a Instance, Vec<&'a Instance>), Reply> {
    let instance = availability::find(region, id)?;
    availability::refuse_member(instance)?;
    let source = availability::find(region, instance.replica_of.as_deref().unwrap_or(id))?;
    let replicas = region.replicas(&source.id);
    if !(1..=MAX_REPLICAS).contains(&replicas.len()) {
        return Err(Reply::bad_request(format!(
            "An HA instance has 1 to {MAX_REPLICAS} replicas, and instance {} has {}.",
            source.id,
            replicas.len()
        )));
    }
    for member in [&source].into_iter().chain(&replicas) {
        availability::available(region, &member.id)?;
        if (member.flavor, member.volume) != (source.flavor, source.volume) {
            return Err(Reply::bad_request(format!(
                "Instance {} does not have the flavor and the volume size of its source.",
                member.id
            )));
        }
    }
    options.flavor(source.flavor).map_or(Ok(()), check_ram)?;
    Ok((source, replicas))
}

/// The schedule of the source, or else that of a replica, becomes that of the group. There is one at most.
fn convert_schedule(region: &mut Region, members: &[String], group: &str) {
    let scheduled = members.iter().find(|member| region.schedule_of(member).is_some());
    let Some(kept) = scheduled.cloned() else { return };
    for schedule in region.schedules.values_mut().filter(|schedule| schedule.source == kept) {
        group.clone_into(&mut schedule.source);
        schedule.is_of_group = true;
    }
    region.schedules.retain(|_, schedule| !members.contains(&schedule.source));
}
