//! Copies of backups, whose ID the API does not tell.

use clouddb::{BackupCopy, Error};
use serde_json::{Value, json};

use crate::server::{Answer, Server};

const COPY: &str = "POST /backups/b1/action";

fn copy() -> BackupCopy {
    BackupCopy { region: "IAD".to_owned(), name: "far".to_owned(), description: None }
}

fn listed(ids: &[&str]) -> Answer {
    let backup = |id: &&str| json!({ "id": id, "name": "far", "status": "NEW" });
    Answer::ok(&json!({ "backups": ids.iter().map(backup).collect::<Vec<Value>>() }))
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

    let copied = backups.copy("b1", &backups, &copy()).await.unwrap();

    assert_eq!(copied.id, "new");
    let sent = server.received().into_iter().find(|it| it.method == "POST").unwrap();
    assert_eq!(
        sent.body,
        json!({ "copy-backup": { "target_backup_region": "IAD", "name": "far" } })
    );
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

    let copied = backups.copy("b1", &backups, &copy()).await.unwrap();

    assert_eq!((copied.id.as_str(), server.count(COPY)), ("new", 1));
}

#[tokio::test]
async fn a_copy_that_may_have_been_made_and_is_not_seen_is_in_doubt() {
    let server = Server::start(|request, _| match request.line().as_str() {
        COPY => Answer::Drop,
        _ => listed(&["old"]),
    })
    .await;
    let backups = server.client().backups();

    let error = backups.copy("b1", &backups, &copy()).await.unwrap_err();

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

    let copied = backups.copy("b1", &backups, &copy()).await.unwrap();

    assert_eq!((copied.id.as_str(), server.count(COPY)), ("new", 1));
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
    let copies = [backups.copy("b1", &backups, &wanted), backups.copy("b1", &backups, &wanted)];
    let made = futures_util::future::join_all(copies).await;

    let ids: Vec<String> = made.into_iter().map(|it| it.unwrap().id).collect();
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

    let error = backups.copy("b1", &backups, &copy()).await.unwrap_err();

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
