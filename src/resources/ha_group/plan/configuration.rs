//! `configuration_id`: a group of settings, which is for one version of one datastore.

use clouddb::Client;
use tfplug::{Change, PlanContext};

use super::attributes::{HaGroup, replaces};
use super::datastore;
use super::refusals::Refusals;
use super::upgrade;
use crate::resources::configuration_choice::{for_another_datastore, unknown};
use crate::resources::ha_group::applied::Applied;

/// Refuses a configuration group that there is not, and one for another datastore than that of the HA
/// group. Where nothing changes, nothing is looked at.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    api: &Client,
    change: &Change<HaGroup>,
    refusals: &mut Refusals,
) {
    let Some(id) = change.config.configuration_id.known() else { return };
    let stays = change.prior.as_ref().filter(|_| !replaces(change));
    let has = stays.and_then(|prior| prior.configuration_id.known());
    if has == Some(id) && !upgrade::is_planned(change) {
        return;
    }
    let said = match api.configurations().get(id).await {
        Err(_) => None,
        Ok(None) => Some(unknown(api, id).await),
        Ok(Some(group)) => match datastore::runs(change) {
            None => None,
            Some(runs) => for_another_datastore(api, &group, "the HA group is to run", &runs).await,
        },
    };
    let Some(said) = said else { return };
    let is_as = |applied: &Applied| applied.configuration_id.as_ref() == Some(id);
    refusals.refuse(
        cx,
        said,
        |applied| is_as(applied) && !upgrade::is_planned(change),
        "The configuration is as it was applied last, so the group was detached outside Terraform. If the HA group is to be destroyed, nothing is wrong. If not, correct this before you apply.",
    );
}
