//! `volume_size`: volumes only grow.

use clouddb::Client;
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::HaGroup;
use super::refusals::Refusals;

/// Refuses smaller volumes. Those that have grown outside Terraform stay as they are.
pub(super) fn never_shrink(
    cx: &PlanContext<Client>,
    change: &mut Change<HaGroup>,
    refusals: &mut Refusals,
) {
    let Some(prior) = change.prior.as_ref() else { return };
    let (Some(has), Some(wants)) = (prior.volume_size.known(), change.planned.volume_size.known())
    else {
        return;
    };
    let (has, wants) = (*has, *wants);
    if wants >= has {
        return;
    }
    let shown = prior.shown();
    if refusals.applied.as_ref().is_some_and(|applied| applied.volume_size <= wants) {
        cx.warn(
            Diagnostic::warning("The volumes have grown outside Terraform")
                .detail(format!(
                    "The volumes of {shown} have {has} GB and the configuration asks for {wants} GB. The service can only enlarge volumes, so they stay as they are. Write `volume_size = {has}` to say so."
                ))
                .attribute("volume_size"),
        );
        change.planned.volume_size = Attr::Known(has);
        return;
    }
    let said = Diagnostic::error("A volume cannot become smaller").detail(format!(
        "The volumes of {shown} have {has} GB and the configuration asks for {wants} GB. The service can only enlarge volumes. Write `volume_size = {has}` or more; nothing was changed. For smaller volumes create another group and move the data."
    ));
    refusals.errors.push(said.attribute("volume_size"));
}
