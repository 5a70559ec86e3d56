//! What an instance must be for a call to be let through, and how a call is refused otherwise.

use crate::engine::change::Refusal;
use crate::message::reply::Reply;
use crate::options::Options;
use crate::state::instances::Instance;
use crate::state::region::Region;

/// The instance of this ID that is not hidden.
pub(crate) fn find<'a>(region: &'a Region, id: &str) -> Result<&'a Instance, Reply> {
    let instance = region.instances.get(id).filter(|instance| !instance.hidden);
    instance.ok_or_else(|| Reply::no_resource(id))
}

/// Refuses what needs a running database service.
pub(crate) fn running(region: &Region, id: &str) -> Result<(), Reply> {
    let instance = find(region, id)?;
    match region.status(instance).as_str() {
        _ if instance.is_unreachable() => Err(Reply::not_ready(id)),
        "ACTIVE" | "RESTART_REQUIRED" | "BACKUP" | "RESIZE" | "VERIFY_UPGRADE" => Ok(()),
        _ => Err(Reply::not_ready(id)),
    }
}

/// Refuses changes of databases and users, which need a running service that no backup reads from.
pub(crate) fn writable(region: &Region, options: &Options, id: &str) -> Result<(), Reply> {
    running(region, id)?;
    if region.is_backed_up(id) && !options.legacy.writes_during_backup {
        return Err(unavailable(id, "BACKUP"));
    }
    refuse_replica(region, id)
}

/// Refuses actions and backups on an instance that is busy, broken or going away, or a member of an HA
/// group.
pub(crate) fn available(region: &Region, id: &str) -> Result<(), Reply> {
    refuse_member(find(region, id)?)?;
    free(region, id)
}

/// Refuses what nobody can do to a member of an HA group but its group.
pub(crate) fn refuse_member(instance: &Instance) -> Result<(), Reply> {
    match &instance.ha_group {
        Some(group) => Err(Reply::fault(
            403,
            format!(
                "Instance {} is part of the HA instance {group}: this is done to all of it, or not \
                 at all.",
                instance.id
            ),
        )),
        None => Ok(()),
    }
}

/// Refuses what needs an instance that is neither busy nor broken, nor going away.
pub(crate) fn free(region: &Region, id: &str) -> Result<(), Reply> {
    let status = region.status(find(region, id)?);
    if region.is_backed_up(id) {
        return Err(unavailable(id, "BACKUP"));
    }
    match status.as_str() {
        "ACTIVE" | "RESTART_REQUIRED" | "BLOCKED" => Ok(()),
        "BUILD" | "NEW" | "ERROR" | "FAILED" => Err(Reply::not_ready(id)),
        // The server prints its task where it has one, number and description included.
        "RESIZE" => Err(unavailable(id, "(4 RESIZING Resizing the instance.)")),
        "REBOOT" => Err(unavailable(id, "(3 REBOOTING Rebooting the instance.)")),
        "SHUTDOWN" => Err(unavailable(id, "(2 DELETING Deleting the instance.)")),
        other => Err(unavailable(id, other)),
    }
}

pub(crate) fn unavailable(id: &str, status: &str) -> Reply {
    Reply::busy(format!(
        "Instance {id} is not currently available for an action to be performed (status was \
         {status})."
    ))
}

/// What the machine of an instance has refused is a fault of the server.
pub(crate) fn done(result: Result<(), Refusal>) -> Result<(), Reply> {
    result.map_err(|refusal| Reply::guest_error(&refusal.said))
}

/// A replica has the databases and users of its source, and they are changed there.
fn refuse_replica(region: &Region, id: &str) -> Result<(), Reply> {
    match find(region, id)?.replica_of {
        Some(_) => Err(Reply::busy(format!(
            "Instance {id} is a replica: its databases and users are changed on its source."
        ))),
        None => Ok(()),
    }
}
