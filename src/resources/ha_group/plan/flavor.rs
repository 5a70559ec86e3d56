//! `flavor`: which one is meant. The same flavor in another spelling is no change.

use clouddb::{Client, Error, Flavor};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext, Result};

use super::attributes::HaGroup;
use super::refusals::Refusals;
use crate::resources::ha_group::applied::Applied;
use crate::{failure, flavor};

/// RAM in MB that Rackspace asks of each member.
const LEAST_RAM: u64 = 1024;

const OUTSIDE: &str = "The group was resized outside Terraform and keeps its flavor.";

/// Finds out which flavor is meant. Where that is as the last apply had it and cannot be found, the group
/// was resized outside, and keeps what it has.
pub(super) async fn resolve(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<HaGroup>,
    refusals: &mut Refusals,
) -> Result<()> {
    let Attr::Known(wanted) = change.config.flavor.clone() else { return Ok(()) };
    if change.prior.as_ref().is_some_and(|prior| prior.flavor.known() == Some(&wanted)) {
        keep(change);
        return Ok(());
    }
    let Some(client) = client else { return Ok(()) };
    let is_as = |applied: &Applied| applied.flavor == wanted;
    let is_applied = refusals.applied.as_ref().is_some_and(is_as);
    let unable = |error: &Error| {
        failure::report_at(format!("Unable to look up flavor \"{wanted}\""), error, "flavor")
    };
    let flavors = match client.flavors().list().await {
        Ok(flavors) => flavors,
        Err(error) if is_applied => {
            keep(change);
            cx.warn(failure::warning(
                format!("Unable to look up flavor \"{wanted}\""),
                &error,
                "The group keeps its flavor.",
            ));
            return Ok(());
        }
        Err(error) => return Err(unable(&error)),
    };
    let has = change.prior.as_ref().and_then(|prior| prior.flavor_id.known()).cloned();
    let Some(meant) = flavor::find(&flavors, &wanted, has.as_deref()) else {
        // It may be the one that cannot be read.
        if let Some(odd) = flavors.unreadable.first().filter(|_| !is_applied) {
            return Err(unable(&odd.error));
        }
        if is_applied {
            keep(change);
        }
        refusals.refuse(cx, flavor::unknown(&wanted, &flavors), is_as, OUTSIDE);
        return Ok(());
    };
    if let Some(doubt) = flavor::doubt(&wanted, &meant) {
        cx.warn(Diagnostic::warning("Several flavors fit").detail(doubt).attribute("flavor"));
    }
    if has.as_ref() == Some(&meant.flavor.id) {
        keep(change);
        return Ok(());
    }
    change.planned.flavor_id = Attr::Known(meant.flavor.id.clone());
    change.planned.flavor_ram = Attr::Known(meant.flavor.ram);
    if meant.flavor.ram < LEAST_RAM {
        let said = too_small(&wanted, meant.flavor, &flavors);
        refusals.refuse(cx, said, is_as, OUTSIDE);
    }
    Ok(())
}

fn keep(change: &mut Change<HaGroup>) {
    let Some(prior) = &change.prior else { return };
    change.planned.flavor = prior.flavor.clone();
    change.planned.flavor_id = prior.flavor_id.clone();
    change.planned.flavor_ram = prior.flavor_ram;
}

fn too_small(wanted: &str, meant: &Flavor, flavors: &[Flavor]) -> Diagnostic {
    let enough: Vec<Flavor> =
        flavors.iter().filter(|flavor| flavor.ram >= LEAST_RAM).cloned().collect();
    Diagnostic::error("The flavor is too small for an HA group")
        .detail(format!(
            "The members of a group need a flavor of at least {LEAST_RAM} MB, and \"{wanted}\" has {} MB. These fit (ID, name, RAM):\n\n{}",
            meant.ram,
            flavor::choices(&enough)
        ))
        .attribute("flavor")
}
