//! What a plan of an instance says, and refuses, before anything is sent.
//!
//! What the API is known to refuse is an error of the plan, on its attribute, if it is the user's
//! change; see [`refusal`]. One file for each argument has its checks.

mod attributes;
mod check;
mod configuration;
mod datastore;
mod flavor;
mod looks;
pub(super) mod member;
mod refusal;
mod replica;
mod restart;
mod restore;
mod upgrade;
mod verification;
mod version;
mod volume;

use clouddb::Client;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use crate::datastore::{keep_spelling, version_without_type};
use crate::place::{self, Planned};
use crate::resources::namesake::{self, Managed, Namesake};
use crate::resources::outlook::Outlook;
use crate::resources::patience::looking;
use attributes::becomes_replica;
use check::Check;
use looks::Intended;
use refusal::Refusal;

pub(crate) use attributes::Instance;
pub(super) use attributes::{detaches, left_group, replaces};
pub(crate) use looks::Looks;
pub(super) use refusal::not_again;

pub(super) fn validate(config: &Instance, diagnostics: &mut Diagnostics) {
    if config.replica_of.is_known() && config.restore_from_backup_id.is_known() {
        diagnostics.push(
            Diagnostic::error("A replica cannot be restored from a backup")
                .detail("`replica_of` and `restore_from_backup_id` both say where the data comes from. Keep one of them.")
                .attribute("restore_from_backup_id"),
        );
    }
    if let Some(refusal) = version_without_type(&config.datastore) {
        diagnostics.push(refusal);
    }
    upgrade::validate(config, diagnostics);
}

/// Returns the client for the region of the instance, if that is known.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    change: &mut Change<Instance>,
    looks: &Looks,
    outlook: &Outlook,
) -> Result<Option<Client>> {
    let client = plan_region(cx, change).await?;
    let mut refusals = Vec::new();
    refusals.extend(flavor::resolve(cx, client.as_ref(), change).await?);
    if let Some(prior) = &change.prior {
        keep_spelling(&mut change.planned.datastore, &prior.datastore);
    }
    refusals.extend(version::never_in_place(cx, client.as_ref(), change).await);
    if !replaces(change) {
        refusals.extend(volume::never_shrink(cx, change));
    }
    restore::keep(cx, change);
    if becomes_replica(change) {
        cx.requires_replace("replica_of");
    }
    plan_outcome(change);
    member::check(cx, client.as_ref(), change, outlook).await?;
    restart::plan(cx, client.as_ref(), change, looks, outlook).await;
    replica::warn_of_broken(cx, change);
    if let Some(client) = &client {
        let api = looking(cx, client);
        let check = Check { api, looks, outlook, change };
        refusals.extend(check_all(&check).await);
        verification::warn_of_its_end(cx, &check).await;
    }
    refusal::judge(cx, change, refusals)?;
    remember(change, looks);
    Ok(client)
}

/// Everything that the API would refuse, as far as it can be known. Where nothing changes, nothing is
/// looked at.
async fn check_all(it: &Check<'_>) -> Vec<Refusal> {
    // What is wrong with it as a replica does not matter to whoever has an upgrade.
    if let Some(refusal) = upgrade::named_otherwise(it) {
        return vec![refusal];
    }
    let mut refusals: Vec<Refusal> = datastore::check(it).await.into_iter().collect();
    refusals.extend(configuration::check(it).await);
    refusals.extend(replica::check(it).await);
    refusals.extend(upgrade::check(it).await);
    refusals.extend(verification::check(it).await);
    refusals.extend(restore::check(it).await);
    refusals.extend(volume::check(it).await);
    refusals
}

/// What becomes of what only the service knows.
fn plan_outcome(change: &mut Change<Instance>) {
    let Some(prior) = &change.prior else { return };
    let unmoved = change.planned.name == prior.name
        && change.planned.flavor == prior.flavor
        && change.planned.volume_size == prior.volume_size
        && change.planned.configuration_id == prior.configuration_id
        && change.planned.replica_of == prior.replica_of
        && change.planned.upgrade_of == prior.upgrade_of;
    if unmoved {
        change.planned.status = prior.status.clone();
        change.planned.updated = prior.updated.clone();
    }
}

/// Tells the plans of its replicas, which come later, what this one comes to.
fn remember(change: &Change<Instance>, looks: &Looks) {
    let Some(id) = change.prior.as_ref().and_then(Instance::known_id) else { return };
    let planned = &change.planned;
    let intended = Intended {
        is_replica: !(planned.replica_of.is_null() && planned.upgrade_of.is_null()),
        ram: planned.flavor_ram.known().copied(),
        flavor_id: planned.flavor_id.known().cloned(),
        volume_size: planned.volume_size.known().copied(),
    };
    looks.intend(id, intended);
}

async fn plan_region(
    cx: &PlanContext<Client>,
    change: &mut Change<Instance>,
) -> Result<Option<Client>> {
    let shown = change.planned.shown();
    let planned = Planned {
        shown,
        config: &change.config.region,
        prior: change.prior.as_ref().map(|prior| &prior.region),
        region: &mut change.planned.region,
        parent: None,
        was_read: false,
    };
    place::plan(cx, planned).await
}

/// Says before a creation what has the name already.
pub(super) async fn warn_of_namesakes(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &Change<Instance>,
    managed: &Managed,
) {
    let (None, Some(name), Some(client)) = (&change.prior, change.planned.name.known(), client)
    else {
        return;
    };
    let listed = client.instances().list().await.map(|instances| {
        instances.into_iter().filter(|it| it.name == *name).map(Namesake::from).collect()
    });
    namesake::warn(cx, "database instance", name, listed, managed);
}

/// Whether an instance of the planned name is in the state, as far as this process has read it.
pub(super) fn is_known(change: &Change<Instance>, managed: &Managed) -> bool {
    change.config.name.known().is_some_and(|name| managed.has_name(name))
}

#[cfg(test)]
mod tests;
