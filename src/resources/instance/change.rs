//! The in-place changes of an instance, one action after the other, each awaited.

use clouddb::{Client, Error, InstanceStatus};
use tfplug::{Context, Result};

use super::applied::Applied;
use super::model::Instance;
use super::restart::{AUTOMATIC, Turns};
use crate::failure;

/// Private state: a change of the configuration group has begun, and the restart that puts it into
/// force is not over.
pub(super) const RESTART_PENDING: &str = "restart_pending";

/// What a change has to know of the restarts of other instances.
pub(super) struct Restarts<'a> {
    pub(super) turns: &'a Turns,
    /// Whether this run has changed settings of the group that need a restart.
    pub(super) reconfigured: bool,
}

/// Turns `prior` into `plan`.
///
/// The volume grows before the flavor changes: both restart or slow the database, and an enlarged
/// volume is the one that can run out of patience. A failure leaves what was done done; after each
/// step it is noted what the instance is by then, for a state that cannot be read any more.
pub(super) async fn apply(
    cx: &Context<Client>,
    api: &Client,
    restarts: &Restarts<'_>,
    prior: &Instance,
    plan: &Instance,
) -> Result<()> {
    let id = prior.id()?;
    let unable = |doing: &str| format!("Unable to {doing} instance \"{}\" ({id})", prior.name);
    let failed = |doing: &str, error: &Error| failure::report(unable(doing), error);
    let mut now = prior.clone();
    if plan.name != prior.name {
        let renamed = api.instances().rename(id, &plan.name).await;
        renamed.map_err(|error| failed("rename", &error))?;
        now.name.clone_from(&plan.name);
        cx.reached(&now);
    }
    if plan.replica_of.is_none() && prior.replica_of.is_some() {
        detach_replica(api, id).await.map_err(|error| failed("detach the replica", &error))?;
        now.replica_of = None;
        Applied::change(cx, prior, |applied| applied.replica_of = None);
        cx.reached(&now);
    }
    if plan.volume_size > prior.volume_size {
        let resized = enlarge(api, id, plan.volume_size).await;
        resized.map_err(|error| failed("enlarge the volume of", &error))?;
        now.volume_size = plan.volume_size;
        Applied::change(cx, prior, |applied| applied.volume_size = plan.volume_size);
        cx.reached(&now);
    }
    if let Some(flavor_id) = &plan.flavor_id
        && plan.flavor_id != prior.flavor_id
    {
        let resized = resize(api, id, flavor_id).await;
        resized.map_err(|error| failed("resize", &error))?;
        now.flavor.clone_from(&plan.flavor);
        Applied::change(cx, prior, |applied| applied.flavor.clone_from(&plan.flavor));
        now.flavor_id.clone_from(&plan.flavor_id);
        now.flavor_ram = plan.flavor_ram;
        cx.reached(&now);
    }
    let regrouped = plan.configuration_id != prior.configuration_id;
    if regrouped || is_restart_due(cx, plan, restarts.reconfigured) {
        let doing = "change the configuration group of";
        let group = plan.configuration_id.as_ref().or(prior.configuration_id.as_ref());
        let _turn = match group.filter(|_| plan.restart.as_deref() == Some(AUTOMATIC)) {
            Some(group) => Some(restarts.turns.take(cx, group, &unable(doing)).await?),
            None => None,
        };
        let configured = configure(cx, api, &mut now, plan).await;
        configured.map_err(|error| failed(doing, &error))?;
        Applied::change(cx, prior, |it| it.configuration_id.clone_from(&plan.configuration_id));
    }
    Ok(())
}

/// Whether the server runs with settings that are not those of its group, and this apply is to end that.
fn is_restart_due(cx: &Context<Client>, plan: &Instance, reconfigured: bool) -> bool {
    let pending = cx.private(RESTART_PENDING).unwrap_or(false);
    !plan.is_restarted_by_hand() && (pending || reconfigured)
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
/// any of the restarts, and a group that goes is detached with it. Of the restarts only the last one
/// can be left to a person.
async fn configure(
    cx: &Context<Client>,
    api: &Client,
    now: &mut Instance,
    plan: &Instance,
) -> std::result::Result<(), Error> {
    let id = now.id.clone().unwrap_or_default();
    let by_hand = plan.is_restarted_by_hand();
    now.configuration_id = api.instances().wait_until_ready(&id).await?.configuration_id;
    cx.reached(now);
    let changes = now.configuration_id != plan.configuration_id;
    if changes || !by_hand {
        restart_if_required(cx, api, &id).await?;
    }
    if changes && now.configuration_id.is_some() {
        owing_a_restart(cx, api.instances().detach_configuration(&id)).await?;
        now.configuration_id = None;
        cx.reached(now);
        if plan.configuration_id.is_some() || !by_hand {
            restart_if_required(cx, api, &id).await?;
        }
    }
    if changes && let Some(wants) = &plan.configuration_id {
        owing_a_restart(cx, api.instances().attach_configuration(&id, wants)).await?;
        now.configuration_id = Some(wants.clone());
        cx.reached(now);
        if !by_hand {
            restart_if_required(cx, api, &id).await?;
        }
    }
    if by_hand {
        cx.remove_private(RESTART_PENDING);
    }
    Ok(())
}

/// Changes the group. Whatever becomes of the provider meanwhile, the restart is owed; only a
/// refusal leaves nothing to be put into force.
async fn owing_a_restart(
    cx: &Context<Client>,
    change: impl Future<Output = std::result::Result<(), Error>>,
) -> std::result::Result<(), Error> {
    cx.set_private(RESTART_PENDING, &true);
    let changed = change.await;
    if changed.as_ref().is_err_and(|error| !error.leaves_open()) {
        cx.remove_private(RESTART_PENDING);
    }
    changed
}

async fn restart_if_required(
    cx: &Context<Client>,
    api: &Client,
    id: &str,
) -> std::result::Result<(), Error> {
    let instance = api.instances().wait_until_ready(id).await?;
    if instance.status == InstanceStatus::RestartRequired {
        api.instances().restart(id).await?;
        api.instances().wait_until_ready(id).await?;
    }
    cx.remove_private(RESTART_PENDING);
    Ok(())
}
