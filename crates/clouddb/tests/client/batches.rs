//! Creations that ride together.

use std::time::Duration;

use clouddb::{Client, Error, NewDatabase, NewUser, Settings, Timing, UserId};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Gate, Received, Server, quick};

const POST: &str = "POST /instances/i1/databases";

fn database(name: &str) -> NewDatabase {
    NewDatabase { name: name.to_owned(), character_set: None, collate: None }
}

/// Starts a creation and returns when it is in the queue.
async fn create(client: &Client, name: &str) -> JoinHandle<Result<(), Error>> {
    let (databases, new) = (client.databases("i1"), database(name));
    let creation = tokio::spawn(async move { databases.create(&new).await.map(drop) });
    tokio::task::yield_now().await;
    creation
}

/// The names in the creations that came, one list a request.
fn batches(server: &Server) -> Vec<Vec<String>> {
    let names = |request: &Received| {
        let items = request.body["databases"].as_array().unwrap().clone();
        items.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    server.received().iter().filter(|it| it.line() == POST).map(names).collect()
}

fn has(request: &Received, name: &str) -> bool {
    request.body["databases"].as_array().is_some_and(|all| all.iter().any(|it| it["name"] == name))
}

#[tokio::test]
async fn creations_that_come_while_one_is_on_its_way_ride_together() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (POST, 1) => Answer::accepted().held(&held),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();

    let mut creations = vec![create(&client, "a").await];
    server.came(POST, 1).await;
    for name in ["b", "c", "d"] {
        creations.push(create(&client, name).await);
    }
    gate.open();

    for creation in creations {
        creation.await.unwrap().unwrap();
    }
    assert_eq!(batches(&server), [vec!["a"], vec!["b", "c", "d"]]);
}

/// Sent one by one, an entry that meets a limit gives its place to the others and is sent after them.
#[tokio::test]
async fn who_meets_a_limit_alone_is_sent_again() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (POST, 1) => Answer::accepted().held(&held),
        (POST, 2) => Answer::rejected(),
        (POST, 3) => Answer::rate_limited("0"),
        (POST, _) => Answer::accepted(),
        _ => Answer::ok(&json!({ "databases": [] })),
    })
    .await;
    let client = server.client();

    let mut creations = vec![create(&client, "a").await];
    server.came(POST, 1).await;
    for name in ["b", "c"] {
        creations.push(create(&client, name).await);
    }
    gate.open();

    for creation in creations {
        creation.await.unwrap().unwrap();
    }
    assert_eq!(batches(&server), [vec!["a"], vec!["b", "c"], vec!["b"], vec!["c"], vec!["b"]]);
}

#[tokio::test]
async fn a_batch_is_not_larger_than_ten() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (POST, 1) => Answer::accepted().held(&held),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();

    let mut creations = vec![create(&client, "first").await];
    server.came(POST, 1).await;
    for n in 0..25 {
        creations.push(create(&client, &format!("d{n}")).await);
    }
    gate.open();
    for creation in creations {
        creation.await.unwrap().unwrap();
    }

    let sizes: Vec<usize> = batches(&server).iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 10, 10, 5]);
}

#[tokio::test]
async fn users_ride_together_with_users_only() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, _| {
        let answer = Answer::accepted();
        if has(request, "first") { answer.held(&held) } else { answer }
    })
    .await;
    let client = server.client();

    let mut creations = vec![create(&client, "first").await];
    server.came(POST, 1).await;
    for name in ["u", "v"] {
        let users = client.users("i1");
        let new = NewUser {
            id: UserId { name: name.to_owned(), host: "%".to_owned() },
            password: "a-password".to_owned().into(),
            databases: vec!["d".to_owned()],
        };
        creations.push(tokio::spawn(async move { users.create(&new).await.map(drop) }));
        creations.push(create(&client, name).await);
    }
    gate.open();
    for creation in creations {
        creation.await.unwrap().unwrap();
    }

    let received = server.received();
    assert_eq!(received.iter().filter(|it| it.method == "POST").count(), 3);
    let users =
        received.iter().find(|it| it.method == "POST" && it.path.ends_with("/users")).unwrap();
    let user = |name: &str| -> Value {
        json!({
            "name": name, "host": "%", "password": "a-password", "databases": [{"name": "d"}],
        })
    };
    assert_eq!(users.body, json!({"users": [user("u"), user("v")]}));
    assert_eq!(batches(&server), [vec!["first"], vec!["u", "v"]]);
}

#[tokio::test]
async fn members_of_a_refused_batch_get_their_own_verdicts() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, _| {
        let verdict = if has(request, "bad") { Answer::rejected() } else { Answer::accepted() };
        if has(request, "first") { verdict.held(&held) } else { verdict }
    })
    .await;
    let client = server.client();

    let first = create(&client, "first").await;
    server.came(POST, 1).await;
    let (a, bad, b) =
        (create(&client, "a").await, create(&client, "bad").await, create(&client, "b").await);
    gate.open();

    first.await.unwrap().unwrap();
    a.await.unwrap().unwrap();
    b.await.unwrap().unwrap();
    let error = bad.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Rejected(_)), "{error}");
    assert_eq!(
        batches(&server),
        [vec!["first"], vec!["a", "bad", "b"], vec!["a"], vec!["bad"], vec!["b"]]
    );
}

/// The instance is free, so what the API calls busy may be one of them.
#[tokio::test]
async fn members_of_a_batch_that_is_busy_for_no_known_reason_get_their_own_verdicts() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (POST, 1) => Answer::accepted().held(&held),
        (POST, _) if has(request, "bad") => Answer::busy(),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();

    let first = create(&client, "first").await;
    server.came(POST, 1).await;
    let (a, bad) = (create(&client, "a").await, create(&client, "bad").await);
    gate.open();

    first.await.unwrap().unwrap();
    a.await.unwrap().unwrap();
    let error = bad.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error}");
    let (together, alone) = (vec!["a", "bad"], vec!["bad"]);
    let expected =
        [&[vec!["first"]][..], &vec![together; 3], &[vec!["a"]], &vec![alone.clone(); 3]].concat();
    assert_eq!(batches(&server), expected);
    // So it is with one that nobody else came with.
    create(&client, "bad").await.await.unwrap().unwrap_err();
    assert_eq!(batches(&server), [expected, vec![alone; 3]].concat());
}

#[tokio::test]
async fn a_batch_for_an_instance_that_is_gone_is_not_tried_again() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (POST, 1) => Answer::accepted().held(&held),
        _ => Answer::not_found(),
    })
    .await;
    let client = server.client();

    let first = create(&client, "first").await;
    server.came(POST, 1).await;
    let others = [create(&client, "a").await, create(&client, "b").await];
    gate.open();

    first.await.unwrap().unwrap();
    for other in others {
        let error = other.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error}");
    }
    assert_eq!(batches(&server).len(), 2);
}

#[tokio::test]
async fn a_batch_waits_for_a_busy_instance_and_takes_nobody_along_who_gave_up() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (POST, 1) => Answer::busy(),
        ("GET /instances/i1", 1) => Answer::instance("i1", "BACKUP").held(&held),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();
    let stop = CancellationToken::new();
    let hasty = client.within(Instant::now() + Duration::from_hours(1), stop.clone());

    let first = create(&client, "first").await;
    server.came("GET /instances/i1", 1).await;
    let second = create(&client, "second").await;
    let third = create(&hasty, "third").await;
    stop.cancel();
    let error = third.await.unwrap().unwrap_err();
    gate.open();

    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
    assert_eq!(batches(&server), [vec!["first"], vec!["first"], vec!["second"]]);
}

#[tokio::test]
async fn a_creation_that_outlasts_its_deadline_names_the_status_of_the_instance() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "POST" => Answer::busy(),
        _ => Answer::instance("i1", "BACKUP"),
    })
    .await;
    let deadline = Instant::now() + Duration::from_millis(100);
    let client = server.client().within(deadline, CancellationToken::new());

    let error = client.databases("i1").create(&database("a")).await.unwrap_err();

    let Error::Deadline { what: "instance", id, last_status, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!((id.as_str(), last_status.as_deref()), ("i1", Some("BACKUP")));
    assert_eq!(batches(&server).len(), 1);
}

#[tokio::test]
async fn creations_on_a_broken_instance_fail_with_its_status() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "POST" => Answer::busy(),
        _ => Answer::instance("i1", "ERROR"),
    })
    .await;

    let error = server.client().databases("i1").create(&database("a")).await.unwrap_err();

    let Error::Failed { status, detail, .. } = &error else { panic!("{error}") };
    assert_eq!(status, "ERROR");
    assert_eq!(detail.as_deref(), Some("Instance i1 is not ready."));
}

#[tokio::test]
async fn a_creation_whose_caller_is_dropped_before_it_is_sent_is_not_sent() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, _| match request.method.as_str() {
        "POST" => Answer::accepted().held(&held),
        _ => Answer::ok(&json!({ "databases": [] })),
    })
    .await;
    let client = server.client();

    let first = create(&client, "first").await;
    server.came(POST, 1).await;
    let dropped = create(&client, "dropped").await;
    dropped.abort();
    let _ = dropped.await;
    let last = create(&client, "last").await;
    gate.open();
    gate.open();

    first.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
    assert_eq!(batches(&server), [vec!["first"], vec!["last"]]);
}

#[tokio::test]
async fn a_lost_reply_to_a_batch_is_settled_for_each_member() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.method.as_str(), nth) {
        ("POST", 1) => Answer::accepted().held(&held),
        ("POST", 2) => Answer::Drop,
        ("POST", _) => Answer::accepted(),
        (_, 1) => Answer::ok(&json!({"databases": []})),
        _ => Answer::ok(&json!({"databases": [{"name": "first"}, {"name": "a"}]})),
    })
    .await;
    let client = server.client();

    let first = create(&client, "first").await;
    server.came(POST, 1).await;
    let (a, b) = (create(&client, "a").await, create(&client, "b").await);
    gate.open();

    for creation in [first, a, b] {
        creation.await.unwrap().unwrap();
    }
    assert_eq!(batches(&server), [vec!["first"], vec!["a", "b"], vec!["b"]]);
}

#[tokio::test]
async fn a_member_whose_time_ends_before_the_limit_opens_leaves_the_batch() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (POST, 1) => Answer::rate_limited("1"),
        (POST, _) => Answer::accepted(),
        _ => Answer::ok(&json!({ "databases": [] })),
    })
    .await;
    let timing = Timing { max_retry_after: Duration::from_secs(9), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let deadline = Instant::now() + Duration::from_millis(500);
    let hasty = client.within(deadline, CancellationToken::new());

    let long = create(&client, "long").await;
    let short = create(&hasty, "short").await;
    let error = short.await.unwrap().unwrap_err();
    let meanwhile = long.is_finished();
    long.await.unwrap().unwrap();

    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    assert!(!meanwhile);
    assert_eq!(batches(&server).last().unwrap(), &["long"]);
}
