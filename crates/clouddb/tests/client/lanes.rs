//! The order of writes to one instance.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clouddb::{
    Client, Error, NewBackup, NewDatabase, NewInstance, NewUser, Settings, Source, Timing, UserId,
};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::lost_replies::new_instance;
use crate::server::{Answer, Gate, Server, quick};

fn new_backup() -> NewBackup {
    NewBackup {
        source: Source::Instance("i1".to_owned()),
        name: "b".to_owned(),
        description: Some("a day".to_owned()),
        parent_id: Some("p".to_owned()),
        copy_to: Vec::new(),
    }
}

fn backup_made() -> Answer {
    Answer::json(202, &json!({"backup": {"id": "b1", "name": "b", "status": "NEW"}}))
}

#[tokio::test]
async fn a_busy_instance_is_waited_for_and_not_sent_to_blindly() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("DELETE", 1) => Answer::busy(),
        ("GET", 1..=3) => Answer::instance("i1", "BACKUP"),
        ("GET", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;

    server.client().databases("i1").delete("d").await.unwrap();

    assert_eq!(server.count("DELETE /instances/i1/databases/d"), 2);
    assert_eq!(server.count("GET /instances/i1"), 4);
}

#[tokio::test]
async fn a_conflict_is_waited_for_as_well() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("POST", 1) => Answer::fault(409, "conflict", "Not now."),
        ("GET", 1) => Answer::instance("i1", "RESIZE"),
        ("GET", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;

    server.client().instances().restart("i1").await.unwrap();

    assert_eq!(server.count("POST /instances/i1/action"), 2);
}

#[tokio::test]
async fn an_api_that_calls_a_ready_instance_busy_is_believed_in_the_end() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::instance("i1", "ACTIVE"),
        _ => Answer::busy(),
    })
    .await;

    let error = server.client().databases("i1").delete("d").await.unwrap_err();

    assert!(matches!(error, Error::Busy(_)), "{error}");
    assert_eq!(server.count("DELETE /instances/i1/databases/d"), 3);
}

/// What waits to be verified may do so for days, and its detachment is what ends that.
#[tokio::test]
async fn a_replica_is_detached_although_its_upgrade_waits_to_be_verified() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("GET", _) => Answer::instance("i1", "VERIFY_UPGRADE"),
        (_, 1) => Answer::busy(),
        _ => Answer::accepted(),
    })
    .await;
    let soon = Instant::now() + Duration::from_secs(10);
    let client = server.client().within(soon, CancellationToken::new());

    client.instances().detach_replica("i1").await.unwrap();

    assert_eq!(server.received().iter().filter(|it| it.method != "GET").count(), 2);
}

#[tokio::test]
async fn writes_to_one_instance_go_one_after_another_and_others_beside_them() {
    let at_work = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let gate = Gate::closed();
    let (held, working, seen) = (gate.clone(), Arc::clone(&at_work), Arc::clone(&most));
    let server = Server::start(move |request, _| {
        if request.path.starts_with("/instances/i1/") {
            let now = working.fetch_add(1, Ordering::SeqCst) + 1;
            seen.fetch_max(now, Ordering::SeqCst);
            Answer::accepted().held(&held)
        } else {
            Answer::accepted()
        }
    })
    .await;
    let client = server.client();
    let mut deletions = Vec::new();
    for n in 1..=4 {
        let databases = client.databases("i1");
        deletions.push(tokio::spawn(async move { databases.delete(&format!("d{n}")).await }));
    }

    for n in 1..=4 {
        server.came(&format!("DELETE /instances/i1/databases/d{n}"), 1).await;
        client.databases("i2").delete("d").await.unwrap();
        at_work.fetch_sub(1, Ordering::SeqCst);
        gate.open();
    }

    for deletion in deletions {
        deletion.await.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_write_after_one_that_makes_the_instance_busy_looks_first() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /backups", _) => backup_made(),
        ("GET /backups", _) => Answer::ok(&json!({ "backups": [] })),
        ("GET /instances/i1", 1) => Answer::instance("i1", "BACKUP"),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();
    let new = NewDatabase { name: "d".to_owned(), character_set: None, collate: None };

    let made = client.backups().create(&new_backup()).await.unwrap();
    client.databases("i1").create(&new).await.unwrap();
    client.databases("i1").delete("d").await.unwrap();

    assert_eq!(made.object.id, "b1");
    assert_eq!(
        server.received()[1].body,
        json!({"backup":
            {"instance": "i1", "name": "b", "description": "a day", "parent_id": "p"}})
    );
    assert_eq!(
        server.lines(),
        [
            "GET /backups",
            "POST /backups",
            "GET /instances/i1",
            "GET /instances/i1",
            "GET /instances/i1/databases",
            "POST /instances/i1/databases",
            "DELETE /instances/i1/databases/d",
        ]
    );
}

#[tokio::test]
async fn an_instance_that_cannot_be_deleted_yet_is_waited_for_whatever_its_health() {
    for free in ["ACTIVE", "ERROR", "FAILED", "SHUTDOWN"] {
        let server = Server::start(move |request, nth| match (request.method.as_str(), nth) {
            ("DELETE", 1) => Answer::busy(),
            ("GET", 1) => Answer::instance("i1", "BUILD"),
            ("GET", 2) => Answer::instance("i1", "BACKUP"),
            ("GET", _) => Answer::instance("i1", free),
            _ => Answer::accepted(),
        })
        .await;

        server.client().instances().delete("i1").await.unwrap();

        assert_eq!(server.count("DELETE /instances/i1"), 2);
        assert_eq!(server.count("GET /instances/i1"), 3);
    }
}

#[tokio::test]
async fn a_deletion_does_not_look_at_the_instance_first() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let instances = server.client().instances();

    instances.restart("i1").await.unwrap();
    instances.delete("i1").await.unwrap();

    assert_eq!(server.lines(), ["POST /instances/i1/action", "DELETE /instances/i1"]);
}

#[tokio::test]
async fn a_configuration_group_is_attached_only_when_the_instance_is_ready() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("GET", 1) => Answer::instance("i1", "REBOOT"),
        ("GET", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;

    server.client().instances().attach_configuration("i1", "c1").await.unwrap();

    assert_eq!(server.lines(), ["GET /instances/i1", "GET /instances/i1", "PUT /instances/i1"]);
    assert_eq!(server.received()[2].body, json!({"instance": {"configuration": "c1"}}));
}

#[tokio::test]
async fn a_write_that_waits_in_the_lane_obeys_its_own_deadline() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, _| Answer::accepted().held(&held)).await;
    let client = server.client();
    let databases = client.databases("i1");
    let first = tokio::spawn(async move { databases.delete("first").await });
    server.came("DELETE /instances/i1/databases/first", 1).await;

    let deadline = Instant::now() + Duration::from_millis(50);
    let hasty = client.within(deadline, CancellationToken::new());
    let error = hasty.databases("i1").delete("second").await.unwrap_err();
    gate.open();

    assert!(matches!(error, Error::Deadline { what: "instance", .. }), "{error}");
    first.await.unwrap().unwrap();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_write_whose_caller_is_dropped_is_completed_and_keeps_its_place() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, _| Answer::accepted().held(&held)).await;
    let client = server.client();
    let databases = client.databases("i1");
    let first = tokio::spawn(async move { databases.delete("first").await });
    server.came("DELETE /instances/i1/databases/first", 1).await;
    let databases = client.databases("i1");
    let second = tokio::spawn(async move { databases.delete("second").await });

    first.abort();
    let _ = first.await;
    tokio::task::yield_now().await;
    let before = server.received().len();
    gate.open();
    gate.open();
    second.await.unwrap().unwrap();

    assert_eq!(before, 1);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_restore_waits_for_its_backup() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /instances", 1) => Answer::fault(409, "conflict", "b1 is not completed."),
        ("POST /instances", _) => Answer::instance("i2", "BUILD"),
        ("GET /instances", _) => Answer::ok(&json!({ "instances": [] })),
        (_, 1) => Answer::ok(&json!({"backup": {"id": "b1", "name": "b", "status": "NEW"}})),
        _ => Answer::ok(&json!({"backup": {"id": "b1", "name": "b", "status": "COMPLETED"}})),
    })
    .await;
    let new = NewInstance { restore_from: Some("b1".to_owned()), ..new_instance() };

    let made = server.client().instances().create(&new).await.unwrap();

    assert_eq!(made.object.id, "i2");
    assert_eq!(
        server.lines(),
        [
            "GET /instances",
            "POST /instances",
            "GET /instances",
            "GET /backups/b1",
            "GET /backups/b1",
            "GET /instances",
            "POST /instances"
        ]
    );
}

#[tokio::test]
async fn a_replica_waits_for_its_source() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /instances", 1) => Answer::busy(),
        ("POST /instances", _) => Answer::instance("i2", "BUILD"),
        ("GET /instances", _) => Answer::ok(&json!({ "instances": [] })),
        (_, 1) => Answer::instance("i1", "BACKUP"),
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await;
    let new = NewInstance { replica_of: Some("i1".to_owned()), ..new_instance() };

    server.client().instances().create(&new).await.unwrap();

    assert_eq!(server.count("GET /instances/i1"), 2);
    assert_eq!(server.count("POST /instances"), 2);
}

#[tokio::test]
async fn a_creation_that_is_refused_as_busy_for_no_known_reason_is_refused() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::ok(&json!({ "instances": [] })),
        _ => Answer::busy(),
    })
    .await;

    let error = server.client().instances().create(&new_instance()).await.unwrap_err();

    assert!(matches!(error, Error::Busy(_)), "{error}");
    assert_eq!(server.count("POST /instances"), 1);
}

#[tokio::test]
async fn a_write_whose_caller_is_dropped_while_it_waits_is_not_sent() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, _| Answer::accepted().held(&held)).await;
    let client = server.client();
    let delete = |name: &'static str| {
        let databases = client.databases("i1");
        tokio::spawn(async move { databases.delete(name).await })
    };
    let first = delete("first");
    server.came("DELETE /instances/i1/databases/first", 1).await;
    let dropped = delete("dropped");
    tokio::task::yield_now().await;
    let last = delete("last");
    tokio::task::yield_now().await;

    dropped.abort();
    let _ = dropped.await;
    gate.open();
    gate.open();

    first.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
    assert_eq!(
        server.lines(),
        ["DELETE /instances/i1/databases/first", "DELETE /instances/i1/databases/last"]
    );
}

/// A limit holds back the writes that it counts, and no others.
#[tokio::test]
async fn a_write_that_waits_for_its_rate_limit_lets_others_go_first() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /instances/i1/databases" | "DELETE /instances/i1/databases/old", 1) => {
            Answer::rate_limited("1")
        }
        ("GET /instances/i1/databases", _) => Answer::ok(&json!({ "databases": [] })),
        ("GET /instances/i1/users", _) => Answer::ok(&json!({ "users": [] })),
        _ => Answer::accepted(),
    })
    .await;
    let timing = Timing { max_retry_after: Duration::from_secs(9), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let databases = client.databases("i1");
    let new = NewDatabase { name: "d".to_owned(), character_set: None, collate: None };
    let user = NewUser {
        id: UserId { name: "u".to_owned(), host: "%".to_owned() },
        password: "a-password".to_owned().into(),
        databases: Vec::new(),
    };

    let limited = tokio::spawn(async move {
        databases.create(&new).await.unwrap();
        databases.delete("old").await.unwrap();
    });
    server.came("POST /instances/i1/databases", 1).await;
    client.users("i1").create(&user).await.unwrap();
    let meanwhile = server.count("POST /instances/i1/databases");
    server.came("DELETE /instances/i1/databases/old", 1).await;
    client.instances().rename("i1", "other").await.unwrap();

    assert_eq!(meanwhile, 1, "the creation of the database waits still");
    assert_eq!(server.count("DELETE /instances/i1/databases/old"), 1, "so does the deletion");
    limited.await.unwrap();
}

#[tokio::test]
async fn an_instance_is_looked_at_only_after_a_write_that_may_have_left_it_busy() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /instances/i1/action", 1) => Answer::fault(403, "forbidden", "No."),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();
    let databases = client.databases("i1");

    databases.delete("a").await.unwrap();
    client.instances().restart("i1").await.unwrap_err();
    databases.delete("b").await.unwrap();
    client.instances().restart("i1").await.unwrap();
    databases.delete("c").await.unwrap();
    databases.delete("d").await.unwrap();

    assert_eq!(
        server.lines(),
        [
            "DELETE /instances/i1/databases/a",
            "POST /instances/i1/action",
            "DELETE /instances/i1/databases/b",
            "POST /instances/i1/action",
            "GET /instances/i1",
            "DELETE /instances/i1/databases/c",
            "DELETE /instances/i1/databases/d",
        ]
    );
}

#[tokio::test]
async fn a_listing_does_not_wait_for_writes_that_are_over() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::ok(&json!({ "databases": [] })),
        _ => Answer::accepted(),
    })
    .await;
    let timing = Timing { list_delay: Duration::from_hours(1), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    let databases = client.within(deadline, CancellationToken::new()).databases("i1");
    let new = NewDatabase { name: "d".to_owned(), character_set: None, collate: None };

    databases.delete("d").await.unwrap();
    databases.list().await.unwrap();
    databases.create(&new).await.unwrap();
    databases.list().await.unwrap();
}

/// A deletion, a renaming and a creation, behind a write that waits for the instance.
#[tokio::test]
async fn who_gives_up_in_the_queue_is_told_the_status_that_holds_it_up() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "GET /instances/i1" => Answer::instance("i1", "BACKUP"),
        _ => Answer::busy(),
    })
    .await;
    let stop = CancellationToken::new();
    let client = server.client();
    let first = client.within(Instant::now() + Duration::from_hours(1), stop.clone());
    let first = tokio::spawn(async move { first.databases("i1").delete("first").await });
    // The first look has been read when the second is taken.
    server.came("GET /instances/i1", 2).await;

    let deadline = Instant::now() + Duration::from_millis(50);
    let hasty = client.within(deadline, CancellationToken::new());
    let new = NewDatabase { name: "d".to_owned(), character_set: None, collate: None };
    let (databases, instances) = (hasty.databases("i1"), hasty.instances());
    let (deleted, renamed, created) = tokio::join!(
        databases.delete("second"),
        instances.rename("i1", "other"),
        databases.create(&new),
    );

    for error in [deleted.unwrap_err(), renamed.unwrap_err(), created.unwrap_err()] {
        let Error::Deadline { what: "instance", last_status, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(last_status.as_deref(), Some("BACKUP"));
    }
    stop.cancel();
    first.await.unwrap().unwrap_err();
}

/// Something else has begun each time, which is no contradiction.
#[tokio::test]
async fn an_instance_that_is_busy_again_and_again_is_waited_for_each_time() {
    let server = Server::start(|request, nth| match request.line().as_str() {
        "GET /instances/i1" => {
            Answer::instance("i1", if nth % 2 == 1 { "BACKUP" } else { "ACTIVE" })
        }
        _ if nth <= 5 => Answer::busy(),
        _ => Answer::accepted(),
    })
    .await;

    server.client().databases("i1").delete("d").await.unwrap();

    assert_eq!(server.count("DELETE /instances/i1/databases/d"), 6);
}
