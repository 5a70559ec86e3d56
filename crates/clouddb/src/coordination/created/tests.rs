use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::*;
use crate::api::instances::model::DatastoreRef;
use crate::value::source::Source;

fn object<T: DeserializeOwned>(document: Value) -> T {
    serde_json::from_value(document).unwrap()
}

fn upgrade(source: &str) -> NewUpgrade {
    let (kind, version) = ("mysql".to_owned(), "8.0".to_owned());
    NewUpgrade { source: source.to_owned(), name: "web_upgrade".to_owned(), kind, version }
}

fn backup(of: &str) -> NewBackup {
    let (name, source) = ("nightly".to_owned(), Source::Instance(of.to_owned()));
    NewBackup { source, name, description: None, parent_id: None, copy_to: Vec::new() }
}

fn running(of: &str) -> Running {
    Running { schedule_id: "s1".to_owned(), instance_id: of.to_owned() }
}

fn settings(description: Option<&str>) -> NewConfiguration {
    let description = description.map(str::to_owned);
    NewConfiguration { name: "tuned".to_owned(), description, datastore: None, values: Map::new() }
}

fn group(flavor_id: &str) -> NewHaGroup {
    NewHaGroup {
        name: "ha".to_owned(),
        flavor_id: flavor_id.to_owned(),
        volume_size: 10,
        replica_count: 1,
        datastore: DatastoreRef { kind: "mysql".to_owned(), version: None },
        networks: [].into(),
        acls: [].into(),
        configuration_id: None,
    }
}

fn converted(instance_id: &str) -> ConvertedHaGroup {
    let (instance_id, name) = (instance_id.to_owned(), "ha".to_owned());
    ConvertedHaGroup { instance_id, name, networks: [].into(), acls: [].into() }
}

/// Two creations of one name take turns, so that what the one has made is never taken for that of the other.
#[test]
fn creations_take_turns_by_the_name_or_by_what_stands_for_it() {
    assert_eq!(upgrade("i1").name(), "web_upgrade");
    assert_eq!(backup("i1").name(), "nightly");
    assert_eq!(running("i1").name(), "s1", "the name of its backup is not known before");
    assert_eq!(settings(None).name(), "tuned");
    assert_eq!(group("2").name(), "ha");
    assert_eq!(converted("i1").name(), "ha");
}

#[test]
fn what_was_not_asked_for_is_taken_for_no_creation() {
    let it = json!({ "id": "i2", "name": "web_upgrade", "status": "BUILD", "flavor": { "id": "2" },
        "volume": { "size": 1 }, "replica_of": { "id": "i1" } });
    let it: Instance = object(it);
    assert!(upgrade("i1").is_met_by(&it) && !upgrade("i9").is_met_by(&it));

    let made = |of: &str, automated| {
        object::<Backup>(json!({ "id": "b1", "name": "nightly", "status": "NEW",
            "instance_id": of, "is_automated": automated }))
    };
    assert!(backup("i1").is_met_by(&made("i1", 0)) && !backup("i9").is_met_by(&made("i1", 0)));
    assert!(running("i1").is_met_by(&made("i1", 1)) && !running("i9").is_met_by(&made("i1", 1)));
    assert!(!running("i1").is_met_by(&made("i1", 0)), "somebody else makes one at that moment");

    let it = json!({ "id": "c1", "name": "tuned", "description": "slow queries" });
    let it: Configuration = object(it);
    assert!(settings(Some("slow queries")).is_met_by(&it));
    assert!(!settings(None).is_met_by(&it), "another's group of the same name");
    let other = NewConfiguration { name: "other".to_owned(), ..settings(Some("slow queries")) };
    assert!(!other.is_met_by(&it));

    let it = json!({ "id": "h1", "name": "ha", "state": "BUILD", "flavor": { "id": "2" },
        "volume": { "size": 10 }, "replica_source": [{ "id": "i1", "role": "source" }] });
    let it: HaGroup = object(it);
    assert!(group("2").is_met_by(&it) && !group("3").is_met_by(&it));
    assert!(converted("i1").is_met_by(&it) && !converted("i9").is_met_by(&it));
    assert!(converted("i1").is_certainly(&it), "an instance is in one group only");
    assert!(!converted("i9").is_certainly(&it));
    assert!(!group("2").is_certainly(&it), "a namesake may have been made at the same time");
}
