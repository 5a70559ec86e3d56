//! High-availability groups: made once, changed when they are ready, and looked for after a lost reply.

use clouddb::{ConvertedHaGroup, DatastoreRef, Error, NewBackup, NewHaGroup, NewReplica, Source};
use serde_json::{Value, json};

use crate::server::{Answer, Server, now};

const MAKE: &str = "POST /ha";
const LIST: &str = "GET /ha";
const ONE: &str = "GET /ha/h1";
const ACT: &str = "POST /ha/h1/action";

fn new() -> NewHaGroup {
    NewHaGroup {
        name: "shop".to_owned(),
        flavor_id: "2".to_owned(),
        volume_size: 5,
        replica_count: 1,
        datastore: DatastoreRef { kind: "mysql".to_owned(), version: Some("8.0".to_owned()) },
        networks: [].into(),
        acls: [].into(),
        configuration_id: None,
    }
}

fn listed(id: &str, state: &str) -> Value {
    json!({ "id": id, "name": "shop", "state": state, "datastore": { "type": "mysql" } })
}

fn group(state: &str, flavor: u64, replicas: &[&str]) -> Value {
    let replicas: Vec<Value> =
        replicas.iter().map(|id| json!({ "id": id, "name": format!("shop_{id}") })).collect();
    let mut group = listed("h1", state);
    group["flavor"] = json!({ "id": flavor });
    group["volume"] = json!({ "size": 5 });
    group["replica_source"] = json!([{ "id": "i1" }]);
    group["replicas"] = json!(replicas);
    group
}

fn one(group: &Value) -> Answer {
    Answer::ok(&json!({ "ha_instance": group }))
}

fn groups(all: &[Value]) -> Answer {
    Answer::ok(&json!({ "ha_instances": all }))
}

fn source(created: &str) -> Answer {
    let mut instance = crate::server::instance("i1", "ACTIVE");
    instance["created"] = json!(created);
    Answer::ok(&json!({ "instance": instance }))
}

#[tokio::test]
async fn a_group_whose_reply_is_lost_is_found_by_its_source_and_not_made_twice() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (MAKE, _) => Answer::Drop,
        (LIST, 1) => groups(&[listed("h0", "ACTIVE")]),
        (LIST, _) => groups(&[listed("h0", "ACTIVE"), listed("h1", "BUILD")]),
        (ONE, _) => one(&group("BUILD", 2, &["i2"])),
        _ => source(&now()),
    })
    .await;

    let made = server.client().ha_groups().create(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(MAKE)), ("h1", 1));
    assert!(made.found_after.is_some());
}

#[tokio::test]
async fn a_creation_waits_where_the_api_limits_it() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (MAKE, 1) => Answer::rate_limited("0"),
        (MAKE, _) => one(&listed("h1", "BUILD")),
        _ => groups(&[]),
    })
    .await;

    let made = server.client().ha_groups().create(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(MAKE)), ("h1", 2));
    assert!(made.found_after.is_none());
}

#[tokio::test]
async fn a_group_of_another_flavor_is_not_taken_for_the_new_one() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (MAKE, _) => Answer::Drop,
        (LIST, 1) => groups(&[]),
        (LIST, _) => groups(&[listed("h1", "BUILD")]),
        (ONE, _) => one(&group("BUILD", 3, &["i2"])),
        _ => source(&now()),
    })
    .await;

    let error = server.client().ha_groups().create(&new()).await.unwrap_err();

    assert!(matches!(&error, Error::InDoubt { what: "HA group", .. }), "{error}");
    assert_eq!(server.count(MAKE), 1);
}

#[tokio::test]
async fn a_group_that_does_not_tell_its_age_stays_in_doubt() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (MAKE, _) => Answer::Drop,
        (LIST, 1) => groups(&[]),
        (LIST, _) => groups(&[listed("h1", "BUILD")]),
        _ => one(&listed("h1", "BUILD")),
    })
    .await;

    let error = server.client().ha_groups().create(&new()).await.unwrap_err();

    let Error::Ambiguous { candidates, .. } = &error else { panic!("{error}") };
    assert_eq!((candidates.as_slice(), server.count(MAKE)), (["h1".to_owned()].as_slice(), 1));
}

#[tokio::test]
async fn a_resize_waits_for_the_group_and_for_its_end() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (ONE, 1) => one(&group("ADDING_REPLICA", 2, &["i2"])),
        (ONE, 2) => one(&group("ACTIVE", 2, &["i2"])),
        (ONE, 3) => one(&group("RESIZING_FLAVOR", 2, &["i2"])),
        (ONE, _) => one(&group("ACTIVE", 3, &["i2"])),
        _ => Answer::accepted(),
    })
    .await;
    let groups = server.client().ha_groups();

    groups.resize_flavor("h1", "3").await.unwrap();
    let resized = groups.wait_until_resized_to_flavor("h1", "3").await.unwrap();

    assert_eq!(resized.flavor_id.as_deref(), Some("3"));
    assert_eq!(server.lines(), [ONE, ONE, ACT, ONE, ONE]);
}

#[tokio::test]
async fn a_resize_that_did_not_happen_fails() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (ONE, 1) => one(&group("RESIZING_VOLUME", 2, &["i2"])),
        _ => one(&group("ACTIVE", 2, &["i2"])),
    })
    .await;

    let error = server.client().ha_groups().wait_until_resized_to_volumes("h1", 6).await;

    let Err(Error::Failed { detail: Some(detail), .. }) = &error else { panic!("{error:?}") };
    assert!(detail.contains("5 GB, not 6 GB"), "{detail}");
}

#[tokio::test]
async fn an_upgrade_is_sent_once_and_has_happened_when_the_group_tells_the_version() {
    let to = DatastoreRef { kind: "mysql".to_owned(), version: Some("8.0".to_owned()) };
    let runs = |version: &str, state: &str| {
        let mut it = group(state, 2, &["i2"]);
        it["datastore"] = json!({ "type": "mysql", "version": version });
        one(&it)
    };
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (ACT, _) => Answer::Drop,
        (ONE, 2..4) => runs("5.7", "UPGRADING"),
        (ONE, 4) => runs("8.0", "ACTIVE"),
        _ => runs("5.7", "ACTIVE"),
    })
    .await;
    let groups = server.client().ha_groups();

    groups.upgrade("h1", &to).await.unwrap();
    let upgraded = groups.wait_until_upgraded("h1", &to).await.unwrap();

    assert_eq!((server.count(ACT), upgraded.datastore), (1, Some(to.clone())));
    let undone = groups.wait_until_upgraded("h1", &to).await;
    let Err(Error::Failed { detail: Some(detail), .. }) = &undone else { panic!("{undone:?}") };
    assert!(detail.contains("it runs mysql 5.7, not mysql 8.0"), "{detail}");
}

#[tokio::test]
async fn an_action_is_not_sent_again_when_the_group_shows_it() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (ACT, _) => Answer::Drop,
        (ONE, 1) => one(&group("ACTIVE", 2, &["i2"])),
        _ => one(&group("ADDING_REPLICA", 2, &["i2"])),
    })
    .await;
    let new = NewReplica { name: "shop_i3".to_owned(), flavor_id: "2".to_owned(), volume_size: 5 };

    server.client().ha_groups().add_replica("h1", &new).await.unwrap();

    assert_eq!(server.count(ACT), 1);
}

#[tokio::test]
async fn an_action_that_left_no_trace_is_sent_again() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (ACT, 1) => Answer::Drop,
        (ACT, _) => Answer::accepted(),
        _ => one(&group("ACTIVE", 2, &["i2", "i3"])),
    })
    .await;

    server.client().ha_groups().remove_replica("h1", "i3").await.unwrap();

    assert_eq!(server.count(ACT), 2);
}

#[tokio::test]
async fn an_address_that_is_as_wanted_already_is_no_error() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "GET /ha/h1/acls" => {
            Answer::ok(&json!({ "acls": [{ "type": "ALLOW", "address": "10.0.0.0/8" }] }))
        }
        "POST /ha/h1/acls" => Answer::rejected(),
        ONE => one(&group("ACTIVE", 2, &["i2"])),
        _ => Answer::not_found(),
    })
    .await;
    let groups = server.client().ha_groups();

    groups.allow("h1", "10.0.0.0/8").await.unwrap();
    let refused = groups.allow("h1", "10.0.0.0/9").await.unwrap_err();
    groups.disallow("h1", "10.0.0.0/9").await.unwrap();
    let kept = groups.disallow("h1", "10.0.0.0/8").await.unwrap_err();

    assert!(matches!(refused, Error::Rejected(_)), "{refused}");
    assert!(matches!(kept, Error::NotFound(_)), "{kept}");
}

#[tokio::test]
async fn a_group_is_gone_when_the_list_says_so_too() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (LIST, 1) => groups(&[listed("h1", "DELETING")]),
        (LIST, _) => groups(&[]),
        _ => Answer::not_found(),
    })
    .await;

    let found = server.client().ha_groups().get("h1").await.unwrap();

    assert!(found.is_none());
    assert_eq!(server.count(LIST), 2);
}

#[tokio::test]
async fn a_broken_group_ends_the_waiting() {
    let server = Server::start(|_, _| one(&group("ADD_REPLICA_FAIL", 2, &["i2"]))).await;

    let error = server.client().ha_groups().wait_until_built("h1").await.unwrap_err();

    assert!(matches!(&error, Error::Failed { status, .. } if status == "ADD_REPLICA_FAIL"));
}

#[tokio::test]
async fn the_backups_of_a_group_are_told() {
    let backup = json!({ "id": "b1", "name": "nightly", "status": "COMPLETED" });
    let server = Server::start(move |_, _| Answer::ok(&json!({ "backups": [backup] }))).await;

    let backups = server.client().ha_groups().backups("h1").await.unwrap();

    assert_eq!(backups[0].id, "b1");
    assert_eq!(server.lines(), ["GET /ha/h1/backups"]);
}

#[tokio::test]
async fn a_backup_of_a_group_is_known_by_its_source_and_not_made_twice() {
    let backup = |id: &str, group: &str| {
        json!({
            "id": id, "name": "nightly", "status": "NEW", "created": now(),
            "source": { "type": "ha", "id": group },
        })
    };
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        ("POST /backups", _) => Answer::Drop,
        ("GET /backups", 1) => Answer::ok(&json!({ "backups": [] })),
        _ => Answer::ok(&json!({ "backups": [backup("b1", "h2"), backup("b2", "h1")] })),
    })
    .await;
    let new = NewBackup {
        source: Source::HaGroup("h1".to_owned()),
        name: "nightly".to_owned(),
        description: None,
        parent_id: None,
        copy_to: Vec::new(),
    };

    let made = server.client().backups().create(&new).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count("POST /backups")), ("b2", 1));
    let sent = server.received().into_iter().find(|it| it.method == "POST").unwrap().body;
    let source = json!({ "type": "ha", "id": "h1" });
    let expected = json!({ "instance": null, "name": "nightly", "source": source });
    assert_eq!(sent, json!({ "backup": expected }));
}

#[tokio::test]
async fn a_conversion_whose_reply_is_lost_is_known_by_its_members() {
    const CONVERT: &str = "POST /instances/i2/action";
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (CONVERT, _) => Answer::Drop,
        (LIST, 1) => groups(&[]),
        (LIST, _) => groups(&[listed("h1", "BUILD")]),
        (ONE, _) => one(&group("BUILD", 2, &["i2"])),
        ("GET /instances/i2", _) => Answer::instance("i2", "ACTIVE"),
        // Older than the group, which it is the source of.
        _ => source("2020-01-01T00:00:00"),
    })
    .await;
    let new = ConvertedHaGroup {
        instance_id: "i2".to_owned(),
        name: "shop".to_owned(),
        networks: [].into(),
        acls: [].into(),
    };

    let made = server.client().ha_groups().convert(&new).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(CONVERT)), ("h1", 1));
    assert!(made.found_after.is_some());
}
