//! Calls that are refused with a 401: because of the token, or because of what they ask for.

use std::collections::HashSet;

use clouddb::{
    Client, DatastoreRef, Error, NewBackup, NewDatabase, NewInstance, NewUser, Source, UserChange,
    UserId,
};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use serde_json::json;

use crate::login::{access, client};
use crate::lost_replies::new_instance;
use crate::server::{Answer, Received, Server, instance, names};

const LOGIN: &str = "POST /v2.0/tokens";

fn user() -> UserId {
    UserId { name: "app".to_owned(), host: "%".to_owned() }
}

type Done = BoxFuture<'static, Result<(), Error>>;

/// A call, and the beginning of the line that it sends.
type Call = (&'static str, fn(Client) -> Done);

/// One call of each kind.
const CALLS: [Call; 17] = [
    ("GET /instances/i1", |it| async move { it.instances().get("i1").await.map(drop) }.boxed()),
    ("GET /instances", |it| async move { it.instances().list().await.map(drop) }.boxed()),
    ("GET /backups", |it| async move { it.backups().list().await.map(drop) }.boxed()),
    ("GET /flavors", |it| async move { it.flavors().list().await.map(drop) }.boxed()),
    ("GET /instances/i1/databases", |it| {
        async move { it.databases("i1").list().await.map(drop) }.boxed()
    }),
    ("POST /instances", |it| {
        async move { it.instances().create(&new_instance()).await.map(drop) }.boxed()
    }),
    ("POST /instances", |it| {
        async move { it.instances().create(&replica()).await.map(drop) }.boxed()
    }),
    ("POST /backups", |it| {
        async move { it.backups().create(&new_backup()).await.map(drop) }.boxed()
    }),
    ("POST /instances/i1/databases", |it| {
        let new = NewDatabase { name: "d".to_owned(), character_set: None, collate: None };
        async move { it.databases("i1").create(&new).await.map(drop) }.boxed()
    }),
    ("POST /instances/i1/users", |it| {
        let new = NewUser { id: user(), password: "p".to_owned().into(), databases: Vec::new() };
        async move { it.users("i1").create(&new).await.map(drop) }.boxed()
    }),
    ("POST /instances/i1/action", |it| async move { it.instances().restart("i1").await }.boxed()),
    ("PATCH /instances/i1", |it| async move { it.instances().rename("i1", "x").await }.boxed()),
    ("PUT /instances/i1/users", |it| {
        let change = UserChange { password: Some("p".to_owned().into()), ..UserChange::default() };
        async move { it.users("i1").update(&user(), &change).await }.boxed()
    }),
    ("PUT /instances/i1/users/app%40%25/databases", |it| {
        async move { it.users("i1").grant(&user(), &["d".to_owned()]).await }.boxed()
    }),
    ("DELETE /instances/i1/users/app%40%25", |it| {
        async move { it.users("i1").delete(&user()).await }.boxed()
    }),
    ("DELETE /instances/i1", |it| async move { it.instances().delete("i1").await }.boxed()),
    ("DELETE /backups/b1", |it| async move { it.backups().delete("b1").await }.boxed()),
];

fn replica() -> NewInstance {
    let datastore = DatastoreRef { kind: "mysql".to_owned(), version: None };
    NewInstance { replica_of: Some("i1".to_owned()), datastore: Some(datastore), ..new_instance() }
}

fn new_backup() -> NewBackup {
    NewBackup {
        source: Source::Instance("i1".to_owned()),
        name: "b".to_owned(),
        description: None,
        parent_id: None,
        copy_to: Vec::new(),
    }
}

/// What a service that is well says.
fn well(request: &Received, nth: usize) -> Answer {
    let backup = json!({"id": "b2", "name": "b", "status": "NEW", "instance_id": "i1"});
    match request.line().as_str() {
        LOGIN => Answer::ok(&access("http://127.0.0.1:1", &format!("token-{nth}"), &["DFW"], None)),
        "GET /instances" => Answer::ok(&json!({ "instances": [instance("i1", "ACTIVE")] })),
        "GET /backups" => Answer::ok(&json!({ "backups": [] })),
        "GET /flavors" => Answer::ok(&json!({ "flavors": [] })),
        "GET /instances/i1/databases" => Answer::ok(&json!({ "databases": names(&[]) })),
        "GET /instances/i1/users" => Answer::ok(&json!({ "users": [] })),
        "GET /instances/i1" => Answer::instance("i1", "ACTIVE"),
        "POST /instances" => Answer::instance("i2", "BUILD"),
        "POST /backups" => Answer::json(202, &json!({ "backup": backup })),
        _ => Answer::accepted(),
    }
}

#[tokio::test]
async fn a_401_that_the_api_gives_to_one_call_is_its_refusal_and_no_word_about_the_login() {
    for words in [
        "Cannot create a replica of a replica i1.",
        "Swift account not accessible for tenant 1.",
        "User does not have admin privileges.",
    ] {
        for (line, call) in CALLS {
            let server = Server::start(move |request, nth| {
                if request.line() == line {
                    return Answer::fault(401, "unauthorized", words);
                }
                well(request, nth)
            })
            .await;
            let client = client(&server);
            client.sign_in().await.unwrap();

            let Err(error) = call(client).await else { panic!("{line} was accepted") };

            let Error::Unauthorized(refusal) = error else { panic!("{line}: {error}") };
            assert_eq!(refusal.message, words, "{line}");
            assert_eq!(server.count(line), 1, "{line}: {words}");
            assert_eq!(server.count(LOGIN), 1, "{line}: {words}");
        }
    }
}

/// The words of the API, of what stands before it, and of gateways for a token that is not good.
const TOKEN_REFUSED: [fn() -> Answer; 6] = [
    || Answer::fault(401, "unauthorized", "This server could not verify that you are authorized."),
    || Answer::fault(401, "unauthorized", "Token unauthorized"),
    || {
        let message = "The request you have made requires authentication.";
        Answer::json(401, &json!({"error": {"code": 401, "title": "x", "message": message}}))
    },
    || {
        Answer::text(401, "Authentication required")
            .header("WWW-Authenticate", "Keystone uri=https://identity.example.com")
    },
    || Answer::text(401, "<html><body><h1>401 Unauthorized</h1>nginx</body></html>"),
    || Answer::text(401, ""),
];

#[tokio::test]
async fn a_token_that_is_revoked_midway_costs_each_call_one_login_and_one_sending_more() {
    for (nth, refused) in TOKEN_REFUSED.into_iter().enumerate() {
        for (line, call) in CALLS {
            let server = Server::start(move |request, nth| match request.token.as_deref() {
                Some("token-1") => refused(),
                _ => well(request, nth),
            })
            .await;
            let client = client(&server);
            client.sign_in().await.unwrap();

            let done = call(client).await;

            assert!(done.is_ok(), "{nth}, {line}: {done:?}");
            assert_eq!(server.count(LOGIN), 2, "{nth}, {line}");
            let sent = server.received().into_iter().filter(|it| it.line() == line);
            let new = sent.filter(|it| it.token.as_deref() == Some("token-2")).count();
            assert!(new <= 1 || line.starts_with("GET"), "{nth}, {line}: {new}");
        }
    }
}

#[tokio::test]
async fn all_calls_share_the_login_that_replaces_a_revoked_token() {
    for refused in TOKEN_REFUSED {
        let server = Server::start(move |request, nth| match request.token.as_deref() {
            Some("token-1") => refused(),
            _ => well(request, nth),
        })
        .await;
        let client = client(&server);
        client.sign_in().await.unwrap();

        let done = join_all(CALLS.map(|(_, call)| call(client.clone()))).await;

        assert!(done.iter().all(Result::is_ok), "{done:?}");
        assert_eq!(server.count(LOGIN), 2);
        let writes = server
            .received()
            .into_iter()
            .filter(|it| it.token.as_deref() == Some("token-2") && it.method == "POST");
        let bodies: Vec<String> = writes.map(|it| format!("{} {}", it.path, it.body)).collect();
        let once: HashSet<&String> = bodies.iter().collect();
        assert_eq!(once.len(), bodies.len(), "{bodies:?}");
    }
}

/// A refusal of one call has no effect on the others, and a login that is refused later is still seen.
#[tokio::test]
async fn a_refused_call_does_not_use_up_the_renewal_of_a_token_that_ends_later() {
    let server = Server::start(|request, nth| match (request.line().as_str(), &request.token) {
        ("POST /instances", _) => Answer::fault(401, "unauthorized", "Not for you."),
        ("GET /flavors", Some(token)) if token == "token-1" => Answer::text(401, ""),
        _ => well(request, nth),
    })
    .await;
    let client = client(&server);

    for _ in 0..3 {
        client.instances().create(&new_instance()).await.unwrap_err();
    }
    assert_eq!(server.count(LOGIN), 1);
    client.flavors().list().await.unwrap();

    assert_eq!(server.count(LOGIN), 2);
}

/// A 401 has no effect, as far as its sender knows; the look tells it for sure.
#[tokio::test]
async fn a_creation_that_met_a_revoked_token_is_looked_for_before_it_is_sent_again() {
    for (line, call) in CALLS.into_iter().filter(|(line, _)| line.starts_with("POST")) {
        let server = Server::start(move |request, nth| match request.token.as_deref() {
            Some("token-1") if request.line() == line => Answer::text(401, ""),
            _ => well(request, nth),
        })
        .await;
        let client = client(&server);
        client.sign_in().await.unwrap();

        call(client).await.unwrap();

        let lines = server.lines();
        let since = lines.iter().rposition(|it| it == LOGIN).unwrap();
        let look = line.replace("POST", "GET").replace("/action", "");
        assert!(lines[since..].contains(&look), "{line}: {lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some(line), "{lines:?}");
    }
}
