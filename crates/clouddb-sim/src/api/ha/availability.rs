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
