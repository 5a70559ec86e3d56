//! A restart that an apply owes.

use clouddb::{Client, HaState};
use tfplug::Context;

use super::model::HaGroup;
use super::restart::RESTART_PENDING;
use crate::resources::outlook::Outlook;

/// Remembers a restart that an apply owes: it ended between a change and the restart, and could not say
/// so. Where somebody else has changed the settings, the restart is theirs.
pub(super) fn note(
    cx: &Context<Client>,
    outlook: &Outlook,
    state: &HaGroup,
    found: &clouddb::HaGroup,
) {
    let group = found.configuration_id.as_deref();
    match found.state {
        HaState::RestartRequired => {
            let ours = group != state.configuration_id.as_deref()
                || group.is_some_and(|group| outlook.has_read(group));
            if ours {
                cx.set_private(RESTART_PENDING, &true);
            }
        }
        HaState::Active => cx.remove_private(RESTART_PENDING),
        _ => {}
    }
}

/// Whether the members run with settings that are not those of their group, and this apply is to end that.
pub(super) fn is_due(cx: &Context<Client>, outlook: &Outlook, plan: &HaGroup) -> bool {
    let pending = cx.private(RESTART_PENDING).unwrap_or(false);
    let group = plan.configuration_id.as_deref();
    let reconfigured = group.is_some_and(|group| outlook.reconfigured(group).is_some());
    !plan.is_restarted_by_hand() && (pending || reconfigured)
}
