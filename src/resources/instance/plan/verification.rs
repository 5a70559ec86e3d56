//! `VERIFY_UPGRADE`: what cannot be done to an instance while its upgrade, or it as an upgrade, waits to be
//! verified, and what it means when that is over.

use clouddb::{Client, Instance, InstanceStatus};
use tfplug::{Diagnostic, PlanContext};

use super::attributes::{self, detaches};
use super::check::Check;
use super::looks::Look;
use super::refusal::{Argument, Refusal};
use crate::spelling::capital;

/// The upgrade for which the instance waits, unless this run ends that: itself, or the one that it is the
/// source of.
pub(super) async fn upgrade_that_stays(it: &Check<'_>, instance: &Instance) -> Option<String> {
    if instance.status != InstanceStatus::VerifyUpgrade {
        return None;
    }
    if instance.replica_of.is_some() {
        let ends = it.looks.intended(&instance.id).is_some_and(|it| !it.is_replica);
        return (!ends).then(|| instance.id.clone());
    }
    for replica in &instance.replicas {
        if it.outlook.leaves_source(replica, false).await != Some(true) {
            return Some(replica.clone());
        }
    }
    None
}

/// The upgrade for which that instance waits, after a sentence about the instance.
pub(super) fn named(upgrade: &str, instance_id: &str) -> String {
    if upgrade == instance_id { "it".to_owned() } else { format!("its upgrade {upgrade}") }
}

/// Refuses what the service does to no instance in this status.
pub(super) async fn check(it: &Check<'_>) -> Vec<Refusal> {
    let Some(prior) = it.change.prior.as_ref().filter(|_| !it.is_new()) else { return Vec::new() };
    let waits = InstanceStatus::VerifyUpgrade.as_str();
    if prior.status.known().map(String::as_str) != Some(waits) || detaches(it.change) {
        return Vec::new();
    }
    let due = changes(&it.change.planned, prior);
    let Some(id) = prior.known_id().filter(|_| !due.is_empty()) else { return Vec::new() };
    let Look::Found(found) = it.looks.instance(&it.api, it.region(), id).await else {
        return Vec::new();
    };
    let Some(upgrade) = upgrade_that_stays(it, &found).await else { return Vec::new() };
    let of = named(&upgrade, id);
    let refused = |(attribute, rests_on): (&'static str, &'static [Argument])| {
        let said = Diagnostic::error("The upgrade of the instance waits to be verified").detail(format!(
            "The status of {} is VERIFY_UPGRADE, in which the service changes no `{attribute}`, and makes no backup and no replica. Detach {of} first: remove `upgrade_of` from its block and apply that; or destroy {of}. Both end the status.",
            prior.shown()
        ));
        Refusal::new(said.attribute(attribute), rests_on)
    };
    due.into_iter().map(refused).collect()
}

/// The arguments that change and need an instance at rest.
pub(super) fn changes(
    planned: &attributes::Instance,
    prior: &attributes::Instance,
) -> Vec<(&'static str, &'static [Argument])> {
    let all: [(&str, &[Argument], bool); 3] = [
        ("flavor", &[Argument::Flavor], planned.flavor_id != prior.flavor_id),
        ("volume_size", &[Argument::VolumeSize], planned.volume_size != prior.volume_size),
        (
            "configuration_id",
            &[Argument::ConfigurationId],
            planned.configuration_id != prior.configuration_id,
        ),
    ];
    all.into_iter().filter(|it| it.2).map(|(attribute, on, _)| (attribute, on)).collect()
}

/// Says that somebody else has detached the upgrade, which the state does not forget by itself.
pub(super) async fn warn_of_its_end(cx: &PlanContext<Client>, it: &Check<'_>) {
    let Some(prior) = it.change.prior.as_ref().filter(|_| !it.is_new()) else { return };
    let stays = it.change.planned.upgrade_of == prior.upgrade_of;
    let waits = InstanceStatus::VerifyUpgrade.as_str();
    let (Some(source), Some(id), Some(status)) =
        (prior.upgrade_of.known().filter(|_| stays), prior.known_id(), prior.status.known())
    else {
        return;
    };
    if status == waits {
        return;
    }
    let Look::Found(found) = it.looks.instance(&it.api, it.region(), id).await else { return };
    if found.replica_of.is_none() {
        cx.warn(Diagnostic::warning("The upgrade was detached outside Terraform").detail(format!(
            "{} follows instance {source} no more: it is an instance of its own. Remove `upgrade_of` from its block to say so, which changes nothing but the state.",
            capital(&prior.shown())
        )).attribute("upgrade_of"));
    }
}
