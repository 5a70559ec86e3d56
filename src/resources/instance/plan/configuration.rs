//! `configuration_id`: a group of settings, which is for one version of one datastore.

use super::check::Check;
use super::datastore;
use super::looks::Look;
use super::refusal::{Argument, Refusal};
use crate::resources::configuration_choice::{for_another_datastore, unknown};

/// Refuses a group that there is not, and one for another datastore than that of the instance.
pub(super) async fn check(it: &Check<'_>) -> Option<Refusal> {
    let id = it.due(|instance| &instance.configuration_id)?;
    match it.looks.configuration(&it.api, it.region(), id).await {
        Look::Unknown => None,
        Look::Absent => {
            Some(Refusal::new(unknown(&it.api, id).await, &[Argument::ConfigurationId]))
        }
        Look::Found(group) => {
            let runs = datastore::runs(it).await?;
            let who = if it.is_new() { "the instance will run" } else { "the instance runs" };
            let said = for_another_datastore(&it.api, &group, who, &runs).await?;
            Some(Refusal::new(said, &[Argument::ConfigurationId, Argument::Datastore]))
        }
    }
}
