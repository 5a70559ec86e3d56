//! `datastore.version` of a group that exists: its members are upgraded in place.

use clouddb::{Client, DatastoreRef};
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::{HaGroup, replaces};
use super::refusals::Refusals;
use crate::datastore::{Runs, is_same_version, shown};
use crate::resources::choices;

/// Whether a group that stays gets another version.
pub(super) fn is_planned(change: &Change<HaGroup>) -> bool {
    let Some(prior) = change.prior.as_ref().filter(|_| !replaces(change)) else { return false };
    let asks = change.config.datastore.known().is_some_and(|it| !it.version.is_null());
    asks && change.planned.version() != prior.version()
}

/// Keeps the version of a group that was upgraded outside, and the same one in another spelling. Refuses
/// what the service does not offer, and says of an upgrade that nothing takes it back.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<HaGroup>,
    refusals: &mut Refusals,
) {
    if !is_planned(change) {
        return;
    }
    let Some(prior) = &change.prior else { return };
    let (Some((kind, Some(has))), Some((_, Some(wants)))) =
        (prior.software(), change.planned.software())
    else {
        return;
    };
    if is_same_version(client, kind, has, wants).await {
        change.planned.datastore = prior.datastore.clone();
        return;
    }
    if refusals.applied.as_ref().is_some_and(|applied| applied.has_version(wants)) {
        cx.warn(upgraded_outside(prior, kind, has, wants));
        change.planned.datastore = prior.datastore.clone();
        return;
    }
    let runs = Runs { kind: kind.to_owned(), version: Some(wants.to_owned()) };
    let offered = match client {
        Some(api) => offered(api, prior).await,
        None => None,
    };
    match offered {
        Some(offered) if !offered.iter().any(|it| runs.agrees_with(it)) => {
            refusals.errors.push(not_offered(prior, kind, has, &runs, &offered));
        }
        _ => cx.warn(is_for_good(prior, kind, has, &runs)),
    }
}

/// What its source can be upgraded to, if it tells. A group does not say it itself.
async fn offered(api: &Client, prior: &HaGroup) -> Option<Vec<DatastoreRef>> {
    let source = api.instances().get(prior.source_instance_id.known()?).await;
    source.ok()??.available_upgrades
}

fn upgraded_outside(prior: &HaGroup, kind: &str, has: &str, wants: &str) -> Diagnostic {
    Diagnostic::warning("The version was changed outside Terraform")
        .detail(format!(
            "{} runs {}, and the configuration asks for {}, as it was applied last. Nothing takes an upgrade back, so it stays as it is. Write `version = \"{has}\"` to say so.",
            prior.shown(),
            shown(kind, Some(has)),
            shown(kind, Some(wants))
        ))
        .attribute("datastore")
}

fn not_offered(
    prior: &HaGroup,
    kind: &str,
    has: &str,
    wants: &Runs,
    offered: &[DatastoreRef],
) -> Diagnostic {
    let those = if offered.is_empty() {
        "The service offers no upgrade of it.".to_owned()
    } else {
        let lines = choices::lines(offered.iter().map(DatastoreRef::to_string));
        format!("The service offers these upgrades of it:\n\n{lines}")
    };
    Diagnostic::error("The service does not offer this upgrade")
        .detail(format!(
            "{} runs {}, and the configuration asks for {}. {those}\n\nLet it say `version = \"{has}\"` again. A new and empty group of another version is a block of its own.",
            prior.shown(),
            shown(kind, Some(has)),
            wants.shown()
        ))
        .attribute("datastore")
}

fn is_for_good(prior: &HaGroup, kind: &str, has: &str, wants: &Runs) -> Diagnostic {
    let settings = match prior.configuration_id.known() {
        Some(id) => format!(
            " The service detaches configuration group {id}, which is for the version from before; the apply attaches the one that `configuration_id` names then."
        ),
        None => String::new(),
    };
    Diagnostic::warning("The HA group will be upgraded in place")
        .detail(format!(
            "All members of {} are upgraded from {} to {}, with their data. Nothing takes that back: try your application with the new version before, on an instance restored from a backup, and have a recent backup.{settings}",
            prior.shown(),
            shown(kind, Some(has)),
            wants.shown()
        ))
        .attribute("datastore")
}
