use serde_json::{Value, json};

use crate::api::ha_groups::model::{ConvertedHaGroup, HaGroup, NewHaGroup};
use crate::api::ha_groups::requests::{
    acls, add_replica, allow, backups, configure, convert, create, delete, disallow, get, list,
    remove_replica, resize_flavor, resize_volumes, restart, upgrade,
};
use crate::api::instances::model::DatastoreRef;
use crate::api::status::HaState;

fn documents() -> Vec<HaGroup> {
    let page: Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/ha_groups.json")).unwrap();
    serde_json::from_value(page["ha_instances"].clone()).unwrap()
}

fn new() -> NewHaGroup {
    NewHaGroup {
        name: "ha-1".to_owned(),
        flavor_id: "9".to_owned(),
        volume_size: 1,
        replica_count: 1,
        datastore: DatastoreRef { kind: "mysql".to_owned(), version: None },
        networks: [].into(),
        acls: [].into(),
        configuration_id: None,
    }
}

#[test]
fn a_group_is_read_as_the_documents_show_it() {
    let documents = documents();
    let [built, new, listed] = documents.as_slice() else { panic!("{documents:?}") };

    assert_eq!((built.flavor_id.as_deref(), built.volume_size), (Some("9"), Some(1)));
    let members: Vec<&str> = built.member_ids().collect();
    let (source, replica) =
        ("a0e2c3a6-6b1f-43b5-93c9-e8d6e3f8a7a4", "07fc6f8f-7a9d-46e5-9e25-6bd27d3bd3d1");
    assert_eq!(members, [source, replica], "the source comes first");
    assert_eq!(built.configuration_id.as_deref(), Some("bbbcdf40-e4cc-423d-8e4b-1f0c7190dac4"));
    assert_eq!(built.networks.len(), 2, "what nobody knows is left out");
    assert_eq!(built.endpoint("write").map(|it| it.port), Some(3306));
    assert_eq!(built.endpoint("read").map(|it| it.port), Some(3307));

    assert_eq!((&new.source, new.configuration_id.as_ref()), (&None, None));
    assert_eq!(new.endpoint("write"), None);
    assert_eq!((&listed.state, listed.flavor_id.as_ref()), (&HaState::Upgrading, None));
}

#[test]
fn every_operation_has_its_call() {
    for (request, call) in [
        (list(), "GET /ha"),
        (get("h1"), "GET /ha/h1"),
        (delete("h1"), "DELETE /ha/h1"),
        (acls("h1"), "GET /ha/h1/acls"),
        (disallow("h1", "1.2.3.4/32"), "DELETE /ha/h1/acls/1.2.3.4%25252F32"),
        (backups("h1"), "GET /ha/h1/backups"),
    ] {
        assert_eq!(request.call().to_string(), call);
    }
    for (request, call, body) in [
        (allow("h1", "1.2.3.4/32"), "POST /ha/h1/acls", json!({ "address": "1.2.3.4/32" })),
        (
            configure("h1", Some("c1")),
            "PATCH /ha/h1",
            json!({ "ha_instance": { "configuration": "c1" } }),
        ),
        (configure("h1", None), "PATCH /ha/h1", json!({ "ha_instance": { "configuration": "" } })),
        (
            add_replica("h1", "third", "2", 1),
            "POST /ha/h1/action",
            json!({ "add_replica": { "replica_details": {
                "volume": { "size": 1 }, "flavorRef": "2", "name": "third" } } }),
        ),
        (remove_replica("h1", "i2"), "POST /ha/h1/action", json!({ "remove_replica": "i2" })),
        (resize_flavor("h1", "3"), "POST /ha/h1/action", json!({ "resize_flavor": "3" })),
        (resize_volumes("h1", 4), "POST /ha/h1/action", json!({ "resize_volumes": { "size": 4 } })),
        (restart("h1"), "POST /ha/h1/action", json!({ "restart": {} })),
        (
            upgrade("h1", &DatastoreRef { kind: "mysql".into(), version: Some("5.7".into()) }),
            "POST /ha/h1/action",
            json!({ "upgrade": { "datastore_type": "mysql", "datastore_version": "5.7" } }),
        ),
    ] {
        assert_eq!((request.call().to_string(), request.body), (call.to_owned(), Some(body)));
    }
}

#[test]
fn what_is_not_given_is_not_sent() {
    let bare = create(&new());
    assert_eq!(bare.call().to_string(), "POST /ha");
    let member = |name: &str| json!({ "volume": { "size": 1 }, "flavorRef": "9", "name": name });
    let mut expected = json!({
        "name": "ha-1",
        "datastore": { "type": "mysql" },
        "replica_source": [member("ha-1_source")],
        "replicas": [member("ha-1_replica1")],
    });
    assert_eq!(bare.body.unwrap(), json!({ "ha": expected }));

    let all = create(&NewHaGroup {
        replica_count: 2,
        datastore: DatastoreRef { kind: "mysql".to_owned(), version: Some("8.0".to_owned()) },
        networks: ["public", "servicenet"].map(str::to_owned).into(),
        acls: ["10.0.0.0/8".to_owned()].into(),
        configuration_id: Some("c1".to_owned()),
        ..new()
    });
    expected["datastore"]["version"] = json!("8.0");
    expected["replicas"] = json!([member("ha-1_replica1"), member("ha-1_replica2")]);
    expected["networks"] = json!(["public", "servicenet"]);
    expected["acls"] = json!([{ "address": "10.0.0.0/8" }]);
    expected["configuration"] = json!("c1");
    assert_eq!(all.body.unwrap(), json!({ "ha": expected }));
}

#[test]
fn a_conversion_says_how_the_group_is_reached() {
    let wish = ConvertedHaGroup {
        instance_id: "i1".to_owned(),
        name: "ha-convert-1".to_owned(),
        networks: [].into(),
        acls: ["10.0.0.0/0".to_owned()].into(),
    };

    let request = convert(&wish);

    assert_eq!(request.call().to_string(), "POST /instances/i1/action");
    let expected = json!({ "name": "ha-convert-1", "acls": [{ "address": "10.0.0.0/0" }] });
    assert_eq!(request.body.unwrap(), json!({ "convert_to_ha": expected }));
}

#[test]
fn what_was_asked_for_is_known_by_all_that_the_api_tells() {
    let documents = documents();

    assert!(documents[0].is_as_wanted(&new()));
    let listed = NewHaGroup { name: "ha-3".to_owned(), flavor_id: "1".to_owned(), ..new() };
    assert!(documents[2].is_as_wanted(&listed), "what a list does not tell may be so");
    for other in [
        NewHaGroup { name: "ha-2".to_owned(), ..new() },
        NewHaGroup { flavor_id: "8".to_owned(), ..new() },
        NewHaGroup { volume_size: 2, ..new() },
    ] {
        assert!(!documents[0].is_as_wanted(&other), "{other:?}");
    }

    let of = |instance_id: &str, name: &str| ConvertedHaGroup {
        instance_id: instance_id.to_owned(),
        name: name.to_owned(),
        networks: [].into(),
        acls: [].into(),
    };
    let replica = "07fc6f8f-7a9d-46e5-9e25-6bd27d3bd3d1";
    assert!(documents[0].is_made_of(&of(replica, "ha-1")));
    assert!(documents[1].is_made_of(&of(replica, "ha-2")), "its members are not told yet");
    assert!(!documents[0].is_made_of(&of("other", "ha-1")));
    assert!(!documents[0].is_made_of(&of(replica, "ha-2")));
}
