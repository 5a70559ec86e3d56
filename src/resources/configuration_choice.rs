//! Which configuration group an instance or a high-availability group can have: one that there is, for what
//! it runs.

use clouddb::{Client, Configuration};
use tfplug::Diagnostic;

use super::choices;
use crate::datastore::{Runs, shown};

/// The refusal of a group that there is not.
pub(crate) async fn unknown(api: &Client, id: &str) -> Diagnostic {
    let those = chosen_from(&listed(api).await, "These exist", "There is none at all");
    Diagnostic::error("Unknown configuration group")
        .detail(format!(
            "There is no configuration group with the ID {id} in this account and region. {those}"
        ))
        .attribute("configuration_id")
}

/// The refusal of a group for another datastore. `who` is whom it is for, such as `the instance will run`.
pub(crate) async fn for_another_datastore(
    api: &Client,
    group: &Configuration,
    who: &str,
    runs: &Runs,
) -> Option<Diagnostic> {
    if fits(group, runs) {
        return None;
    }
    let mut fitting = listed(api).await;
    fitting.retain(|it| it.datastore_name.is_some() && fits(it, runs));
    let said = Diagnostic::error("The configuration group is for another datastore");
    let said = said.detail(format!(
        "Configuration group \"{}\" ({}) is for {}, and {who} {}. {}",
        group.name,
        group.id,
        datastore_of(group),
        runs.shown(),
        chosen_from(&fitting, "These fit", "No group fits")
    ));
    Some(said.attribute("configuration_id"))
}

/// Whether what runs that datastore can have the group, as far as both say.
fn fits(group: &Configuration, runs: &Runs) -> bool {
    let kind = group.datastore_name.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(&runs.kind));
    let versions = [&group.datastore_version_name, &group.datastore_version_id];
    let told: Vec<&String> = versions.into_iter().flatten().collect();
    let version = |wanted: &String| told.is_empty() || told.contains(&wanted);
    kind && runs.version.as_ref().is_none_or(version)
}

async fn listed(api: &Client) -> Vec<Configuration> {
    let mut groups = api.configurations().list().await.unwrap_or_default().items;
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

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    #[test]
    fn a_configuration_group_fits_what_agrees_with_all_that_it_tells() {
        let group = |told: Json| {
            let mut all = json!({ "id": "g", "name": "tuned" });
            all.as_object_mut().unwrap().extend(told.as_object().unwrap().clone());
            serde_json::from_value::<clouddb::Configuration>(all).unwrap()
        };
        let runs = |kind: &str, version: Option<&str>| Runs {
            kind: kind.to_owned(),
            version: version.map(str::to_owned),
        };
        let fits =
            |told: Json, kind: &str, version| super::fits(&group(told), &runs(kind, version));
        let both = json!({ "datastore_name": "mysql", "datastore_version_name": "8.0",
            "datastore_version_id": "v8" });

        assert!(
            fits(both.clone(), "MySQL", Some("8.0")) && fits(both.clone(), "mysql", Some("v8"))
        );
        assert!(fits(both.clone(), "mysql", None), "the version is not known");
        assert!(!fits(both.clone(), "mysql", Some("5.7")) && !fits(both, "percona", Some("8.0")));
        assert!(fits(json!({}), "mysql", Some("8.0")), "it tells nothing");
        let kind_alone = json!({ "datastore_name": "mysql" });
        assert!(fits(kind_alone.clone(), "mysql", Some("8.0")));
        assert!(!fits(kind_alone, "percona", Some("8.0")));
    }
}
