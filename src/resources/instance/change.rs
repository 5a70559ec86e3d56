//! The in-place changes of an instance, one action after the other, each awaited.

use clouddb::{Client, Error, InstanceStatus};
use tfplug::{Context, Result};

use super::model::Instance;
use crate::failure;

/// Private state: a change of the configuration group has begun, and the restart that puts it into
/// force is not over.
pub(super) const RESTART_PENDING: &str = "restart_pending";

/// Turns `prior` into `plan`.
///
/// The volume grows before the flavor changes: both restart or slow the database, and an enlarged
/// volume is the one that can run out of patience. A failure leaves what was done done; the engine
/// reads the truth into the state.
pub(super) async fn apply(
    cx: &Context<Client>,
    api: &Client,
    prior: &Instance,
    plan: &Instance,
) -> Result<()> {
    let id = prior.id()?;
    let failed = |doing: &str, error: &Error| {
        failure::report(format!("Unable to {doing} instance \"{}\" ({id})", prior.name), error)
    };
    if plan.name != prior.name {
        let renamed = api.instances().rename(id, &plan.name).await;
        renamed.map_err(|error| failed("rename", &error))?;
    }
    if plan.replica_of.is_none() && prior.replica_of.is_some() {
        detach_replica(api, id).await.map_err(|error| failed("detach the replica", &error))?;
    }
    if plan.volume_size > prior.volume_size {
        let resized = enlarge(api, id, plan.volume_size).await;
        resized.map_err(|error| failed("enlarge the volume of", &error))?;
    }
    if let Some(flavor_id) = &plan.flavor_id
        && plan.flavor_id != prior.flavor_id
    {
        let resized = resize(api, id, flavor_id).await;
        resized.map_err(|error| failed("resize", &error))?;
    }
    let restart_pending = cx.private(RESTART_PENDING).unwrap_or(false);
    if plan.configuration_id != prior.configuration_id || restart_pending {
        cx.set_private(RESTART_PENDING, &true);
        let (has, wants) = (prior.configuration_id.as_deref(), plan.configuration_id.as_deref());
        let configured = configure(api, id, has, wants).await;
        configured.map_err(|error| failed("change the configuration group of", &error))?;
        cx.set_private(RESTART_PENDING, &false);
    }
    Ok(())
}

async fn enlarge(api: &Client, id: &str, size: u64) -> std::result::Result<(), Error> {
    api.instances().resize_volume(id, size).await?;
    api.instances().wait_until_resized_to_volume(id, size).await?;
    Ok(())
}

async fn resize(api: &Client, id: &str, flavor_id: &str) -> std::result::Result<(), Error> {
    api.instances().resize_flavor(id, flavor_id).await?;
    api.instances().wait_until_resized_to_flavor(id, flavor_id).await?;
    Ok(())
}

async fn detach_replica(api: &Client, id: &str) -> std::result::Result<(), Error> {
    api.instances().detach_replica(id).await?;
    api.instances().wait_until_ready(id).await?;
    Ok(())
}

/// The API attaches a group only to an instance that has none and waits for no restart, so
/// changing one is to detach, restart, attach, restart. An earlier change may have stopped before
/// any of the restarts.
async fn configure(
    api: &Client,
    id: &str,
    has: Option<&str>,
    wants: Option<&str>,
) -> std::result::Result<(), Error> {
    restart_if_required(api, id).await?;
    if has == wants {
        return Ok(());
    }
    if has.is_some() {
        api.instances().detach_configuration(id).await?;
        restart_if_required(api, id).await?;
    }
    if let Some(wants) = wants {
        api.instances().attach_configuration(id, wants).await?;
        restart_if_required(api, id).await?;
    }
    Ok(())
}

async fn restart_if_required(api: &Client, id: &str) -> std::result::Result<(), Error> {
    let instance = api.instances().wait_until_ready(id).await?;
    if instance.status == InstanceStatus::RestartRequired {
        api.instances().restart(id).await?;
        api.instances().wait_until_ready(id).await?;
    }
    Ok(())
}
