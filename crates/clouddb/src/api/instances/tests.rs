use serde_json::{Value, json};

use crate::api::instances::model::{
    DatastoreRef, Instance, InstanceFlavor, InstanceVolume, NewInstance, NewUpgrade,
};
use crate::api::instances::requests;
use crate::api::status::InstanceStatus;
use crate::http::request::Request;

fn new() -> NewInstance {
    NewInstance {
        name: "orders".to_owned(),
        flavor_id: "3".to_owned(),
        volume_size: 10,
        datastore: None,
        configuration_id: None,
        replica_of: None,
        restore_from: None,
    }
}

fn upgrade() -> NewUpgrade {
    NewUpgrade {
        source: "i1".to_owned(),
        name: NewUpgrade::name_of("orders"),
        kind: "mysql".to_owned(),
        version: "8.0".to_owned(),
    }
}

fn datastore(version: Option<&str>) -> DatastoreRef {
    DatastoreRef { kind: "mysql".to_owned(), version: version.map(str::to_owned) }
}

#[test]
fn a_creation_has_what_is_wanted_and_nothing_else() {
    let full = NewInstance {
        datastore: Some(datastore(Some("8.0"))),
        configuration_id: Some("c1".to_owned()),
        replica_of: Some("i0".to_owned()),
        restore_from: Some("b1".to_owned()),
        ..new()
    };

    assert_eq!(
        requests::create(&new()).body,
        Some(json!({"instance": {"name": "orders", "flavorRef": "3", "volume": {"size": 10}}}))
    );
    assert_eq!(
        requests::create(&full).body,
        Some(json!({"instance": {
            "name": "orders", "flavorRef": "3", "volume": {"size": 10},
            "datastore": {"type": "mysql", "version": "8.0"}, "configuration": "c1",
            "replica_of": "i0", "restorePoint": {"backupRef": "b1"},
        }}))
    );
    let any_version = NewInstance { datastore: Some(datastore(None)), ..new() };
    assert_eq!(
        requests::create(&any_version).body.unwrap()["instance"]["datastore"],
        json!({"type": "mysql"})
    );
}

#[test]
fn every_operation_has_its_call_and_body() {
    let cases: [(Request, &str, Value); 11] = [
        (requests::list(), "GET /instances", Value::Null),
        (requests::get("i1"), "GET /instances/i1", Value::Null),
        (requests::delete("i1"), "DELETE /instances/i1", Value::Null),
        (
            requests::rename("i1", "new"),
            "PATCH /instances/i1",
            json!({"instance": {"name": "new"}}),
        ),
        (
            requests::detach_replica("i1"),
            "PATCH /instances/i1",
            json!({"instance": {"replica_of": ""}}),
        ),
        (
            requests::configure("i1", Some("c1")),
            "PUT /instances/i1",
            json!({"instance": {"configuration": "c1"}}),
        ),
        (
            requests::configure("i1", None),
            "PUT /instances/i1",
            json!({"instance": {"configuration": null}}),
        ),
        (
            requests::resize_flavor("i1", "4"),
            "POST /instances/i1/action",
            json!({"resize": {"flavorRef": "4"}}),
        ),
        (
            requests::resize_volume("i1", 20),
            "POST /instances/i1/action",
            json!({"resize": {"volume": {"size": 20}}}),
        ),
        (requests::restart("i1"), "POST /instances/i1/action", json!({"restart": {}})),
        (
            requests::upgrade(&upgrade()),
            "POST /instances/i1/action",
            json!({"upgrade": {"datastore_type": "mysql", "datastore_version": "8.0"}}),
        ),
    ];

    for (request, call, body) in cases {
        assert_eq!(request.call().to_string(), call);
        assert_eq!(request.body.unwrap_or_default(), body, "{call}");
    }
    assert_eq!(requests::list().query.as_deref(), Some("limit=1000"));
}

#[test]
fn an_instance_is_read_with_all_its_parts() {
    let document: Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/instance.json")).unwrap();

    let instance: Instance = serde_json::from_value(document["instance"].clone()).unwrap();

    assert_eq!(
        instance,
        Instance {
            id: "2450c73f-7805-4afe-a42c-4094ab42666b".to_owned(),
            name: "orders".to_owned(),
            status: InstanceStatus::Active,
            flavor: InstanceFlavor {
                id: "3".to_owned(),
                ram: Some(2048),
                name: Some("2GB Instance".to_owned()),
            },
            volume: InstanceVolume { size: 10, used: Some(0.16) },
            hostname: Some(
                "8c1f0a6b7d2e4f538c1f0a6b7d2e4f538c1f0a6b.ord.rackspaceclouddb.com".to_owned()
            ),
            addresses: Vec::new(),
            datastore: Some(datastore(Some("8.0"))),
            created: Some("2024-03-05T10:11:12Z".to_owned()),
            updated: Some("2024-03-05T10:15:00Z".to_owned()),
            configuration_id: Some("b9d9b0e5-4f2a-4a52-93a4-7f2b6e8f1f3e".to_owned()),
            replica_of: None,
            replicas: vec!["0c4c9b7e-5d65-4bd4-9e5d-5f9f4be1c7f0".to_owned()],
            available_upgrades: None,
            ha_id: None,
        }
    );
}

#[test]
fn list_items_are_read_although_they_say_less_or_other_things() {
    let page: Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/instances.json")).unwrap();

    let instances: Vec<Instance> = serde_json::from_value(page["instances"].clone()).unwrap();

    let [first, second] = instances.as_slice() else { panic!("{instances:?}") };
    assert_eq!(first.datastore, Some(datastore(None)));
    assert_eq!(first.addresses, ["10.0.0.2"]);
    assert_eq!(second.status, InstanceStatus::Other("UPGRADING".to_owned()));
    assert_eq!(second.flavor.id, "3");
    assert_eq!(second.volume.size, 10);
    assert_eq!(second.replica_of.as_deref(), Some("2450c73f-7805-4afe-a42c-4094ab42666b"));
    assert_eq!(second.addresses, ["10.0.0.3", "203.0.113.9"]);
}

/// The reply that the documentation shows.
#[test]
fn an_upgrade_is_known_by_its_source_and_its_version_and_not_by_its_name() {
    let document: Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/upgrade.json")).unwrap();
    let made: Instance = serde_json::from_value(document["instance"].clone()).unwrap();
    let wish = NewUpgrade {
        source: "aa961d20-8ecf-4fb5-b2ce-ec0c539f4563".to_owned(),
        version: "5.7".to_owned(),
        ..upgrade()
    };

    assert_eq!(made.name, NewUpgrade::name_of("kea-mysql56"));
    assert_eq!((&made.status, &made.available_upgrades), (&InstanceStatus::Build, &None));
    assert!(made.is_upgrade_as_wanted(&wish));
    assert!(Instance { datastore: None, ..made.clone() }.is_upgrade_as_wanted(&wish));
    for other in [
        NewUpgrade { source: "other".to_owned(), ..wish.clone() },
        NewUpgrade { kind: "mariadb".to_owned(), ..wish.clone() },
        NewUpgrade { version: "8.0".to_owned(), ..wish.clone() },
    ] {
        assert!(!made.is_upgrade_as_wanted(&other), "{other:?}");
    }
    assert!(!Instance { replica_of: None, ..made }.is_upgrade_as_wanted(&wish));
}
