//! HA groups: what stands in their blocks, what the server has, and where their sources are.
//!
//! A database or a user of a group goes by the instance that is the source now. When another member becomes the
//! source, it is the same object by another ID.

use std::collections::BTreeMap;

use clouddb_sim::{HaGroupSnapshot, Simulator};
use serde_json::{Map, Value as Json, json};

use super::census::{Census, instance_of};
use super::label::{Kind, Label};
use super::wish::Wish;
use crate::commands::StateObject;
use crate::scenario::Block;

/// Who may connect, by number; the first is not said.
const ACLS: [Option<&[&str]>; 4] =
    [None, Some(&[]), Some(&["10.0.0.0/8"]), Some(&["10.0.0.0/8", "192.0.2.0/24"])];

/// Whom others let in.
pub(super) const THEIRS: &str = "198.51.100.7/32";

/// The attribute that tells the instance to write to.
const SOURCE: &str = "source_instance_id";

/// The attribute that tells all members.
const MEMBERS: &str = "member_ids";

/// More phases than a failover has.
const PHASES: usize = 4;

/// The arguments but for the region and the configuration group.
pub(super) fn arguments(wish: &Wish) -> Map<String, Json> {
    let mut arguments = Map::new();
    let mut set = |name: &str, value: Json| drop(arguments.insert(name.to_owned(), value));
    set("flavor", json!((2 + wish.flavor % 3).to_string()));
    set("volume_size", json!(wish.volume));
    if wish.replicas > 1 {
        set("replica_count", json!(wish.replicas));
    }
    if let Some(acls) = ACLS.get(usize::from(wish.acls)).copied().flatten() {
        set("acls", json!(acls));
    }
    if wish.restart().is_some() {
        set("restart", json!("manual"));
    }
    arguments
}

/// Whether the server has what the block says. `configuration` is the group of settings that it is to have.
pub(super) fn is_as_configured(
    cloud: &Simulator,
    block: &Block,
    id: &str,
    configuration: Option<&str>,
) -> bool {
    let said = |argument: &str| block.body.get(argument);
    let acls = |it: &HaGroupSnapshot| {
        said("acls").and_then(Json::as_array).is_none_or(|acls| {
            acls.len() == it.acls.len() && it.acls.iter().all(|acl| acls.contains(&json!(acl)))
        })
    };
    cloud.ha_group(id).is_some_and(|it| {
        said("name") == Some(&json!(it.name))
            && said("flavor") == Some(&json!(it.flavor_id))
            && said("volume_size") == Some(&json!(it.volume))
            && said("replica_count").unwrap_or(&json!(1)) == &json!(it.replica_ids.len())
            && acls(&it)
            && it.configuration_id.as_deref() == configuration
    })
}

/// The source of the group under a label, as an expression and as a state has it.
pub(super) fn source(label: Label) -> String {
    format!("{}.{SOURCE}", label.address())
}

/// The ID of what something of this kind is in, for what stands under a label.
pub(super) fn home(kind: Kind, of: Label, state: &BTreeMap<String, String>) -> Option<&String> {
    let is_inside = matches!(kind, Kind::Database | Kind::User);
    match of.kind {
        Kind::HaGroup if is_inside => state.get(&source(of)),
        _ => state.get(&of.address()),
    }
}

/// Whether an instance is a member of a group.
pub(super) fn is_member(id: &str, census: &Census) -> bool {
    let members = census.values().filter_map(|it| it.facts.get(MEMBERS)?.as_array());
    members.flatten().any(|it| it == id)
}

/// The source fails, and another member has taken its place when this is over.
pub(super) fn fail_over(cloud: &Simulator, id: &str) {
    cloud.fail_over(id);
    for _ in 0..PHASES {
        cloud.advance();
    }
}

/// The sources of all groups, and which other instances they were.
#[derive(Debug, Default)]
pub(super) struct Sources {
    now: BTreeMap<String, String>,
    /// Which source has come in the place of one.
    moved: BTreeMap<String, String>,
}

impl Sources {
    /// Looks at the groups, and tells which sources others have come in the place of.
    pub(super) fn look(&mut self, cloud: &Simulator) -> BTreeMap<String, String> {
        let sources = cloud.ha_groups().into_iter();
        let now: BTreeMap<_, _> = sources.filter_map(|it| Some((it.id, it.source_id?))).collect();
        let mut moved = BTreeMap::new();
        for (group, source) in &now {
            if let Some(before) = self.now.get(group).filter(|it| *it != source) {
                moved.insert(before.clone(), source.clone());
            }
        }
        self.moved.values_mut().for_each(|it| *it = moved.get(it).unwrap_or(it).clone());
        self.moved.extend(moved.clone());
        self.now.extend(now);
        moved
    }

    /// An object as it would be if the state had followed all failovers, and for a group where its source is.
    pub(super) fn followed(&self, mut object: StateObject) -> StateObject {
        let id = object.text("id").map(str::to_owned).unwrap_or_default();
        let present = |instance: &str| self.moved.get(instance).cloned();
        if object.address.starts_with(Kind::HaGroup.resource()) {
            let had = object.text(SOURCE).map(|it| present(it).unwrap_or_else(|| it.to_owned()));
            if let Some(source) = self.now.get(&id).cloned().or(had) {
                put(&mut object, HOME, source);
            }
        } else if let Some(renamed) = renamed(&id, &self.moved) {
            put(&mut object, "id", renamed);
        }
        object
    }
}

fn put(object: &mut StateObject, name: &str, value: String) {
    if let Json::Object(attributes) = &mut object.attributes {
        attributes.insert(name.to_owned(), Json::String(value));
    }
}

/// Where the source of a group is, beside the attributes of its object.
const HOME: &str = "home of databases and users";

/// The source of a group in the state, by what stands for it.
pub(super) fn source_in(object: &StateObject) -> Option<(String, String)> {
    let source = object.text(HOME)?;
    Some((format!("{}.{SOURCE}", object.address), source.to_owned()))
}

/// The ID that something has after a failover, if that is another one.
pub(super) fn renamed(id: &str, moved: &BTreeMap<String, String>) -> Option<String> {
    let source = moved.get(instance_of(id)?)?;
    let (_, key) = id.split_once('/')?;
    Some(format!("{source}/{key}"))
}

/// The same things by the IDs that they have after failovers.
pub(super) fn follow<T>(
    things: BTreeMap<String, T>,
    moved: &BTreeMap<String, String>,
) -> BTreeMap<String, T> {
    things.into_iter().map(|(id, it)| (renamed(&id, moved).unwrap_or(id), it)).collect()
}

#[cfg(test)]
mod tests {
    use clouddb_sim::Options;

    use super::*;

    #[test]
    fn what_is_on_a_source_is_the_same_on_every_one_that_comes_in_its_place() {
        let cloud = Simulator::start(Options::default()).unwrap();
        let group = cloud.add_ha_group("pair", "2", 2, 1);
        let source = || cloud.ha_group(&group).and_then(|it| it.source_id).unwrap();
        let mut sources = Sources::default();
        assert!(sources.look(&cloud).is_empty());
        let first = source();
        let database = || StateObject {
            address: "rackspace_db_database.d".into(),
            tainted: false,
            attributes: json!({ "id": format!("{first}/shop") }),
        };

        for _ in 0..2 {
            let before = source();
            fail_over(&cloud, &group);
            let moved = sources.look(&cloud);

            assert_eq!(moved, BTreeMap::from([(before, source())]));
            let id = format!("{}/shop", source());
            assert_eq!(sources.followed(database()).text("id"), Some(id.as_str()));
        }
        assert_ne!(source(), first);
    }
}
