//! `restart`: who puts changed settings into force that need a restart, and the restart that an apply owes.

use std::collections::BTreeSet;

use clouddb::Client;
use tfplug::{Context, PlanContext};

use super::outlook::Outlook;

/// The apply that makes the change.
pub(super) const AUTOMATIC: &str = "automatic";
/// Nobody.
pub(super) const MANUAL: &str = "manual";

/// Private state: a change of the configuration group has begun, and the restart that puts it into
/// force is not over.
const PENDING: &str = "restart_pending";

/// What a look shows of a restart.
pub(super) enum Seen {
    /// Settings wait for one.
    Waits,
    /// None does.
    Rests,
    /// It does not tell.
    Unclear,
}

/// Remembers a restart that an apply owes: it ended between a change and the restart, and could not say
/// so. Where somebody else has changed the settings, the restart is theirs. `had` and `has` are the
/// configuration group of the state, and the one that was found.
pub(super) fn note(
    cx: &Context<Client>,
    outlook: &Outlook,
    seen: &Seen,
    had: Option<&str>,
    has: Option<&str>,
) {
    match seen {
        Seen::Waits => {
            if has != had || has.is_some_and(|group| outlook.has_read(group)) {
                owe(cx);
            }
        }
        Seen::Rests => pay(cx),
        Seen::Unclear => {}
    }
}

/// From now on a restart is owed.
pub(super) fn owe(cx: &Context<Client>) {
    cx.set_private(PENDING, &true);
}

/// None is owed any more.
pub(super) fn pay(cx: &Context<Client>) {
    cx.remove_private(PENDING);
}

/// Whether the database server runs with settings that are not those of its `group`, and this apply is to end
/// that.
pub(super) fn is_due(
    cx: &Context<Client>,
    outlook: &Outlook,
    restart: Option<&str>,
    group: Option<&str>,
) -> bool {
    let owed = cx.private(PENDING) == Some(true);
    let reconfigured = group.is_some_and(|group| outlook.reconfigured(group).is_some());
    restart != Some(MANUAL) && (owed || reconfigured)
}

/// Whether an earlier apply owes one.
pub(super) fn is_owed(cx: &PlanContext<Client>) -> bool {
    cx.private(PENDING) == Some(true)
}

/// The parameters behind a word, for messages: nothing, or `` (`one`, `other`)``.
pub(super) fn names(parameters: &BTreeSet<String>) -> String {
    let names: Vec<String> = parameters.iter().map(|it| format!("`{it}`")).collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}
