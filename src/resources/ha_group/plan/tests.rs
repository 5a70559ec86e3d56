//! What a plan makes of the change of a group, as far as it needs no look at the API.

use serde_json::{Value as Json, json};

use super::*;
use crate::resources::ha_group::schema::schema;

/// What planning sees of a block in which nothing is set but this. `null` is not known yet.
pub(super) fn group(set: &Json) -> HaGroup {
    let mut all: serde_json::Map<String, Json> =
        schema().attributes().map(|(name, _)| (name.to_owned(), json!("Null"))).collect();
    for (name, value) in set.as_object().unwrap() {
        let attribute = match value {
            Json::Null => json!("Unknown"),
            value => json!({ "Known": value }),
        };
        all.insert(name.clone(), attribute);
    }
    serde_json::from_value(all.into()).unwrap()
}

/// The elements of a set that are all known.
fn set(elements: &[&str]) -> Json {
    elements.iter().map(|it| json!({ "Known": it })).collect()
}

pub(super) fn datastore(kind: Option<&str>, version: Option<&str>) -> Json {
    let [kind, version] =
        [kind, version].map(|it| it.map_or(json!("Null"), |it| json!({ "Known": it })));
    json!({ "type": kind, "version": version })
}

/// A change from the one to the other, where the configuration sets what is planned.
fn change(prior: &Json, planned: &Json) -> Change<HaGroup> {
    configured(prior, planned, planned)
}

fn configured(prior: &Json, config: &Json, planned: &Json) -> Change<HaGroup> {
    Change { config: group(config), prior: Some(group(prior)), planned: group(planned) }
}

#[test]
fn another_name_region_or_set_of_networks_makes_another_group() {
    let has = json!({ "name": "shop", "region": "DFW",
        "networks": set(&["servicenet", "public"]) });
    let with = |name: &str, value: Json| {
        let mut it = has.clone();
        it[name] = value;
        it
    };
    let becomes = |planned: &Json| replaces(&change(&has, planned));

    assert!(!becomes(&has) && !becomes(&with("volume_size", json!(10))));
    assert!(becomes(&with("name", json!("stock"))));
    assert!(becomes(&with("region", json!("ORD"))));
    assert!(becomes(&with("networks", set(&["servicenet"]))));
    assert!(!becomes(&with("networks", set(&["public", "servicenet"]))), "the order is no matter");
    let silent = json!({ "name": "shop" });
    for (name, other) in [("region", json!("ORD")), ("networks", set(&["servicenet"]))] {
        assert!(!replaces(&configured(&has, &silent, &with(name, other))), "{name} is left open");
    }
    let nowhere = json!({ "name": "shop", "networks": has["networks"].clone() });
    assert!(!replaces(&change(&nowhere, &has)), "a state from before there were regions");
    let new = Change { config: group(&has), prior: None, planned: group(&has) };
    assert!(!replaces(&new), "there is nothing to replace");
}

#[test]
fn another_type_makes_another_group_and_another_version_is_an_upgrade() {
    let of = |kind: Option<&str>, version: Option<&str>| json!({ "datastore": datastore(kind, version) });
    let has = of(Some("mysql"), Some("8.0"));

    assert!(!replaces(&change(&has, &has)));
    assert!(replaces(&change(&has, &of(Some("percona"), Some("8.0")))));
    let upgraded = change(&has, &of(Some("mysql"), Some("5.7")));
    assert!(!replaces(&upgraded) && upgrade::is_planned(&upgraded));
    for none in [change(&has, &has), change(&has, &of(Some("percona"), Some("5.7")))] {
        assert!(!upgrade::is_planned(&none));
    }
    let other = of(Some("percona"), Some("5.7"));
    assert!(!replaces(&configured(&has, &json!({}), &other)), "all is left open");
    let version_open = configured(&has, &of(Some("mysql"), None), &of(Some("mysql"), Some("5.7")));
    assert!(!replaces(&version_open) && !upgrade::is_planned(&version_open));
    let type_open = configured(&has, &of(None, Some("8.0")), &of(Some("percona"), Some("8.0")));
    assert!(!replaces(&type_open));
    let late = configured(&has, &json!({ "datastore": null }), &has);
    assert!(replaces(&late), "what is known late may be any");
    assert!(!replaces(&change(&json!({}), &has)), "nobody knows what it has");
}

#[test]
fn two_sets_are_the_same_if_all_of_both_is_known_and_in_both() {
    let acls = |value: Json| group(&json!({ "acls": value })).acls;
    let (none, late) = (group(&json!({})).acls, acls(Json::Null));
    let partly = || acls(json!([{ "Known": "a" }, "Unknown"]));

    assert!(is_same(&acls(set(&["a", "b"])), &acls(set(&["b", "a"]))));
    assert!(!is_same(&acls(set(&["a"])), &acls(set(&["a", "b"]))));
    assert!(!is_same(&partly(), &partly()), "what is not known yet may be any");
    assert!(is_same(&none, &none) && !is_same(&none, &late));
    assert!(!is_same(&none, &acls(set(&[]))) && !is_same(&acls(set(&[])), &late));
}

#[test]
fn what_moves_no_member_leaves_open_only_what_it_changes() {
    let has = json!({ "name": "shop", "flavor_id": "2", "configuration_id": "g",
        "replica_count": 1, "volume_size": 5, "acls": set(&["10.0.0.0/8"]), "state": "ACTIVE",
        "source_instance_id": "s", "member_ids": ["s", "r"] });
    let open = |name: &str, value: Json| {
        let mut planned = has.clone();
        for told in ["state", "source_instance_id", "member_ids"] {
            planned[told] = Json::Null;
        }
        planned[name] = value;
        let mut change = change(&has, &planned);
        plan_outcome(&mut change);
        let HaGroup { state, source_instance_id, member_ids, .. } = change.planned;
        [state.is_unknown(), source_instance_id.is_unknown(), member_ids.is_unknown()]
    };

    assert_eq!(open("restart", json!("manual")), [false; 3]);
    assert_eq!(open("volume_size", json!(6)), [true, false, false]);
    assert_eq!(open("acls", set(&[])), [true, false, false]);
    assert_eq!(open("flavor_id", json!("3")), [true, true, false]);
    assert_eq!(open("configuration_id", json!("h")), [true, true, false]);
    assert_eq!(open("replica_count", json!(2)), [true; 3]);
}

#[test]
fn every_group_is_reached_by_servicenet_and_runs_a_version_of_something() {
    let faults = |config: &Json| {
        let mut faults = Diagnostics::new();
        validate(&group(config), &mut faults);
        faults.iter().filter_map(|it| it.path().map(ToString::to_string)).collect::<Vec<_>>()
    };
    let networks = |networks: Json| faults(&json!({ "networks": networks }));

    assert!(faults(&json!({})).is_empty() && networks(Json::Null).is_empty());
    assert!(networks(set(&["public", "servicenet"])).is_empty());
    assert!(networks(json!(["Unknown"])).is_empty(), "it may be that");
    assert_eq!(networks(set(&["public"])), ["networks"]);
    assert_eq!(networks(set(&[])), ["networks"]);
    assert_eq!(faults(&json!({ "datastore": datastore(None, Some("8.0")) })), ["datastore"]);
}

#[test]
fn what_planning_knows_of_a_group_is_what_is_known() {
    let known = group(&json!({ "id": "h", "name": "shop" }));
    assert_eq!((known.known_id(), known.shown().as_str()), (Some("h"), "HA group \"shop\" (h)"));

    let new = group(&json!({ "id": null, "name": "shop" }));
    assert_eq!((new.known_id(), new.shown().as_str()), (None, "HA group \"shop\""));
}
