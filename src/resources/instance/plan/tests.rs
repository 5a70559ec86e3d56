use serde_json::{Value as Json, json};
use tfplug::value::Attr;

use super::attributes::{Instance, detaches, left_group, moves, replaces};
use super::refusal::{Argument, replaced_by_user};
use super::*;
use crate::datastore::Datastore;
use crate::resources::instance::applied::Applied;
use crate::resources::instance::schema::schema;

/// What planning sees of a block in which nothing is set but this. `null` is not known yet.
fn instance(set: &Json) -> Instance {
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

fn datastore(kind: &str, version: Option<&str>) -> Json {
    let version = version.map_or(json!("Null"), |it| json!({ "Known": it }));
    json!({ "type": { "Known": kind }, "version": version })
}

/// A change from the one to the other, where the configuration sets what is planned.
fn change(prior: &Json, planned: &Json) -> Change<Instance> {
    configured(prior, planned, planned)
}

fn configured(prior: &Json, config: &Json, planned: &Json) -> Change<Instance> {
    Change { config: instance(config), prior: Some(instance(prior)), planned: instance(planned) }
}

#[test]
fn another_source_makes_another_instance_and_none_makes_it_one_of_its_own() {
    let replica = json!({ "replica_of": "a" });

    assert!(replaces(&change(&replica, &json!({ "replica_of": "b" }))));
    assert!(replaces(&change(&json!({}), &replica)));
    assert!(!replaces(&change(&replica, &replica)) && !detaches(&change(&replica, &replica)));
    let alone = change(&replica, &json!({}));
    assert!(!replaces(&alone) && detaches(&alone));
    let new = Change { config: instance(&replica), prior: None, planned: instance(&replica) };
    assert!(!replaces(&new) && !detaches(&new), "there is nothing to replace");
    assert!(!detaches(&change(&json!({}), &json!({}))));
    let upgrade = json!({ "upgrade_of": "a" });
    assert!(detaches(&change(&upgrade, &json!({}))) && !detaches(&change(&upgrade, &upgrade)));
    assert!(!detaches(&change(&upgrade, &replica)), "it follows on under another name");
}

#[test]
fn another_region_makes_another_instance_where_both_are_known() {
    let (here, there) = (json!({ "region": "DFW" }), json!({ "region": "ORD" }));

    assert!(moves(&change(&here, &there)) && replaces(&change(&here, &there)));
    assert!(!moves(&change(&here, &here)));
    assert!(!moves(&change(&json!({}), &there)), "a state from before there were regions");
    assert!(!moves(&configured(&here, &json!({}), &there)), "the configuration leaves it open");
}

#[test]
fn another_type_of_datastore_makes_another_instance_and_another_version_does_not() {
    let of = |kind, version| json!({ "datastore": datastore(kind, version) });
    let has = of("mysql", Some("8.0"));

    assert!(!replaces(&change(&has, &has)));
    assert!(!replaces(&change(&has, &of("mysql", Some("5.7")))), "it is refused");
    assert!(replaces(&change(&has, &of("percona", Some("8.0")))));
    assert!(!replaces(&configured(&has, &json!({}), &has)));
    let late = configured(&has, &json!({ "datastore": null }), &has);
    assert!(replaces(&late), "what is known late may be any");
    assert!(!replaces(&change(&json!({}), &has)), "nobody knows what it has");
}

#[test]
fn a_group_is_left_for_another_or_for_none() {
    let (g, h) = (json!({ "configuration_id": "g" }), json!({ "configuration_id": "h" }));

    assert_eq!(left_group(&change(&g, &h)), Some("g"));
    assert_eq!(left_group(&change(&g, &json!({}))), Some("g"));
    assert_eq!(left_group(&change(&g, &g)), None);
    assert_eq!(left_group(&change(&json!({}), &g)), None);
}

fn applied() -> Applied {
    Applied {
        volume_size: 10,
        flavor: "2".to_owned(),
        datastore: Some(Datastore {
            r#type: Some("mysql".to_owned()),
            version: Some("8.0".to_owned()),
        }),
        configuration_id: Some("g".to_owned()),
        replica_of: Some("a".to_owned()),
        upgrade_of: None,
    }
}

#[test]
fn an_argument_is_as_applied_or_it_is_the_change_of_the_user() {
    use Argument::{ConfigurationId, Datastore, Flavor, ReplicaOf, UpgradeOf, VolumeSize};
    let is_as = |argument: Argument, config: &Json| argument.is_as(&applied(), &instance(config));

    let same = json!({ "flavor": "2", "volume_size": 10, "configuration_id": "g",
        "replica_of": "a", "datastore": datastore("MySQL", None) });
    for argument in [ConfigurationId, Datastore, Flavor, ReplicaOf, UpgradeOf, VolumeSize] {
        assert!(is_as(argument, &same));
    }
    for (argument, other) in [
        (Flavor, json!({ "flavor": "3" })),
        (VolumeSize, json!({ "volume_size": 11 })),
        (ConfigurationId, json!({ "configuration_id": "h" })),
        (ConfigurationId, json!({})),
        (ReplicaOf, json!({ "replica_of": "b" })),
        (ReplicaOf, json!({})),
        (UpgradeOf, json!({ "upgrade_of": "old" })),
        (Datastore, json!({ "datastore": datastore("percona", None) })),
        (Datastore, json!({ "datastore": datastore("mysql", Some("5.7")) })),
    ] {
        assert!(!is_as(argument, &other), "{other}");
    }
    assert!(is_as(Datastore, &json!({})), "the configuration leaves it open");
}

#[test]
fn an_instance_is_replaced_by_the_user_or_by_what_happened_outside() {
    let of_a = json!({ "replica_of": "a" });
    let outside = configured(&json!({ "replica_of": "x" }), &of_a, &of_a);
    assert!(replaces(&outside) && !replaced_by_user(&applied(), &outside));

    let of_b = json!({ "replica_of": "b" });
    assert!(replaced_by_user(&applied(), &change(&of_a, &of_b)));
    assert!(!replaced_by_user(&applied(), &change(&of_a, &json!({}))), "it is detached");

    let (here, there) = (json!({ "region": "DFW" }), json!({ "region": "ORD" }));
    assert!(replaced_by_user(&applied(), &change(&here, &there)));
}

#[test]
fn what_planning_knows_of_an_instance_is_what_is_known() {
    let known = instance(&json!({ "id": "i", "name": "web",
        "datastore": datastore("mysql", Some("8.0")) }));
    assert_eq!((known.known_id(), known.shown().as_str()), (Some("i"), "instance \"web\" (i)"));
    assert_eq!(known.datastore_type(), Some("mysql"));
    assert_eq!(known.datastore_version(), Some("8.0"));

    let new = instance(&json!({ "id": null, "name": "web", "datastore": null }));
    assert_eq!((new.known_id(), new.shown().as_str()), (None, "instance \"web\""));
    assert_eq!((new.datastore_type(), new.datastore_version()), (None, None));
    assert!(new.datastore.is_unknown());
}

/// An instance with all that somebody may change, and what comes of one other value of each.
fn with_one_changed<T>(of: impl Fn(&Json, &Json) -> T) -> Vec<(&'static str, T)> {
    let has = json!({ "name": "web", "flavor": "2", "flavor_id": "2", "volume_size": 10,
        "configuration_id": "g", "replica_of": "a", "upgrade_of": "b" });
    let others = [
        ("restart", json!("manual")),
        ("name", json!("shop")),
        ("flavor", json!("3")),
        ("flavor_id", json!("3")),
        ("volume_size", json!(11)),
        ("configuration_id", json!("h")),
        ("replica_of", json!("c")),
        ("upgrade_of", json!("c")),
    ];
    let changed = |(name, other): (&'static str, Json)| {
        let mut planned = has.clone();
        planned[name] = other;
        (name, of(&has, &planned))
    };
    others.into_iter().map(changed).collect()
}

/// The names of those of which it is so.
fn those(all: Vec<(&'static str, bool)>) -> Vec<&'static str> {
    all.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name).collect()
}

#[test]
fn what_is_sent_for_an_instance_leaves_its_status_open_and_nothing_else_does() {
    let opens = |has: &Json, planned: &Json| {
        let mut change = change(has, planned);
        change.prior = Some(Instance { status: Attr::Known("ACTIVE".to_owned()), ..instance(has) });
        change.planned.status = Attr::Unknown;
        change.planned.updated = Attr::Unknown;
        plan_outcome(&mut change);
        assert_eq!(change.planned.status.is_unknown(), change.planned.updated.is_unknown());
        change.planned.status.is_unknown()
    };

    assert_eq!(
        those(with_one_changed(opens)),
        ["name", "flavor", "volume_size", "configuration_id", "replica_of", "upgrade_of"]
    );
}

#[test]
fn a_member_of_a_group_stays_as_it_is_if_nothing_would_be_sent() {
    let changes = |has: &Json, planned: &Json| !member::stays(&instance(planned), &instance(has));

    assert_eq!(
        those(with_one_changed(changes)),
        ["name", "flavor_id", "volume_size", "configuration_id", "replica_of"]
    );
}

#[test]
fn an_instance_that_waits_to_be_verified_keeps_its_size_and_its_group() {
    let due = |has: &Json, planned: &Json| {
        let due = verification::changes(&instance(planned), &instance(has));
        due.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };

    for (name, due) in with_one_changed(due) {
        let expected = match name {
            "flavor_id" => vec!["flavor"],
            "volume_size" | "configuration_id" => vec![name],
            _ => Vec::new(),
        };
        assert_eq!(due, expected, "{name}");
    }
}

#[test]
fn what_follows_another_source_is_a_replica_made_anew_and_what_follows_none_is_detached() {
    let (of_a, of_b, alone) =
        (json!({ "replica_of": "a" }), json!({ "replica_of": "b" }), json!({}));

    assert!(becomes_replica(&change(&alone, &of_a)) && becomes_replica(&change(&of_a, &of_b)));
    assert!(!becomes_replica(&change(&of_a, &of_a)) && !becomes_replica(&change(&of_a, &alone)));
    let new = Change { config: instance(&of_a), prior: None, planned: instance(&of_a) };
    assert!(!becomes_replica(&new));
}

#[test]
fn upgrades_are_offered_as_far_as_they_are_told() {
    let prior = |offers: Json| instance(&json!({ "available_upgrades": offers }));
    let known = |kind, version| json!({ "Known": datastore(kind, version) });

    let offered = version::offered(&prior(json!([
        known("mysql", Some("8.4")),
        known("percona", None),
        "Unknown",
    ])));
    assert_eq!(offered, Some(vec![("mysql".to_owned(), "8.4".to_owned())]));
    assert_eq!(version::offered(&prior(json!([]))), Some(Vec::new()));
    assert_eq!(version::offered(&instance(&json!({}))), None);
}

#[test]
fn an_instance_has_its_data_from_one_place() {
    let faults = |config: &Json| {
        let mut faults = Diagnostics::new();
        validate(&instance(config), &mut faults);
        faults.iter().filter_map(|it| it.path().map(ToString::to_string)).collect::<Vec<_>>()
    };
    let upgrade = |more: Json| {
        let mut it = json!({ "upgrade_of": "a", "datastore": datastore("mysql", Some("8.0")) });
        it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        faults(&it)
    };

    assert!(faults(&json!({ "replica_of": "a" })).is_empty());
    assert!(faults(&json!({ "restore_from_backup_id": "k", "configuration_id": "g" })).is_empty());
    let both = json!({ "replica_of": "a", "restore_from_backup_id": "k" });
    assert_eq!(faults(&both), ["restore_from_backup_id"]);
    assert!(upgrade(json!({})).is_empty() && upgrade(json!({ "datastore": null })).is_empty());
    for argument in ["replica_of", "restore_from_backup_id", "configuration_id"] {
        assert_eq!(upgrade(json!({ argument: "x" })), [argument]);
        assert!(upgrade(json!({ argument: null })).is_empty(), "it may come to nothing");
    }
    assert_eq!(upgrade(json!({ "datastore": datastore("mysql", None) })), ["datastore"]);
    assert_eq!(faults(&json!({ "upgrade_of": "a" })), ["datastore"]);
    let versionless = json!({ "datastore": { "type": "Null", "version": { "Known": "8.0" } } });
    assert_eq!(faults(&versionless), ["datastore"]);
}
