//! `restart`: a change of settings takes effect at the next restart, which is a part of the plan or left
//! to a person. Either way the plan says so.

use std::collections::BTreeSet;

use clouddb::{Client, InstanceStatus};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::{Instance, replaces};
use super::looks::{Look, Looks};
use crate::configuration::needing_restart;
use crate::resources::instance::change::RESTART_PENDING;
use crate::resources::instance::restart::MANUAL;
use crate::resources::outlook::Outlook;
use crate::resources::patience::looking;

/// Plans the restart, or says that one is due.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Instance>,
    looks: &Looks,
    outlook: &Outlook,
) {
    let Some(prior) = change.prior.as_ref().filter(|_| !replaces(change)) else { return };
    let group = change.planned.configuration_id.known();
    let changed = group.map(|group| outlook.reconfigured(group)).unwrap_or_default();
    let pending = cx.private(RESTART_PENDING) == Some(true);
    let status = prior.status.known().map(String::as_str);
    let waits = status == Some(InstanceStatus::RestartRequired.as_str());
    let regrouped = change.planned.configuration_id != prior.configuration_id;
    if regrouped || !(pending || waits || !changed.is_empty()) {
        return;
    }
    let parameters = match (changed.is_empty(), client, group) {
        (false, ..) => changed.clone(),
        (true, Some(client), Some(group)) => due(&looking(cx, client), change, looks, group).await,
        _ => BTreeSet::new(),
    };
    let by_hand = change.planned.restart.known().is_some_and(|it| it == MANUAL);
    let ours = pending || !changed.is_empty();
    if by_hand || !ours {
        cx.warn(left_to_a_person(prior, &parameters, changed.is_empty()));
    } else {
        cx.warn(restarts(prior, &parameters));
        // What will become of the status is not known, and that makes it a change.
        change.planned.status = Attr::Unknown;
        change.planned.updated = Attr::Unknown;
    }
}

/// The parameters of the group of which one or more wait for the restart, as far as the service tells.
async fn due(
    api: &Client,
    change: &Change<Instance>,
    looks: &Looks,
    group: &str,
) -> BTreeSet<String> {
    let region = change.planned.region.known().map_or("", String::as_str);
    let Look::Found(group) = looks.configuration(api, region, group).await else {
        return BTreeSet::new();
    };
    let Some(version_id) = &group.datastore_version_id else { return BTreeSet::new() };
    match api.configurations().parameters(version_id).await {
        Ok(all) => {
            needing_restart(&all, group.values.iter().flatten().map(|(name, _)| name.as_str()))
        }
        Err(_) => BTreeSet::new(),
    }
}

fn restarts(prior: &Instance, parameters: &BTreeSet<String>) -> Diagnostic {
    Diagnostic::warning("The instance will be restarted")
        .detail(format!(
            "Settings of the configuration group of {} have changed that take effect at a restart only{}. This apply restarts the database server, which closes all its connections; `restart = \"{MANUAL}\"` leaves that to you.",
            prior.shown(),
            names(parameters)
        ))
        .attribute("configuration_id")
}

fn left_to_a_person(prior: &Instance, parameters: &BTreeSet<String>, now: bool) -> Diagnostic {
    Diagnostic::warning("The instance waits for a restart")
        .detail(format!(
            "{}, settings of the configuration group of {} wait for a restart of the database server{}. This plan does not restart it; the action `rackspace_db_instance_restart` does.",
            if now { "As it is" } else { "After this change" },
            prior.shown(),
            names(parameters)
        ))
        .attribute("restart")
}

fn names(parameters: &BTreeSet<String>) -> String {
    let names: Vec<String> = parameters.iter().map(|it| format!("`{it}`")).collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}
