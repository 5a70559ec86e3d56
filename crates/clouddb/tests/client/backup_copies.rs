//! Copies of backups, whose ID the API does not tell.

use clouddb::{Backup, BackupCopy, Error};
use serde_json::{Value, json};

use crate::server::{Answer, Server};

const COPY: &str = "POST /backups/b1/action";

fn original() -> Backup {
    let json = json!({ "id": "b1", "name": "near", "status": "COMPLETED", "instance_id": "i1",
        "size": 0.16 });
    serde_json::from_value(json).unwrap()
}

fn copy() -> BackupCopy {
    BackupCopy { region: "IAD".to_owned(), name: "far".to_owned(), description: None }
}

/// A copy as its region lists it, made so many seconds ago.
fn born(id: &str, age: i64) -> Value {
    let created = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(age);
    json!({ "id": id, "name": "far", "status": "NEW", "instance_id": "i1",
        "created": created.to_string() })
}

fn list(backups: &[Value]) -> Answer {
    Answer::ok(&json!({ "backups": backups }))
}

fn listed(ids: &[&str]) -> Answer {
    list(&ids.iter().map(|id| born(id, 0)).collect::<Vec<Value>>())
}

#[tokio::test]
async fn a_copy_is_what_was_not_there_before() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (COPY, _) => Answer::accepted(),
        (_, 1..=3) => listed(&["old"]),
        _ => listed(&["new", "old"]),
    })
    .await;
    let backups = server.client().backups();

    let copied = backups.copy(&original(), &backups, &copy()).await.unwrap();

    assert_eq!(copied.object.id, "new");
    assert!(copied.found_after.is_none(), "that is no accident");
    let sent = server.received().into_iter().find(|it| it.method == "POST").unwrap();
    assert_eq!(
        sent.body,
        json!({ "copy-backup": { "target_backup_region": "IAD", "name": "far" } })
    );
}

#[tokio::test]
async fn a_copy_waits_where_the_api_limits_it() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (COPY, 1) => Answer::rate_limited("0"),
        (COPY, _) => Answer::accepted(),
        // Before it is sent, and before it is sent again.
        (_, 1..=4) => listed(&[]),
        _ => listed(&["new"]),
    })
    .await;
    let backups = server.client().backups();

    let copied = backups.copy(&original(), &backups, &copy()).await.unwrap();

    assert_eq!((copied.object.id.as_str(), server.count(COPY)), ("new", 2));
}

#[tokio::test]
async fn a_copy_whose_reply_is_lost_is_found_and_not_made_twice() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (COPY, _) => Answer::Drop,
        (_, 1) => listed(&[]),
        _ => listed(&["new"]),
    })
    .await;
    let backups = server.client().backups();

    let copied = backups.copy(&original(), &backups, &copy()).await.unwrap();

    assert_eq!((copied.object.id.as_str(), server.count(COPY)), ("new", 1));
}

/// Somebody else may make a backup of that name in the same moment.
#[tokio::test]
async fn a_copy_is_of_the_same_instance_and_came_after_the_request() {
    let theirs = json!({ "id": "theirs", "name": "far", "status": "NEW", "instance_id": "i2" });
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (COPY, _) => Answer::accepted(),
        (_, 1) => list(&[]),
        (_, 2 | 3) => list(std::slice::from_ref(&theirs)),
        _ => list(&[theirs.clone(), born("new", 0), born("late in the list", 60)]),
    })
    .await;
    let backups = server.client().backups();

    let copied = backups.copy(&original(), &backups, &copy()).await.unwrap();

    assert_eq!((copied.object.id.as_str(), server.count(COPY)), ("new", 1));
}

#[tokio::test]
async fn two_that_may_be_the_copy_are_named_and_neither_is_taken() {
    for is_lost in [false, true] {
        let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
            (COPY, _) if is_lost => Answer::Drop,
            (COPY, _) => Answer::accepted(),
            (_, 1) => list(&[]),
            _ => listed(&["one", "two"]),
        })
        .await;
        let backups = server.client().backups();

        let error = backups.copy(&original(), &backups, &copy()).await.unwrap_err();

        let Error::Ambiguous { candidates, lost, .. } = &error else { panic!("{error}") };
        assert_eq!(
            (candidates.as_slice(), lost.is_some()),
            (&["one".to_owned(), "two".to_owned()][..], is_lost)
        );
        let said = if is_lost { "was lost; it may be" } else { "does not tell its ID; it may be" };
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(server.count(COPY), 1);
    }
}

/// What cannot be read before the request and can be afterwards is no copy.
#[tokio::test]
async fn what_was_there_before_in_whatever_shape_is_not_the_copy() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (COPY, _) => Answer::accepted(),
        (_, 1) => list(&[json!({ "id": "odd", "name": "far", "status": [] })]),
        (_, 2) => listed(&["odd"]),
        _ => listed(&["odd", "new"]),
    })
    .await;
    let backups = server.client().backups();

    let copied = backups.copy(&original(), &backups, &copy()).await.unwrap();

    assert_eq!(copied.object.id, "new");
}

#[tokio::test]
async fn nothing_is_copied_where_the_copy_could_not_be_found() {
    let server = Server::start(|request, _| match request.line().as_str() {
        COPY => Answer::accepted(),
        _ => Answer::fault(403, "forbidden", "You may not list them."),
    })
    .await;
    let backups = server.client().backups();

    let error = backups.copy(&original(), &backups, &copy()).await.unwrap_err();

    assert!(matches!(error, Error::Forbidden(_)), "{error}");
    assert_eq!(server.count(COPY), 0);
}

/// It costs money, and no state holds it: whoever waited must be told more than that the time is over.
#[tokio::test]
async fn a_copy_that_was_accepted_and_is_not_seen_in_time_is_in_doubt() {
    let server = Server::start(|request, _| match request.line().as_str() {
        COPY => Answer::accepted(),
        _ => listed(&["old"]),
    })
    .await;
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_millis(200);
    let client = server.client().within(deadline, tokio_util::sync::CancellationToken::new());
    let backups = client.backups();

    let error = backups.copy(&original(), &backups, &copy()).await.unwrap_err();

    let Error::InDoubt { lost, .. } = &error else { panic!("{error}") };
    assert!(matches!(**lost, Error::Deadline { .. }), "{error}");
    assert_eq!(server.count(COPY), 1);
}

/// The last look is taken after that.
#[tokio::test]
async fn a_copy_that_shows_when_the_time_is_over_is_found() {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_millis(200);
    let server = Server::start(move |request, _| match request.line().as_str() {
        COPY => Answer::accepted(),
        _ if tokio::time::Instant::now() < deadline => listed(&["old"]),
        _ => listed(&["new", "old"]),
    })
    .await;
    let client = server.client().within(deadline, tokio_util::sync::CancellationToken::new());
    let backups = client.backups();

    let copied = backups.copy(&original(), &backups, &copy()).await.unwrap();

    assert_eq!((copied.object.id.as_str(), server.count(COPY)), ("new", 1));
}

/// It may be the copy, where nothing else is.
#[tokio::test]
async fn what_does_not_tell_its_id_is_told_only_where_no_copy_is_seen() {
    let odd = || json!({ "name": "far", "status": "NEW" });
    for is_seen in [true, false] {
        let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
            (COPY, _) => Answer::accepted(),
            (_, 1) => listed(&["old"]),
            _ if is_seen => list(&[born("new", 0), odd(), born("old", 9)]),
            _ => list(&[odd(), born("old", 9)]),
        })
        .await;
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_millis(200);
        let client = server.client().within(deadline, tokio_util::sync::CancellationToken::new());
        let backups = client.backups();

        let copied = backups.copy(&original(), &backups, &copy()).await;

        match copied {
            Ok(copied) => assert_eq!((copied.object.id.as_str(), is_seen), ("new", true)),
            Err(error) => {
                let causes =
                    std::iter::successors(std::error::Error::source(&error), |it| it.source());
                let told: Vec<String> = causes.map(ToString::to_string).collect();
                let told = told.join(": ");
                assert!(!is_seen && told.contains("`id`"), "{is_seen}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn a_copy_that_may_have_been_made_and_is_not_seen_is_in_doubt() {
    let server = Server::start(|request, _| match request.line().as_str() {
        COPY => Answer::Drop,
        _ => listed(&["old"]),
    })
    .await;
    let backups = server.client().backups();

    let error = backups.copy(&original(), &backups, &copy()).await.unwrap_err();

    assert!(matches!(&error, Error::InDoubt { name, .. } if name == "far"), "{error}");
    assert_eq!(server.count(COPY), 1);
}

/// One that fails is no news of the copy.
#[tokio::test]
async fn looks_that_fail_end_nothing() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (COPY, _) => Answer::accepted(),
        (_, 1) => listed(&[]),
        (_, 2..=9) => Answer::fault(500, "instanceFault", "The server has either erred."),
        _ => listed(&["new"]),
    })
    .await;
    let backups = server.client().backups();

    let copied = backups.copy(&original(), &backups, &copy()).await.unwrap();

    assert_eq!((copied.object.id.as_str(), server.count(COPY)), ("new", 1));
}

#[tokio::test]
async fn two_copies_of_one_name_are_two() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (COPY, _) => Answer::accepted(),
        (_, 1) => listed(&[]),
        (_, 2 | 3) => listed(&["one"]),
        _ => listed(&["two", "one"]),
    })
    .await;
    let backups = server.client().backups();

    let wanted = copy();
    let original = original();
    let copies =
        [backups.copy(&original, &backups, &wanted), backups.copy(&original, &backups, &wanted)];
    let made = futures_util::future::join_all(copies).await;

    let ids: Vec<String> = made.into_iter().map(|it| it.unwrap().object.id).collect();
    assert_eq!(ids, ["one", "two"]);
}

#[tokio::test]
async fn a_refusal_is_the_end_of_it() {
    let server = Server::start(|request, _| match request.line().as_str() {
        COPY => Answer::rejected(),
        _ => listed(&[]),
    })
    .await;
    let backups = server.client().backups();

    let error = backups.copy(&original(), &backups, &copy()).await.unwrap_err();

    assert!(matches!(error, Error::Rejected(_)), "{error}");
    assert_eq!(server.count("GET /backups"), 1);
}

#[tokio::test]
async fn logs_are_asked_for_again_after_a_lost_reply() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /instances/i1/action", 1) => Answer::Drop,
        _ => Answer::accepted(),
    })
    .await;

    server.client().instances().save_logs("i1").await.unwrap();

    assert_eq!(server.received().last().unwrap().body, json!({ "save_logs": {} }));
}
