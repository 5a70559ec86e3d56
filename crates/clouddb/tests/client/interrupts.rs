//! A caller who asks to stop while something is on its way.
//!
//! Nothing here waits for time to pass: what has no time at all is never answered, and what has time
//! enough is answered at once.

use std::time::Duration;

use clouddb::{Client, Error, NewBackup, NewDatabase, NewUser, Settings, Source, Timing, UserId};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::lost_replies::new_instance;
use crate::server::{Answer, Gate, Server, instance, names, quick};

const LONG: Duration = Duration::from_mins(10);

/// A client for which a caller who asks to stop waits as long as the timing says.
fn client(server: &Server, timing: Timing) -> (Client, CancellationToken) {
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let stop = CancellationToken::new();
    (client.within(tokio::time::Instant::now() + LONG, stop.clone()), stop)
}

/// No time for the reply, all the time for the look.
fn looking() -> Timing {
    Timing { grace: Duration::ZERO, last_look: LONG, ..quick() }
}

/// No time for either.
fn hasty() -> Timing {
    Timing { grace: Duration::ZERO, last_look: Duration::ZERO, ..quick() }
}

/// Stops when the request has come, and returns what the caller was told.
async fn stopped<T>(
    server: &Server,
    stop: &CancellationToken,
    line: &str,
    call: JoinHandle<Result<T, Error>>,
) -> Result<T, Error> {
    server.came(line, 1).await;
    stop.cancel();
    call.await.unwrap()
}

#[tokio::test]
async fn the_reply_of_a_write_that_is_on_its_way_is_still_taken() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, _| match request.method.as_str() {
        "POST" => Answer::instance("new", "BUILD").held(&held),
        _ => Answer::ok(&json!({ "instances": [] })),
    })
    .await;
    let (client, stop) = client(&server, Timing { grace: LONG, ..quick() });
    let call = tokio::spawn(async move { client.instances().create(&new_instance()).await });
    server.came("POST /instances", 1).await;

    stop.cancel();
    gate.open();

    assert_eq!(call.await.unwrap().unwrap().object.id, "new");
}

#[tokio::test]
async fn an_instance_whose_reply_did_not_come_in_time_is_looked_for_once() {
    let never = Gate::closed();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        ("POST /instances", _) => Answer::accepted().held(&never),
        ("GET /instances", 1) => Answer::ok(&json!({ "instances": [] })),
        ("GET /instances", _) => Answer::ok(&json!({ "instances": [instance("new", "BUILD")] })),
        _ => Answer::instance("new", "BUILD"),
    })
    .await;
    let (client, stop) = client(&server, looking());
    let call = tokio::spawn(async move { client.instances().create(&new_instance()).await });

    let made = stopped(&server, &stop, "POST /instances", call).await.unwrap();

    assert_eq!(made.object.id, "new");
    assert_eq!(server.count("POST /instances"), 1);
    assert_eq!(server.count("GET /instances"), 2);
}

#[tokio::test]
async fn an_instance_that_is_not_found_in_time_is_in_doubt_and_not_sent_again() {
    for timing in [looking(), hasty()] {
        let never = Gate::closed();
        let server = Server::start(move |request, _| match request.method.as_str() {
            "POST" => Answer::accepted().held(&never),
            _ => Answer::ok(&json!({ "instances": [] })),
        })
        .await;
        let (client, stop) = client(&server, timing);
        let call = tokio::spawn(async move { client.instances().create(&new_instance()).await });

        let error = stopped(&server, &stop, "POST /instances", call).await.unwrap_err();

        let Error::InDoubt { what: "instance", name, lost, .. } = &error else { panic!("{error}") };
        assert_eq!(name, "db");
        assert!(matches!(**lost, Error::CutShort { .. }), "{lost}");
        assert_eq!(server.count("POST /instances"), 1);
    }
}

#[tokio::test]
async fn a_look_that_is_under_way_is_cut_short_too() {
    let never = Gate::closed();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        ("POST /instances", _) => Answer::Drop,
        ("GET /instances", 1) => Answer::ok(&json!({ "instances": [] })),
        _ => Answer::accepted().held(&never),
    })
    .await;
    let (client, stop) = client(&server, hasty());
    let call = tokio::spawn(async move { client.instances().create(&new_instance()).await });
    server.came("GET /instances", 2).await;

    stop.cancel();

    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::InDoubt { .. }), "{error}");
}

#[tokio::test]
async fn a_backup_is_looked_for_among_those_of_its_instance() {
    let never = Gate::closed();
    let server = Server::start(move |request, nth| match request.method.as_str() {
        "POST" => Answer::accepted().held(&never),
        _ if nth == 1 => Answer::ok(&json!({ "backups": [] })),
        _ => Answer::ok(&json!({ "backups": [{
            "id": "new", "name": "b", "status": "NEW", "instance_id": "i1",
            "created": crate::server::now(), "description": null, "parent_id": null,
        }] })),
    })
    .await;
    let new = NewBackup {
        source: Source::Instance("i1".to_owned()),
        name: "b".to_owned(),
        description: None,
        parent_id: None,
        copy_to: Vec::new(),
    };
    let (client, stop) = client(&server, looking());
    let call = tokio::spawn(async move { client.backups().create(&new).await });

    let made = stopped(&server, &stop, "POST /backups", call).await.unwrap();

    assert_eq!(made.object.id, "new");
}

#[tokio::test]
async fn a_database_is_looked_for_in_the_list_and_else_in_doubt() {
    for (listed, made) in [(&["d"][..], true), (&[][..], false)] {
        let never = Gate::closed();
        let server = Server::start(move |request, nth| match request.method.as_str() {
            "POST" => Answer::accepted().held(&never),
            _ if nth == 1 => Answer::ok(&json!({ "databases": [] })),
            _ => Answer::ok(&json!({ "databases": names(listed) })),
        })
        .await;
        let new = NewDatabase { name: "d".to_owned(), character_set: None, collate: None };
        let (client, stop) = client(&server, looking());
        let call = tokio::spawn(async move { client.databases("i1").create(&new).await });

        let outcome = stopped(&server, &stop, "POST /instances/i1/databases", call).await;

        match outcome {
            Ok(_) => assert!(made),
            Err(Error::InDoubt { what: "database", name, instance_id, .. }) => {
                assert!(!made);
                assert_eq!((name.as_str(), instance_id.as_deref()), ("d", Some("i1")));
            }
            Err(error) => panic!("{error}"),
        }
        assert_eq!(server.count("POST /instances/i1/databases"), 1);
    }
}

#[tokio::test]
async fn of_users_that_travel_together_each_is_told_of_its_own() {
    let (first, never) = (Gate::closed(), Gate::closed());
    let held = first.clone();
    let server = Server::start(move |request, nth| match (request.method.as_str(), nth) {
        ("POST", 1) => Answer::accepted().held(&held),
        ("POST", _) => Answer::accepted().held(&never),
        ("PUT", _) => Answer::accepted(),
        (_, 1) => Answer::ok(&json!({ "users": [] })),
        _ => Answer::ok(&json!({ "users": [{ "name": "b", "host": "%" }] })),
    })
    .await;
    let (client, stop) = client(&server, looking());
    let create = |name: &str| {
        let users = client.users("i1");
        let id = UserId { name: name.to_owned(), host: "%".to_owned() };
        let new = NewUser { id, password: "secret".to_owned().into(), databases: Vec::new() };
        tokio::spawn(async move { users.create(&new).await })
    };
    let leader = create("a");
    server.came("POST /instances/i1/users", 1).await;
    let (found, missing) = (create("b"), create("c"));
    tokio::task::yield_now().await;
    first.open();
    leader.await.unwrap().unwrap();
    server.came("POST /instances/i1/users", 2).await;

    stop.cancel();

    // The one that is there would have to get its password, for which there is no time.
    for (creation, user) in [(found, "b@%"), (missing, "c@%")] {
        let error = creation.await.unwrap().unwrap_err();
        let Error::InDoubt { what: "user", name, .. } = &error else { panic!("{error}") };
        assert_eq!(name, user);
    }
}

#[tokio::test]
async fn a_change_that_is_cut_short_is_not_sent_again_and_may_be_done() {
    let never = Gate::closed();
    let server = Server::start(move |_, _| Answer::accepted().held(&never)).await;
    let (client, stop) = client(&server, looking());
    let call = tokio::spawn(async move { client.instances().rename("i1", "other").await });

    let error = stopped(&server, &stop, "PATCH /instances/i1", call).await.unwrap_err();

    assert!(matches!(error, Error::CutShort { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "PATCH /instances/i1: interrupted before the reply came; the request may have taken effect"
    );
    assert_eq!(server.lines(), ["PATCH /instances/i1"]);
}

/// A password shows nowhere, so nobody can look whether it is in force.
#[tokio::test]
async fn a_password_whose_change_is_cut_short_may_be_in_force() {
    let never = Gate::closed();
    let server = Server::start(move |_, _| Answer::accepted().held(&never)).await;
    let (client, stop) = client(&server, looking());
    let call = tokio::spawn(async move {
        let id = UserId { name: "a".to_owned(), host: "%".to_owned() };
        client.users("i1").change_password(&id, &"secret".to_owned().into()).await
    });

    let error = stopped(&server, &stop, "PUT /instances/i1/users", call).await.unwrap_err();

    assert!(matches!(error, Error::CutShort { .. }), "{error}");
    assert_eq!(server.lines(), ["PUT /instances/i1/users"]);
}

#[tokio::test]
async fn a_resize_that_is_cut_short_is_done_if_it_shows() {
    for (status, done) in [("RESIZE", true), ("ACTIVE", false)] {
        let never = Gate::closed();
        let server = Server::start(move |request, _| match request.method.as_str() {
            "POST" => Answer::accepted().held(&never),
            _ => Answer::instance("i1", status),
        })
        .await;
        let (client, stop) = client(&server, looking());
        let call = tokio::spawn(async move { client.instances().resize_flavor("i1", "3").await });

        let outcome = stopped(&server, &stop, "POST /instances/i1/action", call).await;

        assert_eq!(outcome.is_ok(), done, "{outcome:?}");
        assert_eq!(server.count("POST /instances/i1/action"), 1);
    }
}

#[tokio::test]
async fn a_read_is_cut_short_at_once() {
    let never = Gate::closed();
    let server = Server::start(move |_, _| Answer::accepted().held(&never)).await;
    let (client, stop) = client(&server, Timing { grace: LONG, last_look: LONG, ..quick() });
    let call = tokio::spawn(async move { client.instances().get("i1").await });

    let error = stopped(&server, &stop, "GET /instances/i1", call).await.unwrap_err();

    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
}
