//! Upgrades: billed, so made once, and waited for until somebody may verify them.

use std::time::Duration;

use clouddb::{Error, NewUpgrade};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Server, now};

const UPGRADE: &str = "POST /instances/i1/action";
const LIST: &str = "GET /instances";

fn new() -> NewUpgrade {
    NewUpgrade {
        source: "i1".to_owned(),
        name: NewUpgrade::name_of("shop"),
        kind: "mysql".to_owned(),
        version: "8.0".to_owned(),
    }
}

/// A replica of `i1` that runs this version.
fn replica(id: &str, version: &str) -> Value {
    json!({
        "id": id, "name": "shop_upgrade", "status": "BUILD", "flavor": { "id": "2" },
        "volume": { "size": 2 }, "datastore": { "type": "mysql", "version": version },
        "replica_of": { "id": "i1" }, "created": now(),
    })
}

fn instances(all: &[Value]) -> Answer {
    Answer::ok(&json!({ "instances": all }))
}

#[tokio::test]
async fn an_upgrade_is_the_instance_of_the_reply() {
    let server = Server::start(|request, _| match request.line().as_str() {
        UPGRADE => Answer::json(202, &json!({ "instance": replica("i2", "8.0") })),
        _ => instances(&[]),
    })
    .await;

    let made = server.client().instances().upgrade(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), made.found_after.is_some()), ("i2", false));
    let sent = server.received().into_iter().find(|it| it.line() == UPGRADE).unwrap();
    let to = json!({ "datastore_type": "mysql", "datastore_version": "8.0" });
    assert_eq!(sent.body, json!({ "upgrade": to }));
}

#[tokio::test]
async fn an_upgrade_whose_reply_is_lost_is_found_by_its_source_and_not_made_twice() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (UPGRADE, _) => Answer::Drop,
        (LIST, 1) => instances(&[]),
        (LIST, _) => instances(&[replica("i2", "8.0")]),
        _ => Answer::ok(&json!({ "instance": replica("i2", "8.0") })),
    })
    .await;

    let made = server.client().instances().upgrade(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(UPGRADE)), ("i2", 1));
    assert!(made.found_after.is_some());
}

#[tokio::test]
async fn what_was_there_or_runs_another_version_is_not_taken_for_the_upgrade() {
    for (before, version) in [(vec![replica("i2", "8.0")], "8.0"), (vec![], "5.7")] {
        let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
            (UPGRADE, _) => Answer::Drop,
            (LIST, 1) => instances(&before),
            _ => instances(&[replica("i2", version)]),
        })
        .await;

        let error = server.client().instances().upgrade(&new()).await.unwrap_err();

        let Error::InDoubt { what: "instance", name, .. } = &error else { panic!("{error}") };
        assert_eq!((name.as_str(), server.count(UPGRADE)), ("shop_upgrade", 1));
    }
}

#[tokio::test]
async fn an_upgrade_waits_for_a_source_that_is_busy_and_is_refused_at_once_where_it_cannot_be() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (UPGRADE, 1) => Answer::busy(),
        (UPGRADE, 2) => Answer::json(202, &json!({ "instance": replica("i2", "8.0") })),
        (UPGRADE, _) => Answer::fault(400, "badRequest", "Instance i1 is a source"),
        ("GET /instances/i1", 1) => Answer::instance("i1", "RESIZE"),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        _ => instances(&[]),
    })
    .await;
    let instances = server.client().instances();

    instances.upgrade(&new()).await.unwrap();
    let error = instances.upgrade(&new()).await.unwrap_err();

    assert!(matches!(error, Error::Rejected(_)), "{error}");
    assert_eq!(server.count(UPGRADE), 3);
}

#[tokio::test]
async fn what_can_be_done_while_an_upgrade_waits_is_done_and_the_rest_waits_for_its_end() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (UPGRADE, 1) => Answer::json(202, &json!({ "instance": replica("i2", "8.0") })),
        (LIST, _) => instances(&[]),
        ("GET /instances/i1", 1..=2) => Answer::instance("i1", "BACKUP"),
        ("GET /instances/i1", _) => Answer::instance("i1", "VERIFY_UPGRADE"),
        ("GET /instances/i2", _) => Answer::instance("i2", "VERIFY_UPGRADE"),
        (UPGRADE, _) => Answer::busy(),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();
    client.instances().upgrade(&new()).await.unwrap();

    let waits = client.instances().wait_until_upgraded("i2").await.unwrap();
    client.instances().rename("i2", "new").await.unwrap();
    client.instances().rename("i1", "old").await.unwrap();
    client.instances().detach_replica("i2").await.unwrap();
    let soon = client.within(Instant::now() + Duration::from_millis(300), CancellationToken::new());
    let error = soon.instances().restart("i1").await.unwrap_err();

    assert_eq!(waits.status.to_string(), "VERIFY_UPGRADE");
    assert_eq!(server.count("PATCH /instances/i2"), 2);
    let Error::Deadline { last_status, .. } = &error else { panic!("{error}") };
    assert_eq!(last_status.as_deref(), Some("VERIFY_UPGRADE"));
}

/// Whoever is refused what it could do is told so, and does not wait for days.
#[tokio::test]
async fn a_change_that_is_refused_while_an_upgrade_waits_is_refused() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::instance("i2", "VERIFY_UPGRADE"),
        _ => Answer::busy(),
    })
    .await;

    let error = server.client().instances().rename("i2", "new").await.unwrap_err();

    assert!(matches!(error, Error::Busy(_)), "{error}");
}
