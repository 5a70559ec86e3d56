//! `volume_size`: a volume only grows, and not beyond what the service tells.

use clouddb::Client;
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::Instance;
use super::check::Check;
use super::looks::Look;
use super::refusal::{Argument, Refusal};
use crate::resources::instance::applied::Applied;

/// A volume never shrinks. Who asks for that is refused; but a volume that grew outside Terraform
/// stays as it is, because an error of the plan would forbid to destroy it too.
pub(super) fn never_shrink(
    cx: &PlanContext<Client>,
    change: &mut Change<Instance>,
) -> Option<Refusal> {
    let prior = change.prior.as_ref()?;
    let (has, wants) = (*prior.volume_size.known()?, *change.planned.volume_size.known()?);
    if wants >= has {
        return None;
    }
    let name = prior.name.known().map_or("", String::as_str);
    if Applied::planning(cx).is_some_and(|applied| applied.volume_size <= wants) {
        cx.warn(
            Diagnostic::warning("The volume has grown outside Terraform")
                .detail(format!(
                    "The volume of instance \"{name}\" has {has} GB and the configuration asks for {wants} GB. The service can only enlarge a volume, so it stays as it is. Write `volume_size = {has}` to say so."
                ))
                .attribute("volume_size"),
        );
        change.planned.volume_size = Attr::Known(has);
        return None;
    }
    let said = Diagnostic::error("A volume cannot become smaller").detail(format!(
        "The volume of instance \"{name}\" has {has} GB and the configuration asks for {wants} GB. The service can only enlarge a volume. Write `volume_size = {has}` or more; nothing was changed. For a smaller volume create another instance and move the data."
    ));
    Some(Refusal::new(said.attribute("volume_size"), &[Argument::VolumeSize]))
}

/// Refuses what is more by itself than all volumes of the account may have together. The largest single
/// volume is told nowhere, and what else will be there by then is not known.
pub(super) async fn check(it: &Check<'_>) -> Option<Refusal> {
    let gb = *it.due(|instance| &instance.volume_size)?;
    // A replica may get the volume of its source, whatever is asked for.
    let Look::Found(limits) = it.limits().await else { return None };
    let config = &it.change.config;
    let is_copy = !(config.replica_of.is_null() && config.upgrade_of.is_null());
    let most = limits.volumes.filter(|most| gb > *most && !is_copy)?;
    let said = Diagnostic::error("The volume is larger than the account allows").detail(format!(
        "All volumes of the account together may have {most} GB, and this one is to have {gb} GB. Write `volume_size = {most}` or less, or have the quota raised."
    ));
    Some(Refusal::new(said.attribute("volume_size"), &[Argument::VolumeSize]))
}
