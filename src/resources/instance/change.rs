//! The in-place changes of an instance, one action after the other, each awaited.

use clouddb::{Client, Error};
use tfplug::{Context, Result};

use super::applied::Applied;
use super::configuration::Configured;
use super::model::Instance;
use super::replicas;
use super::turns::Turns;
use crate::failure;

/// What a change has to know of the restarts of other instances.
pub(super) struct Restarts<'a> {
    pub(super) turns: &'a Turns,
    /// Whether one is due by itself.
    pub(super) is_due: bool,
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
    if plan.source().is_none() && prior.source().is_some() {
        replicas::detach(api, id).await.map_err(|error| failed("detach the replica", &error))?;
        now.replica_of = None;
        now.upgrade_of = None;
        Applied::change(cx, prior, |applied| {
            applied.replica_of = None;
            applied.upgrade_of = None;
        });
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
    if regrouped || restarts.is_due {
        let doing = unable("change the configuration group of");
        let configured = Configured { cx, api, turns: restarts.turns, plan, id, doing };
        configured.apply(&mut now).await?;
        Applied::change(cx, prior, |it| it.configuration_id.clone_from(&plan.configuration_id));
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
