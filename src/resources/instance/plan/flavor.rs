//! `flavor`: which one is meant. The same flavor in another spelling is no change.

use clouddb::{Client, Error};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext, Result};

use super::attributes::Instance;
use super::refusal::{Argument, Refusal};
use crate::resources::instance::applied::Applied;
use crate::{failure, flavor};

/// Finds out which flavor is meant. Where that is as the last apply had it and cannot be found, the
/// instance was resized outside, and keeps what it has.
pub(super) async fn resolve(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Instance>,
) -> Result<Option<Refusal>> {
    let Attr::Known(wanted) = change.config.flavor.clone() else { return Ok(None) };
    let prior = change.prior.clone();
    if let Some(prior) = &prior
        && prior.flavor.known() == Some(&wanted)
    {
        change.planned.flavor_id = prior.flavor_id.clone();
        change.planned.flavor_ram = prior.flavor_ram;
        return Ok(None);
    }
    let Some(client) = client else { return Ok(None) };
    let is_applied = prior.is_some()
        && Applied::planning(cx).is_some_and(|it| Argument::Flavor.is_as(&it, &change.config));
    let unable = |change: &mut Change<Instance>, error: &Error| {
        let errors = failure::report(format!("Unable to look up flavor \"{wanted}\""), error);
        if !is_applied {
            return Err(errors);
        }
        keep(change);
        Ok(errors.into_iter().next().map(refusal))
    };
    let flavors = match client.flavors().list().await {
        Ok(flavors) => flavors,
        Err(error) => return unable(change, &error),
    };
    let has = prior.as_ref().and_then(|prior| prior.flavor_id.known());
    let Some(meant) = flavor::find(&flavors, &wanted, has.map(String::as_str)) else {
        // It may be the one that cannot be read.
        if let Some(odd) = flavors.unreadable.first() {
            return unable(change, &odd.error);
        }
        if is_applied {
            keep(change);
        }
        return Ok(Some(refusal(flavor::unknown(&wanted, &flavors))));
    };
    if let Some(doubt) = flavor::doubt(&wanted, &meant) {
        cx.warn(Diagnostic::warning("Several flavors fit").detail(doubt).attribute("flavor"));
    }
    if has == Some(&meant.flavor.id) {
        keep(change);
    } else {
        change.planned.flavor_id = Attr::Known(meant.flavor.id.clone());
        change.planned.flavor_ram = Attr::Known(meant.flavor.ram);
    }
    Ok(None)
}

fn keep(change: &mut Change<Instance>) {
    let Some(prior) = &change.prior else { return };
    change.planned.flavor = prior.flavor.clone();
    change.planned.flavor_id = prior.flavor_id.clone();
    change.planned.flavor_ram = prior.flavor_ram;
}

fn refusal(said: Diagnostic) -> Refusal {
    Refusal::new(said, &[Argument::Flavor])
        .meaning("The instance was resized outside Terraform and keeps its flavor.")
}
