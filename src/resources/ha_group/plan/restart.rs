//! `restart`: a change of settings takes effect at the next restart, which is a part of the plan or left
//! to a person. Either way the plan says so.

use clouddb::{Client, HaState};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::{HaGroup, replaces};
use crate::resources::outlook::{Outlook, Reconfigured};
use crate::resources::restart::{self, MANUAL};

/// Plans the restart, or says that one is due.
pub(super) fn plan(cx: &PlanContext<Client>, change: &mut Change<HaGroup>, outlook: &Outlook) {
    let Some(prior) = change.prior.as_ref().filter(|_| !replaces(change)) else { return };
    let group = change.planned.configuration_id.known();
    let changed = group.and_then(|group| outlook.reconfigured(group));
    let pending = restart::is_owed(cx);
    let waits = prior.state.known().map(String::as_str) == Some(HaState::RestartRequired.as_str());
    let regrouped = change.planned.configuration_id != prior.configuration_id;
    if regrouped || !(pending || waits || changed.is_some()) {
        return;
    }
    let ours = pending || changed.is_some();
    let by_hand = change.planned.restart.known().is_some_and(|it| it == MANUAL);
    if by_hand || !ours {
        cx.warn(left_to_a_person(&prior.shown(), changed.as_ref()));
        return;
    }
    cx.warn(restarts(&prior.shown(), changed.as_ref()));
    // What will become of the state is not known, and that makes it a change.
    change.planned.state = Attr::Unknown;
    change.planned.source_instance_id = Attr::Unknown;
}

fn restarts(shown: &str, changed: Option<&Reconfigured>) -> Diagnostic {
    let certain = changed.is_none_or(|it| it.is_certain);
    let (summary, why) = if certain {
        (
            "The HA group will be restarted",
            "have changed that take effect at a restart only. This apply restarts its members",
        )
    } else {
        (
            "The HA group may be restarted",
            "change, and which of them take effect at a restart only could not be looked up. If one does, this apply restarts its members",
        )
    };
    Diagnostic::warning(summary)
        .detail(format!(
            "Settings{} of the configuration group of {shown} {why}, which closes their connections; `restart = \"{MANUAL}\"` leaves that to you.",
            names(changed)
        ))
        .attribute("configuration_id")
}

fn left_to_a_person(shown: &str, changed: Option<&Reconfigured>) -> Diagnostic {
    let when = if changed.is_some() { "After this change, settings" } else { "Settings" };
    let wait = if changed.is_none_or(|it| it.is_certain) { "wait" } else { "may wait" };
    Diagnostic::warning("The HA group waits for a restart")
        .detail(format!(
            "{when}{} of the configuration group of {shown} {wait} for a restart of its members, which this plan does not make. An apply makes it with another configuration group, or when the settings change with `restart = \"automatic\"`.",
            names(changed)
        ))
        .attribute("restart")
}

fn names(changed: Option<&Reconfigured>) -> String {
    changed.map(|it| restart::names(&it.parameters)).unwrap_or_default()
}
