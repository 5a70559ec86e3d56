//! `from_instance_id`: the source, or a replica of it, that becomes a new group with all its replicas. Later
//! the attribute is only a memory of that, and of a group that was made anew it is empty.

use clouddb::{Client, Instance};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::attributes::{HaGroup, replaces};
use crate::datastore::shown;
use crate::place;
use crate::resources::origin;

/// A source with its replicas.
struct Family {
    source: Instance,
    replicas: Vec<String>,
}

/// Keeps the value of a group that stays.
pub(super) fn keep(cx: &PlanContext<Client>, change: &mut Change<HaGroup>) {
    let changed = (!replaces(change)).then(|| {
        Diagnostic::warning("An instance is converted only at creation")
            .detail("`from_instance_id` has changed, and the group exists already: it stays as it is. To convert another instance, declare another group.")
            .attribute("from_instance_id")
    });
    let prior = change.prior.as_ref().map(|prior| &prior.from_instance_id);
    let wanted = &change.config.from_instance_id;
    origin::keep(cx, prior, wanted, &mut change.planned.from_instance_id, changed);
}

/// Refuses an instance that cannot be converted into what is configured, and says what becomes of the
/// resources that have it. A look that fails says nothing.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    api: &Client,
    change: &Change<HaGroup>,
) -> Result<()> {
    let Some(id) = change.config.from_instance_id.known() else { return Ok(()) };
    if change.prior.is_some() && !replaces(change) {
        return Ok(());
    }
    let Some(family) = family(api, id).await? else { return Ok(()) };
    let mut differences = Diagnostics::new();
    for said in family.differences(&change.planned) {
        differences.push(said);
    }
    differences.into_result()?;
    cx.warn(family.becomes_members());
    Ok(())
}

/// The instance with its source and all replicas of that.
async fn family(api: &Client, id: &str) -> Result<Option<Family>> {
    let refuse = |summary: &str, detail: String| {
        Diagnostics::from(Diagnostic::error(summary).detail(detail).attribute("from_instance_id"))
    };
    let named = match api.instances().get(id).await {
        Ok(Some(named)) => named,
        Ok(None) => {
            return Err(refuse(
                "No such instance",
                format!(
                    "There is no instance with the ID \"{id}\" {}. The data source rackspace_db_instances lists those that exist in a region.",
                    place::searched_by(api).await
                ),
            ));
        }
        Err(_) => return Ok(None),
    };
    if let Some(group) = &named.ha_id {
        return Err(refuse(
            "The instance is a member of an HA group already",
            format!(
                "Instance \"{}\" ({id}) is a member of HA group {group}. If that is the one that is meant, import it:\n\n  terraform import ADDRESS '{group}'\n\nA group that was made from an instance cannot be made from it anew: remove `from_instance_id` where the group is to be replaced.",
                named.name
            ),
        ));
    }
    let source = match &named.replica_of {
        None => named,
        Some(source) => match api.instances().get(source).await {
            Ok(Some(source)) => source,
            Ok(None) | Err(_) => return Ok(None),
        },
    };
    if source.replicas.is_empty() {
        return Err(refuse(
            "The instance has no replica",
            format!(
                "Only a source with one or two replicas becomes a group, and instance \"{}\" ({}) has none. Give it one first, with a `rackspace_db_instance` whose `replica_of` is \"{}\".",
                source.name, source.id, source.id
            ),
        ));
    }
    let replicas = source.replicas.clone();
    Ok(Some(Family { source, replicas }))
}

impl Family {
    /// What the configuration has otherwise than the instances: the conversion changes nothing of them.
    fn differences(&self, planned: &HaGroup) -> Vec<Diagnostic> {
        let source = &self.source;
        let mut found = Vec::new();
        let mut differs = |attribute: &str, has: String, wants: String| {
            found.push(
                Diagnostic::error("The instance is not as the group is to be")
                    .detail(format!(
                        "A conversion changes nothing of the instances. Instance \"{}\" ({}) has {has}, and the configuration asks for {wants}. Write what it has, and change it in another apply.",
                        source.name, source.id
                    ))
                    .attribute(attribute),
            );
        };
        if let Some(flavor) = planned.flavor_id.known().filter(|it| **it != source.flavor.id) {
            differs("flavor", format!("flavor {}", source.flavor.id), format!("flavor {flavor}"));
        }
        let size = source.volume.size;
        if let Some(wants) = planned.volume_size.known().filter(|it| **it != size) {
            differs("volume_size", format!("a volume of {size} GB"), format!("{wants} GB"));
        }
        let count = self.replicas.len();
        if let Some(wants) = planned.replica_count.known().filter(|it| **it != count as u64) {
            let has = format!("{count} {}", if count == 1 { "replica" } else { "replicas" });
            differs("replica_count", has, wants.to_string());
        }
        if !planned.configuration_id.is_unknown()
            && planned.configuration_id.known() != source.configuration_id.as_ref()
        {
            let group = |id: Option<&String>| match id {
                Some(id) => format!("configuration group {id}"),
                None => "no configuration group".to_owned(),
            };
            let wants = planned.configuration_id.known();
            differs("configuration_id", group(source.configuration_id.as_ref()), group(wants));
        }
        if let (Some(has), Some(wants)) = (&source.datastore, planned.datastore.known()) {
            let other = |wants: &Attr<String>, has: Option<&String>| {
                wants.known().zip(has).is_some_and(|(wants, has)| !wants.eq_ignore_ascii_case(has))
            };
            if other(&wants.r#type, Some(&has.kind)) || other(&wants.version, has.version.as_ref())
            {
                let kind = wants.r#type.known().map_or(has.kind.as_str(), String::as_str);
                let version = wants.version.known().map(String::as_str);
                let told = shown(&has.kind, has.version.as_deref());
                differs("datastore", told, shown(kind, version));
            }
        }
        found
    }

    /// What becomes of the instances, and of the resources that have them.
    fn becomes_members(&self) -> Diagnostic {
        let Self { source, replicas } = self;
        Diagnostic::warning("Instances become members of an HA group")
            .detail(format!(
                "Instance \"{}\" ({}) becomes the source of the group, with its data, and {} its {}. From then on they are changed and deleted only through the group.\n\n\
                 A `rackspace_db_instance` that has one of them is refused as soon as it is to be changed or destroyed. After the apply let Terraform forget it: replace its block by\n\n  removed {{\n    from = ADDRESS\n    lifecycle {{\n      destroy = false\n    }}\n  }}\n\n\
                 Databases and users stay as they are. Write `source_instance_id` of the group as their `instance_id`, so that they follow a failover.",
                source.name,
                source.id,
                replicas.join(" and "),
                if replicas.len() == 1 { "replica" } else { "replicas" }
            ))
            .attribute("from_instance_id")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::resources::ha_group::plan::tests::{datastore, group};

    /// Where a group is to be otherwise than a source with one replica, and what is said of that.
    fn differences(planned: &Json) -> Vec<(String, String)> {
        let source = json!({ "id": "i", "name": "web", "status": "ACTIVE", "flavor": { "id": "2" },
            "volume": { "size": 10 }, "configuration": { "id": "g" },
            "datastore": { "type": "mysql", "version": "8.0" } });
        let source = serde_json::from_value(source).unwrap();
        let family = Family { source, replicas: vec!["r".to_owned()] };
        let told = |it: Diagnostic| (it.path().unwrap().to_string(), it.detail_text().to_owned());
        family.differences(&group(planned)).into_iter().map(told).collect()
    }

    fn like_the_source() -> Json {
        json!({ "flavor_id": "2", "volume_size": 10, "replica_count": 1, "configuration_id": "g",
            "datastore": datastore(Some("MySQL"), Some("8.0")) })
    }

    #[test]
    fn a_group_that_is_made_of_instances_is_to_be_as_they_are() {
        assert!(differences(&like_the_source()).is_empty());
        for (name, argument, other, has, wants) in [
            ("flavor_id", "flavor", json!("3"), "flavor 2", "flavor 3"),
            ("volume_size", "volume_size", json!(11), "a volume of 10 GB", "11 GB"),
            ("replica_count", "replica_count", json!(2), "1 replica,", "for 2"),
            ("configuration_id", "configuration_id", json!("h"), "group g", "group h"),
            ("datastore", "datastore", datastore(Some("percona"), None), "mysql 8.0", "percona"),
            ("datastore", "datastore", datastore(None, Some("5.7")), "mysql 8.0", "mysql 5.7"),
        ] {
            let mut planned = like_the_source();
            planned[name] = other;
            let [(path, detail)] = differences(&planned).try_into().unwrap();
            assert_eq!(path, argument);
            assert!(detail.contains(has) && detail.contains(wants), "{detail}");
        }
    }

    #[test]
    fn what_is_not_known_of_the_group_is_no_difference_and_no_group_of_settings_is_one() {
        let mut late = like_the_source();
        for name in ["flavor_id", "volume_size", "replica_count", "configuration_id", "datastore"] {
            late[name] = Json::Null;
        }
        assert!(differences(&late).is_empty());

        let mut bare = like_the_source();
        bare.as_object_mut().unwrap().remove("configuration_id");
        let [(path, detail)] = differences(&bare).try_into().unwrap();
        assert_eq!(path, "configuration_id");
        assert!(detail.contains("asks for no configuration group"), "{detail}");
    }
}
