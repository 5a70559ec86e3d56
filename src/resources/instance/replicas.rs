//! The replicas of an instance, while which it has the API refuses to delete it.
//!
//! Where a plan deletes a source and makes its replica an instance of its own, Terraform deletes the
//! source first, and two that name each other by a bare ID it deletes in any order. So the plan of the
//! deletion remembers the replicas that it takes from the source, and the deletion detaches those that
//! are still there. One that stays a replica ends the plan, before what is in the source is dropped.

use std::collections::BTreeSet;

use clouddb::{Client, Error};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tfplug::{Context, Diagnostic, PlanContext, Result};

use super::model::Instance;
use crate::resources::choices;
use crate::resources::outlook::{Outlook, Sight};
use crate::resources::patience::looking;

/// From the plan: [`Seen`].
const SEEN: &str = "replicas";

/// The replicas of an instance that a plan destroys.
#[derive(Default, Serialize, Deserialize)]
struct Seen {
    /// Those that the plan takes from it.
    leaving: BTreeSet<String>,
    /// Those of which the plan does not know.
    others: BTreeSet<String>,
}

/// Remembers the replicas that this plan takes from the instance, and refuses to delete it where one
/// stays.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    outlook: &Outlook,
    instance: &Instance,
) -> Result<()> {
    let (Some(client), Some(id)) = (client, &instance.id) else { return Ok(()) };
    // What refers to an instance that is replaced is planned after it.
    let replaced = outlook.destroys_instance(id);
    outlook.instance(id, true);
    let api = looking(cx, client);
    let sight = outlook.sight(id, Box::pin(Sight::of(&api, id))).await;
    let Sight::There { replicas, .. } = sight else { return Ok(()) };
    let of_each = join_all(replicas.iter().map(|it| outlook.leaves_source(it, replaced))).await;
    let with = |fate: Option<bool>| -> BTreeSet<String> {
        let all = replicas.iter().zip(&of_each);
        all.filter(|(_, of)| **of == fate).map(|(it, _)| it.clone()).collect()
    };
    let staying = with(Some(false));
    if !staying.is_empty() {
        return Err(kept(instance, &staying).into());
    }
    let others = with(None);
    if !others.is_empty() && !replaced {
        cx.warn(unknown(instance, &others));
    }
    if !replicas.is_empty() {
        cx.hand_over(SEEN, &Seen { leaving: with(Some(true)), others });
    }
    Ok(())
}

/// Deletes the instance, and takes from it before the replicas that the plan takes from it, or of which
/// the plan did not know that this run does.
pub(super) async fn delete_source(
    cx: &Context<Client>,
    api: &Client,
    outlook: &Outlook,
    id: &str,
) -> std::result::Result<(), Error> {
    let instances = api.instances();
    let Err(refusal) = instances.delete(id).await else { return Ok(()) };
    let Some(seen) = cx.handed_over::<Seen>(SEEN) else { return Err(refusal) };
    if !matches!(refusal, Error::Forbidden(_) | Error::Rejected(_)) {
        return Err(refusal);
    }
    let Ok(Some(found)) = instances.get(id).await else { return Err(refusal) };
    let of_each = join_all(found.replicas.iter().map(async |it| {
        seen.leaving.contains(it)
            || (seen.others.contains(it) && outlook.leaves_source(it, false).await == Some(true))
    }));
    if of_each.await.contains(&false) {
        return Err(refusal);
    }
    for replica in &found.replicas {
        match detach(api, replica).await {
            // It was on its way out, and is gone.
            Err(Error::NotFound(_)) => {}
            end => end?,
        }
    }
    instances.delete(id).await
}

/// Makes the replica an instance of its own, if it is not one already.
pub(super) async fn detach(api: &Client, id: &str) -> std::result::Result<(), Error> {
    let instances = api.instances();
    if let Err(error) = instances.detach_replica(id).await {
        let independent = matches!(error, Error::Rejected(_))
            && matches!(instances.get(id).await, Ok(Some(it)) if it.replica_of.is_none());
        return if independent { Ok(()) } else { Err(error) };
    }
    instances.wait_until_ready(id).await?;
    Ok(())
}

fn kept(instance: &Instance, staying: &BTreeSet<String>) -> Diagnostic {
    Diagnostic::error("The instance has replicas that stay").detail(format!(
        "The plan destroys {}, and keeps its replicas:\n\n{}\n\nThe service deletes no instance that has replicas. Remove `replica_of` or `upgrade_of` from their blocks, which makes each an instance of its own in the same apply, or destroy them as well.",
        instance.shown(),
        choices::lines(staying.iter().cloned())
    ))
}

fn unknown(instance: &Instance, others: &BTreeSet<String>) -> Diagnostic {
    Diagnostic::warning("The instance has replicas of which the plan does not know").detail(format!(
        "The plan destroys {}, which has these replicas:\n\n{}\n\nThe service deletes no instance that has replicas. Unless this run destroys or detaches them too, the apply ends in an error, after it has dropped the databases and users of the instance. Detach or delete them first; to let Terraform do that, import them:\n\n  terraform import ADDRESS 'REPLICA_ID'",
        instance.shown(),
        choices::lines(others.iter().cloned())
    ))
}
