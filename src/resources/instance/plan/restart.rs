//! `restart`: a change of settings takes effect at the next restart, which is a part of the plan or left
//! to a person. Either way the plan says so.

use std::collections::BTreeSet;

use clouddb::{Client, InstanceStatus};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::{Instance, replaces};
use super::looks::{Look, Looks};
use crate::configuration::needing_restart;
use crate::resources::outlook::{Outlook, Reconfigured};
use crate::resources::patience::looking;
use crate::resources::restart::{self, MANUAL, names};

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
    let changed = group.and_then(|group| outlook.reconfigured(group));
    let pending = restart::is_owed(cx);
    let status = prior.status.known().map(String::as_str);
    let waits = status == Some(InstanceStatus::RestartRequired.as_str());
    let regrouped = change.planned.configuration_id != prior.configuration_id;
    if regrouped || !(pending || waits || changed.is_some()) {
        return;
    }
    let (now, ours) = (changed.is_none(), pending || changed.is_some());
    let due = match (changed, client, group) {
        (Some(changed), ..) => changed,
        (None, Some(client), Some(group)) => due(&looking(cx, client), change, looks, group).await,
        _ => nobody_knows(),
    };
    let by_hand = change.planned.restart.known().is_some_and(|it| it == MANUAL);
    if by_hand || !ours {
        cx.warn(left_to_a_person(prior, &due, now));
    } else {
        cx.warn(restarts(prior, &due));
        // What will become of the status is not known, and that makes it a change.
        change.planned.status = Attr::Unknown;
        change.planned.updated = Attr::Unknown;
    }
}

/// The parameters of the group of which one or more wait for the restart, as far as the service tells.
async fn due(api: &Client, change: &Change<Instance>, looks: &Looks, group: &str) -> Reconfigured {
    let region = change.planned.region.known().map_or("", String::as_str);
    let Look::Found(group) = looks.configuration(api, region, group).await else {
        return nobody_knows();
    };
    let Some(version_id) = &group.datastore_version_id else { return nobody_knows() };
    let Ok(all) = api.configurations().parameters(version_id).await else { return nobody_knows() };
    let names = group.values.iter().flat_map(serde_json::Map::keys);
    Reconfigured { parameters: needing_restart(&all, names), is_certain: true }
}

/// A restart is due, for whatever reason.
fn nobody_knows() -> Reconfigured {
    Reconfigured { parameters: BTreeSet::new(), is_certain: true }
}

fn restarts(prior: &Instance, due: &Reconfigured) -> Diagnostic {
    let (shown, names) = (prior.shown(), names(&due.parameters));
    let (summary, why) = if due.is_certain {
        (
            "The instance will be restarted",
            format!(
                "Settings of the configuration group of {shown} have changed that take effect at a restart only{names}. This apply restarts the database server"
            ),
        )
    } else {
        (
            "The instance may be restarted",
            format!(
                "Settings of the configuration group of {shown} change{names}, and which of them take effect at a restart only could not be looked up. If one does, this apply restarts the database server"
            ),
        )
    };
    Diagnostic::warning(summary)
        .detail(format!(
            "{why}, which closes all its connections; `restart = \"{MANUAL}\"` leaves that to you."
        ))
        .attribute("configuration_id")
}

fn left_to_a_person(prior: &Instance, due: &Reconfigured, now: bool) -> Diagnostic {
    let (shown, names) = (prior.shown(), names(&due.parameters));
    let detail = match (now, due.is_certain) {
        (true, _) => format!(
            "Settings of the configuration group of {shown} wait for a restart of the database server{names}."
        ),
        (false, true) => format!(
            "After this change, settings of the configuration group of {shown} wait for a restart of the database server{names}."
        ),
        (false, false) => format!(
            "After this change, settings of the configuration group of {shown} may wait for a restart of the database server{names}; which of them need one could not be looked up."
        ),
    };
    Diagnostic::warning("The instance waits for a restart")
        .detail(format!(
            "{detail} This plan does not restart it; the action `rackspace_db_instance_restart` does."
        ))
        .attribute("restart")
}
