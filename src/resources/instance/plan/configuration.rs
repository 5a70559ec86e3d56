//! `configuration_id`: a group of settings, which is for one version of one datastore.

use clouddb::Configuration;
use tfplug::Diagnostic;

use super::check::Check;
use super::datastore::{self, Runs};
use super::looks::Look;
use super::refusal::{Argument, Refusal};
use crate::datastore::shown;
use crate::resources::choices;

/// Refuses a group that there is not, and one for another datastore than that of the instance.
pub(super) async fn check(it: &Check<'_>) -> Option<Refusal> {
    let id = it.due(|instance| &instance.configuration_id)?;
    match it.looks.configuration(&it.api, it.region(), id).await {
        Look::Unknown => None,
        Look::Absent => {
            let said = Diagnostic::error("Unknown configuration group").detail(format!(
                "There is no configuration group with the ID {id} in this account and region. {}",
                chosen_from(&listed(it).await, "These exist", "There is none at all")
            ));
            Some(refusal(said, &[Argument::ConfigurationId]))
        }
        Look::Found(group) => {
            let runs = datastore::runs(it).await?;
            if fits(&group, &runs) {
                return None;
            }
            let mut fitting = listed(it).await;
            fitting.retain(|it| it.datastore_name.is_some() && fits(it, &runs));
            let said = Diagnostic::error("The configuration group is for another datastore")
                .detail(format!(
                    "Configuration group \"{}\" ({id}) is for {}, and the instance {} {}. {}",
                    group.name,
                    datastore_of(&group),
                    if it.is_new() { "will run" } else { "runs" },
                    runs.shown(),
                    chosen_from(&fitting, "These fit", "No group fits")
                ));
            Some(refusal(said, &[Argument::ConfigurationId, Argument::Datastore]))
        }
    }
}

fn refusal(said: Diagnostic, rests_on: &'static [Argument]) -> Refusal {
    Refusal::new(said.attribute("configuration_id"), rests_on)
}

/// Whether an instance of that datastore can have the group, as far as both say.
pub(super) fn fits(group: &Configuration, runs: &Runs) -> bool {
    let kind = group.datastore_name.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(&runs.kind));
    let versions = [&group.datastore_version_name, &group.datastore_version_id];
    let told: Vec<&String> = versions.into_iter().flatten().collect();
    let version = |wanted: &String| told.is_empty() || told.contains(&wanted);
    kind && runs.version.as_ref().is_none_or(version)
}

async fn listed(it: &Check<'_>) -> Vec<Configuration> {
    let mut groups = it.api.configurations().list().await.unwrap_or_default().items;
    groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    groups
}

fn datastore_of(group: &Configuration) -> String {
    let kind = group.datastore_name.as_deref().unwrap_or("another datastore");
    shown(kind, group.datastore_version_name.as_deref())
}

/// The groups, one a line, for an error.
fn chosen_from(groups: &[Configuration], these: &str, none: &str) -> String {
    if groups.is_empty() {
        return format!("{none}.");
    }
    let group = |it: &Configuration| format!("{} \"{}\" ({})", it.id, it.name, datastore_of(it));
    format!("{these} (ID, name, datastore):\n\n{}", choices::lines(groups.iter().map(group)))
}
