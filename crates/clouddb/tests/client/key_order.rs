//! One key that two addresses want at once: what has it goes, then the other one gets it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clouddb::{Client, Error, NewDatabase, NewUser, Settings, Timing, UserChange, UserId};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Received, Server, names, quick};

/// What an instance holds: names of databases or of users.
#[derive(Clone)]
struct Names(Arc<Mutex<BTreeSet<String>>>);

impl Names {
    fn of(names: &[&str]) -> Self {
        Self(Arc::new(Mutex::new(names.iter().map(|&name| name.to_owned()).collect())))
    }

    fn now(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().cloned().collect()
    }

    /// Does what a server does with names that are taken and names that are not there.
    fn answer(&self, request: &Received) -> Answer {
        let mut all = self.0.lock().unwrap();
        let (parent, last) = request.path.rsplit_once('/').unwrap();
        let last = last.split("%40").next().unwrap().to_owned();
        let kind = if request.path.contains("/users") { "users" } else { "databases" };
        match request.method.as_str() {
            "GET" => {
                let shown: Vec<&str> = all.iter().map(String::as_str).collect();
                Answer::ok(&json!({ kind: names(&shown) }))
            }
            "POST" => {
                let new = request.body[kind][0]["name"].as_str().unwrap().to_owned();
                if all.insert(new) { Answer::accepted() } else { Answer::rejected() }
            }
            "DELETE" if all.remove(&last) => Answer::accepted(),
            "PUT" if parent.ends_with("/users") => {
                let new = request.body["user"]["name"].as_str().unwrap().to_owned();
                if all.contains(&new) {
                    return Answer::rejected();
                }
                all.remove(&last);
                all.insert(new);
                Answer::accepted()
            }
            _ => Answer::not_found(),
        }
    }

    async fn serve(&self) -> Server {
        let names = self.clone();
        Server::start(move |request, _| names.answer(request)).await
    }
}

fn id(name: &str) -> UserId {
    UserId { name: name.to_owned(), host: "%".to_owned() }
}

fn create(client: &Client, kind: &str, name: &str) -> JoinHandle<Result<(), Error>> {
    let (databases, users) = (client.databases("i1"), client.users("i1"));
    let (kind, name) = (kind.to_owned(), name.to_owned());
    tokio::spawn(async move {
        if kind == "databases" {
            let new = NewDatabase { name: name.clone(), character_set: None, collate: None };
            databases.create(&new).await?;
            databases.wait_until_present(&name).await
        } else {
            let password = "a-password".to_owned().into();
            let new = NewUser { id: id(&name), password, databases: Vec::new() };
            users.create(&new).await?;
            users.wait_until_present(&id(&name)).await
        }
    })
}

fn delete(client: &Client, kind: &str, name: &str) -> JoinHandle<Result<(), Error>> {
    let (databases, users) = (client.databases("i1"), client.users("i1"));
    let (kind, name) = (kind.to_owned(), name.to_owned());
    tokio::spawn(async move {
        if kind == "databases" {
            databases.delete(&name).await?;
            databases.wait_until_gone(&name).await
        } else {
            users.delete(&id(&name)).await?;
            users.wait_until_gone(&id(&name)).await
        }
    })
}

fn rename(client: &Client, old: &str, new: &str) -> JoinHandle<Result<(), Error>> {
    let (users, old) = (client.users("i1"), id(old));
    let change = UserChange { name: Some(new.to_owned()), ..UserChange::default() };
    tokio::spawn(async move { users.update(&old, &change).await })
}

/// A client whose waiting ends soon.
fn hasty(server: &Server) -> Client {
    server.client().within(Instant::now() + Duration::from_secs(5), CancellationToken::new())
}

/// None of them hangs, and none fails.
async fn all_end_well(tasks: Vec<JoinHandle<Result<(), Error>>>) {
    let all = futures_util::future::join_all(tasks);
    let ended = tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
    for task in ended {
        task.unwrap().unwrap();
    }
}

/// The service goes on listing what it has accepted to delete.
#[tokio::test]
async fn a_creation_is_sent_once_when_its_key_is_seen_to_be_free() {
    let server = Server::start(|request, nth| match request.method.as_str() {
        "GET" => Answer::ok(&json!({ "databases": names(if nth < 4 { &["shop"] } else { &[] }) })),
        _ => Answer::accepted(),
    })
    .await;
    let databases = server.client().databases("i1");
    let new = NewDatabase { name: "shop".to_owned(), character_set: None, collate: None };

    databases.delete("shop").await.unwrap();
    databases.create(&new).await.unwrap();

    let lines = server.lines();
    assert_eq!(lines.last().map(String::as_str), Some("POST /instances/i1/databases"));
    assert_eq!(server.count("POST /instances/i1/databases"), 1);
    assert_eq!(server.count("GET /instances/i1/databases"), 4, "{lines:#?}");
}

/// Both are asked for at once, and the creation comes to its refusal before the deletion has begun.
#[tokio::test]
async fn a_refused_creation_waits_for_a_deletion_that_begins_a_moment_later() {
    let held = Names::of(&["shop"]);
    let server = held.serve().await;
    let timing = Timing { list_delay: Duration::from_secs(10), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();

    let creation = create(&client, "databases", "shop");
    server.came("POST /instances/i1/databases", 1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!creation.is_finished());
    let deletion = delete(&client, "databases", "shop");
    all_end_well(vec![creation, deletion]).await;

    assert_eq!(held.now(), ["shop"]);
}

#[tokio::test]
async fn a_key_is_taken_by_what_stays_until_this_client_writes() {
    let held = Names::of(&["shop", "old"]);
    let server = held.serve().await;
    let client = server.client();
    let databases = client.databases("i1");

    assert!(databases.is_taken("shop").await.unwrap());
    assert!(!databases.is_taken("new").await.unwrap());
    delete(&client, "databases", "old").await.unwrap().unwrap();
    assert!(!databases.is_taken("shop").await.unwrap(), "it carries out what was planned");
}

#[tokio::test]
async fn a_key_is_not_taken_by_what_this_client_is_about_to_delete() {
    let held = Names::of(&["shop"]);
    let server = held.serve().await;
    let timing = Timing { list_delay: Duration::from_secs(10), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let databases = client.databases("i1");

    let asked = tokio::spawn(async move { databases.is_taken("shop").await });
    server.came("GET /instances/i1/databases", 1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    delete(&client, "databases", "shop").await.unwrap().unwrap();

    assert!(!asked.await.unwrap().unwrap());
}

/// In either order of the two calls.
#[tokio::test]
async fn what_is_deleted_and_created_at_once_is_there_in_the_end() {
    for kind in ["databases", "users"] {
        for creation_first in [false, true] {
            let held = Names::of(&["shop"]);
            let server = held.serve().await;
            let client = server.client();

            let first = creation_first.then(|| create(&client, kind, "shop"));
            tokio::task::yield_now().await;
            let deletion = delete(&client, kind, "shop");
            tokio::task::yield_now().await;
            let creation = first.unwrap_or_else(|| create(&client, kind, "shop"));
            all_end_well(vec![deletion, creation]).await;

            assert_eq!(held.now(), ["shop"], "{kind}, {creation_first}");
            let deletions = server.received().iter().filter(|it| it.method == "DELETE").count();
            assert_eq!(deletions, 1);
        }
    }
}

#[tokio::test]
async fn names_that_pass_from_one_user_to_the_next_are_taken_in_order() {
    let held = Names::of(&["ann", "bob", "cat"]);
    let server = held.serve().await;
    let client = server.client();

    // As when the first of three is taken out of a list that is counted.
    let tasks = vec![
        rename(&client, "ann", "bob"),
        rename(&client, "bob", "cat"),
        delete(&client, "users", "cat"),
    ];
    all_end_well(tasks).await;

    assert_eq!(held.now(), ["bob", "cat"]);
}

#[tokio::test]
async fn users_that_exchange_their_names_do() {
    for circle in [&["ann", "bob"][..], &["ann", "bob", "cat"]] {
        let held = Names::of(circle);
        let server = held.serve().await;
        let client = server.client();

        let next = circle.iter().cycle().skip(1);
        let tasks = circle.iter().zip(next).map(|(old, new)| rename(&client, old, new)).collect();
        all_end_well(tasks).await;

        assert_eq!(held.now(), circle);
        let renamings = server.received().iter().filter(|it| it.method == "PUT").count();
        // One of them steps aside; whoever came too early was refused once.
        assert!(renamings > circle.len(), "{renamings}");
    }
}

/// The other one took the old name, and then the new one is refused for good.
#[tokio::test]
async fn a_user_that_stepped_aside_and_can_go_nowhere_is_named() {
    let held = Names::of(&["ann", "bob"]);
    let names = held.clone();
    let server = Server::start(move |request, _| {
        let stands_aside = request.path.contains("/users/tf");
        if request.method == "PUT" && stands_aside {
            return Answer::fault(403, "forbidden", "No.");
        }
        names.answer(request)
    })
    .await;
    let client = server.client();

    let tasks = [rename(&client, "ann", "bob"), rename(&client, "bob", "ann")];
    let ended = futures_util::future::join_all(tasks).await;

    let errors: Vec<Error> = ended.into_iter().filter_map(|it| it.unwrap().err()).collect();
    let [Error::SteppedAside { name, host, .. }] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!((held.now().contains(name), host.as_str()), (true, "%"));
}

#[tokio::test]
async fn a_key_that_nobody_gives_free_is_refused() {
    let held = Names::of(&["ann", "bob"]);
    let server = held.serve().await;
    let client = server.client();

    let error = rename(&client, "ann", "bob").await.unwrap().unwrap_err();

    assert!(matches!(error, Error::Rejected(_)), "{error}");
    assert_eq!(held.now(), ["ann", "bob"]);
}

/// What stands there then is another one, and never goes.
#[tokio::test]
async fn a_deletion_is_over_when_its_key_was_made_anew() {
    for (kind, renamed) in [("databases", false), ("users", false), ("users", true)] {
        let held = Names::of(&["ann", "bob"]);
        let server = held.serve().await;
        let client = hasty(&server);
        let (databases, users) = (client.databases("i1"), client.users("i1"));

        match kind {
            "databases" => databases.delete("ann").await.unwrap(),
            _ => users.delete(&id("ann")).await.unwrap(),
        }
        let next =
            if renamed { rename(&client, "bob", "ann") } else { create(&client, kind, "ann") };
        next.await.unwrap().unwrap();
        match kind {
            "databases" => databases.wait_until_gone("ann").await.unwrap(),
            _ => users.wait_until_gone(&id("ann")).await.unwrap(),
        }

        assert!(held.now().contains(&"ann".to_owned()), "{kind}, {renamed}");
    }
}

/// It was seen to be free, so what has it now is nothing that goes.
#[tokio::test]
async fn a_key_that_somebody_else_took_after_a_deletion_is_refused() {
    for kind in ["databases", "users"] {
        let held = Names::of(&["other", "shop"]);
        let server = held.serve().await;
        let client = hasty(&server);
        delete(&client, kind, "shop").await.unwrap().unwrap();
        held.0.lock().unwrap().insert("shop".to_owned());
        delete(&client, kind, "other").await.unwrap().unwrap();

        let error = create(&client, kind, "shop").await.unwrap().unwrap_err();

        assert!(matches!(error, Error::Rejected(_)), "{kind}: {error}");
    }
}

/// The other one of the circle is not renamed, so its name is not free.
#[tokio::test]
async fn a_user_that_stepped_aside_in_vain_has_its_name_again() {
    let held = Names::of(&["ann", "bob"]);
    let names = held.clone();
    let server = Server::start(move |request, _| match request.method.as_str() {
        "PUT" if request.path.ends_with("/users/ann%40%25") => {
            Answer::fault(403, "forbidden", "No.")
        }
        _ => names.answer(request),
    })
    .await;
    let client = hasty(&server);

    let (ann, bob) = (rename(&client, "ann", "bob"), rename(&client, "bob", "ann"));
    let (ann, bob) = (ann.await.unwrap().unwrap_err(), bob.await.unwrap().unwrap_err());
    let again = create(&client, "users", "bob").await.unwrap().unwrap_err();

    assert!(matches!((&ann, &bob), (Error::Forbidden(_), Error::Rejected(_))), "{ann}, {bob}");
    assert_eq!(held.now(), ["ann", "bob"]);
    assert!(matches!(again, Error::Rejected(_)), "{again}");
}
