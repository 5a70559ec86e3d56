//! What an HA group must be for a call to be let through, and how a call is refused otherwise.

use crate::message::call::Call;
use crate::message::reply::Reply;
use crate::state::cloud::Cloud;
use crate::state::ha_groups::{GroupTask, HaGroup};
use crate::state::region::Region;

pub(crate) fn find<'a>(region: &'a Region, id: &str) -> Result<&'a HaGroup, Reply> {
    region.ha_groups.get(id).ok_or_else(|| Reply::no_resource(id))
}

/// Refuses actions on a group that is busy, broken or going away.
pub(crate) fn available<'a>(region: &'a Region, id: &str) -> Result<&'a HaGroup, Reply> {
    let group = find(region, id)?;
    match region.group_state(group).as_str() {
        "ACTIVE" | "RESTART_REQUIRED" if !region.is_group_backed_up(id) => Ok(group),
        "RESTART_REQUIRED" => Err(unavailable(id, "BACKUP")),
        state => Err(unavailable(id, state)),
    }
}

/// The states that a group leaves by itself, but for its deletion.
const BUSY: [&str; 13] = [
    "BUILD",
    "BACKUP",
    "ADDING_REPLICA",
    "REMOVING_REPLICA",
    "REBOOT",
    "RESIZING_VOLUME",
    "RESIZING_FLAVOR",
    "FORCING_FAILOVER",
    "DISABLING_FAILOVER",
    "ENABLING_FAILOVER",
    "UPDATING_PROXY_NODES",
    "HA_FAILOVER",
    "UPGRADING",
];

/// Refuses the deletion of a group that has something else to do. One that is broken can be deleted.
pub(crate) fn deletable(region: &Region, id: &str) -> Result<(), Reply> {
    let state = region.group_state(find(region, id)?);
    if BUSY.contains(&state.as_str()) {
        return Err(unavailable(id, &state));
    }
    if region.is_group_backed_up(id) {
        return Err(unavailable(id, "BACKUP"));
    }
    Ok(())
}

pub(crate) fn unavailable(id: &str, state: &str) -> Reply {
    Reply::busy(format!(
        "HA instance {id} is not currently available for an action to be performed (state was \
         {state})."
    ))
}

/// Begins what a group was asked for.
pub(crate) fn begin(cloud: &mut Cloud, call: &Call<'_>, id: &str, kind: GroupTask) {
    let task = cloud.group_task(kind);
    if let Some(group) = cloud.region(&call.place).ha_groups.get_mut(id) {
        group.task = Some(task);
    }
}
