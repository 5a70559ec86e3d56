//! Creations and changes of databases and users whose reply was lost: their key settles whose they are.

use clouddb::{Error, NewDatabase, NewUser, UserChange, UserId};
use serde_json::{Value, json};

use crate::server::{Answer, Server, names};

fn new_database(name: &str) -> NewDatabase {
    NewDatabase { name: name.to_owned(), character_set: None, collate: None }
}

/// A server that loses the reply to the first creation, lists this before it and that after it, and
/// says of a second one that it exists already.
async fn listing(before: Option<Value>, after: Value) -> Server {
    Server::start(move |request, nth| match (request.method.as_str(), nth) {
        ("POST", 1) => Answer::Drop,
        ("POST", _) => Answer::fault(400, "badRequest", "It exists already."),
        ("PUT", _) => Answer::accepted(),
        (_, 1) => {
            before.as_ref().map_or_else(|| Answer::fault(403, "forbidden", "No."), Answer::ok)
        }
        _ => Answer::ok(&after),
    })
    .await
}

#[tokio::test]
async fn a_database_that_is_there_after_a_lost_reply_was_made() {
    let empty = json!({ "databases": [] });
    let server = listing(Some(empty), json!({ "databases": names(&["d"]) })).await;

    let made = server.client().databases("i1").create(&new_database("d")).await.unwrap();

    assert!(made.found_after.is_some());
    assert_eq!(server.count("POST /instances/i1/databases"), 1);
}

#[tokio::test]
async fn a_database_that_may_have_been_there_before_is_not_adopted() {
    let server = listing(None, json!({ "databases": names(&["d"]) })).await;

    let error = server.client().databases("i1").create(&new_database("d")).await.unwrap_err();

    let Error::InDoubt { what: "database", name, instance_id, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!((name.as_str(), instance_id.as_deref()), ("d", Some("i1")));
    assert_eq!(server.count("POST /instances/i1/databases"), 1);
}

fn new_user(databases: &[&str]) -> NewUser {
    NewUser {
        id: UserId { name: "app".to_owned(), host: "%".to_owned() },
        password: "new-secret".to_owned().into(),
        databases: databases.iter().map(|&it| it.to_owned()).collect(),
    }
}

fn users(databases: &[&str]) -> Value {
    json!({ "users": [{"name": "app", "host": "%", "databases": names(databases)}] })
}

#[tokio::test]
async fn a_user_that_is_there_after_a_lost_reply_gets_its_password_once_more() {
    let server = listing(Some(json!({ "users": [] })), users(&["shop"])).await;

    let made = server.client().users("i1").create(&new_user(&["shop"])).await.unwrap();

    assert!(made.found_after.is_some());
    let received = server.received();
    let put = received.iter().find(|it| it.method == "PUT").unwrap();
    assert_eq!(put.body["users"][0]["password"], "new-secret");
}

#[tokio::test]
async fn a_user_with_other_grants_is_not_adopted() {
    let server = listing(Some(json!({ "users": [] })), users(&["other"])).await;

    let error = server.client().users("i1").create(&new_user(&["shop"])).await.unwrap_err();

    assert!(matches!(error, Error::InDoubt { what: "user", .. }), "{error}");
    assert!(server.lines().iter().all(|line| !line.starts_with("PUT")));
}

#[tokio::test]
async fn a_database_that_is_not_there_after_a_lost_reply_is_sent_again() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("POST", 1) => Answer::Drop,
        ("POST", _) => Answer::accepted(),
        _ => Answer::ok(&json!({ "databases": [] })),
    })
    .await;

    server.client().databases("i1").create(&new_database("d")).await.unwrap();

    assert_eq!(server.count("POST /instances/i1/databases"), 2);
}

#[tokio::test]
async fn a_database_that_was_there_before_was_not_made_by_a_lost_request() {
    let there = json!({ "databases": names(&["d"]) });
    let server = listing(Some(there.clone()), there).await;

    let error = server.client().databases("i1").create(&new_database("d")).await.unwrap_err();

    assert!(matches!(error, Error::Rejected(_)), "{error}");
    assert_eq!(server.count("POST /instances/i1/databases"), 2);
}

#[tokio::test]
async fn a_refusal_after_a_lost_reply_may_be_about_the_database_that_it_made() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("POST", 1) => Answer::Drop,
        ("POST", _) => Answer::fault(400, "badRequest", "It exists already."),
        (_, 1..=4) => Answer::ok(&json!({ "databases": [] })),
        _ => Answer::ok(&json!({ "databases": names(&["d"]) })),
    })
    .await;

    server.client().databases("i1").create(&new_database("d")).await.unwrap();

    assert_eq!(server.count("POST /instances/i1/databases"), 2);
}

#[tokio::test]
async fn a_new_user_name_whose_reply_was_lost_shows_in_the_list() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "PUT" => Answer::Drop,
        _ => Answer::ok(&json!({ "users": [{"name": "new", "host": "%", "databases": []}] })),
    })
    .await;
    let id = UserId { name: "old".to_owned(), host: "%".to_owned() };
    let change = UserChange { name: Some("new".to_owned()), ..UserChange::default() };

    server.client().users("i1").update(&id, &change).await.unwrap();

    assert_eq!(server.lines(), ["PUT /instances/i1/users/old%40%25", "GET /instances/i1/users"]);
}

/// After a look each, and never where it would end in the same way.
/// It may be about what an earlier request has made, so it is looked for and not sent again.
#[tokio::test]
async fn a_conflict_about_a_creation_that_shows_no_effect_is_its_end() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "POST" => Answer::fault(409, "conflict", "Not now."),
        _ if request.path.ends_with("/databases") => Answer::ok(&json!({ "databases": [] })),
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await;

    let error = server.client().databases("i1").create(&new_database("d")).await.unwrap_err();

    assert!(error.to_string().contains("Not now."), "{error}");
    assert_eq!(server.count("POST /instances/i1/databases"), 1);
    assert_ne!(server.count("GET /instances/i1/databases"), 0);
}

#[tokio::test]
async fn what_showed_no_effect_is_sent_three_times_and_after_a_500_once() {
    let lost: [(fn() -> Answer, usize); 4] = [
        (|| Answer::Drop, 3),
        (|| Answer::text(503, "down"), 3),
        (|| Answer::fault(502, "badGateway", "down"), 3),
        (|| Answer::fault(500, "instanceFault", "oops"), 1),
    ];
    for (lost, sends) in lost {
        let server = Server::start(move |request, _| match request.line().as_str() {
            "GET /instances/i1/databases" => Answer::ok(&json!({ "databases": [] })),
            "GET /instances/i1" => Answer::instance("i1", "ACTIVE"),
            _ => lost(),
        })
        .await;
        let client = server.client();

        let action = client.instances().restart("i1").await.unwrap_err();
        let creation = client.databases("i1").create(&new_database("d")).await.unwrap_err();

        assert_eq!(server.count("POST /instances/i1/action"), sends, "{action}");
        assert_eq!(server.count("POST /instances/i1/databases"), sends, "{creation}");
    }
}

/// A limit refuses before anything is done, as far as it is known; the look tells it for sure.
#[tokio::test]
async fn a_database_that_met_a_limit_is_looked_for_before_it_is_sent_again() {
    let shown: [(fn() -> Answer, usize); 3] = [
        (|| Answer::ok(&json!({ "databases": names(&["d"]) })), 1),
        (|| Answer::ok(&json!({ "databases": [] })), 2),
        (|| Answer::fault(403, "forbidden", "No."), 2),
    ];
    for (shown, sends) in shown {
        let server = Server::start(move |request, nth| match (request.method.as_str(), nth) {
            ("POST", 1) => Answer::rate_limited("0"),
            ("POST", _) => Answer::accepted(),
            (_, 1) => Answer::ok(&json!({ "databases": [] })),
            _ => shown(),
        })
        .await;

        let made = server.client().databases("i1").create(&new_database("d")).await.unwrap();

        assert_eq!(server.count("POST /instances/i1/databases"), sends);
        assert_eq!(made.found_after.is_some(), sends == 1);
    }
}

/// Only a lost reply makes what is there ours. Who is refused was told whose it is.
#[tokio::test]
async fn a_database_that_was_refused_is_not_adopted_although_it_appears() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("POST", _) => Answer::fault(400, "badRequest", "It exists already."),
        (_, 1) => Answer::ok(&json!({ "databases": [] })),
        _ => Answer::ok(&json!({ "databases": names(&["d"]) })),
    })
    .await;

    let error = server.client().databases("i1").create(&new_database("d")).await.unwrap_err();

    assert!(matches!(error, Error::Rejected(_)), "{error}");
}
