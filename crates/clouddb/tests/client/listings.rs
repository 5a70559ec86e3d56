//! The shared listings of databases and users.

use std::ops::Range;
use std::time::Duration;

use clouddb::{Client, Error, NewDatabase, Settings, Timing, UserId};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::server::{Answer, Gate, Server, instance, names, quick};

const LIST: &str = "GET /instances/i1/databases";

fn listed(all: &[&str]) -> Answer {
    Answer::ok(&json!({ "databases": names(all) }))
}

fn new_database() -> NewDatabase {
    NewDatabase { name: "d".to_owned(), character_set: None, collate: None }
}

#[tokio::test]
async fn all_who_ask_share_one_listing_of_each_collection() {
    let server = Server::start(|request, _| match request.path.rsplit('/').next() {
        Some("users") => Answer::ok(&json!({ "users": names(&["u1"]) })),
        _ => listed(&["d1"]),
    })
    .await;
    let client = server.client();

    let reads = (0..50).map(|n| {
        let (databases, users) = (client.databases("i1"), client.users("i1"));
        async move {
            let id = UserId { name: format!("u{n}"), host: "%".to_owned() };
            let database = databases.find(&format!("d{n}")).await.unwrap();
            (database.is_some(), users.find(&id).await.unwrap().is_some())
        }
    });
    let found = futures_util::future::join_all(reads).await;
    client.databases("i1").list().await.unwrap();

    assert_eq!(found.iter().filter(|it| **it == (true, true)).count(), 1);
    assert_eq!(found.iter().filter(|it| **it == (false, false)).count(), 49);
    // What is missing is looked for once more, and all who miss something share that look too.
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn instances_do_not_share_listings() {
    let server = Server::start(|_, _| listed(&["d"])).await;
    let client = server.client();

    client.databases("i1").list().await.unwrap();
    client.databases("i2").list().await.unwrap();

    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_write_makes_the_listing_worthless() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("GET", 1 | 2) => listed(&[]),
        ("GET", _) => listed(&["d"]),
        _ => Answer::accepted(),
    })
    .await;
    let databases = server.client().databases("i1");

    let before = databases.find("d").await.unwrap();
    databases.create(&new_database()).await.unwrap();
    let after = databases.find("d").await.unwrap();

    assert_eq!((before.is_some(), after.is_some()), (false, true));
    assert_eq!(server.count(LIST), 2 + 1);
}

#[tokio::test]
async fn a_listing_that_began_before_a_write_does_not_answer_after_it() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.method.as_str(), nth) {
        ("GET", 1) => listed(&[]).held(&held),
        ("GET", _) => listed(&["d"]),
        _ => Answer::accepted(),
    })
    .await;
    let databases = server.client().databases("i1");
    let early = databases.clone();
    let early = tokio::spawn(async move { early.find("d").await });
    server.came(LIST, 1).await;

    databases.delete("other").await.unwrap();
    let after = databases.find("d").await.unwrap();
    gate.open();

    assert!(after.is_some());
    early.await.unwrap().unwrap();
    // The old listing came in last, and must not have taken the place of the new one.
    assert!(databases.find("d").await.unwrap().is_some());
    assert_eq!(server.count(LIST), 2);
}

#[tokio::test]
async fn a_failed_page_fails_all_who_wait_and_the_next_read_starts_afresh() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, nth| match nth {
        1 => Answer::ok(&json!({
            "databases": names(&["d"]),
            "links": [{"rel": "next", "href": "https://x/databases?marker=d"}],
        })),
        2 => Answer::fault(403, "forbidden", "No.").held(&held),
        _ => listed(&["d"]),
    })
    .await;
    let client = server.client();
    let reads: Vec<_> = (0..5)
        .map(|_| {
            let databases = client.databases("i1");
            tokio::spawn(async move { databases.find("d").await })
        })
        .collect();
    server.came(LIST, 2).await;
    gate.open();

    for read in reads {
        let error = read.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)), "{error}");
    }
    assert!(client.databases("i1").find("d").await.unwrap().is_some());
    assert_eq!(server.count(LIST), 3);
}

#[tokio::test]
async fn a_listing_outlives_the_caller_who_wanted_it_first() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, _| listed(&["d"]).held(&held)).await;
    let client = server.client();
    let read = |client: &Client| {
        let databases = client.databases("i1");
        tokio::spawn(async move { databases.find("d").await })
    };
    let first = read(&client);
    server.came(LIST, 1).await;
    let second = read(&client);
    tokio::task::yield_now().await;

    first.abort();
    let _ = first.await;
    gate.open();

    assert!(second.await.unwrap().unwrap().is_some());
    assert_eq!(server.count(LIST), 1);
}

#[tokio::test]
async fn an_old_listing_is_fetched_again() {
    let server = Server::start(|_, _| listed(&["d"])).await;
    let timing = Timing { list_max_age: Duration::ZERO, ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();

    client.databases("i1").list().await.unwrap();
    client.databases("i1").list().await.unwrap();

    assert_eq!(server.count(LIST), 2);
}

#[tokio::test]
async fn a_database_is_waited_for_until_a_listing_has_it() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("GET", 1..=3) => listed(&[]),
        ("GET", _) => listed(&["d"]),
        _ => Answer::accepted(),
    })
    .await;
    let databases = server.client().databases("i1");

    databases.create(&new_database()).await.unwrap();
    databases.wait_until_present("d").await.unwrap();
    let found = databases.find("d").await.unwrap();

    assert!(found.is_some());
    assert_eq!(server.count(LIST), 4);
}

#[tokio::test]
async fn a_database_is_gone_when_no_listing_has_it_or_the_instance_is_gone() {
    for last in [|| listed(&["e"]), Answer::not_found] {
        let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
            (LIST, 1 | 2) => listed(&["d", "e"]),
            (LIST, _) => last(),
            ("DELETE /instances/i1/databases/d", _) => Answer::accepted(),
            _ => Answer::not_found(),
        })
        .await;
        let databases = server.client().databases("i1");

        databases.delete("d").await.unwrap();
        databases.wait_until_gone("d").await.unwrap();

        assert_eq!(server.count(LIST), 3);
    }
}

#[tokio::test]
async fn what_belongs_to_an_instance_that_is_gone_is_not_found() {
    let server = Server::start(|_, _| Answer::not_found()).await;
    let databases = server.client().databases("i1");

    assert_eq!(databases.find("d").await.unwrap(), None);
    let error = databases.list().await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
    let error = databases.wait_until_present("d").await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
}

#[tokio::test]
async fn an_instance_that_cannot_be_listed_yet_is_waited_for() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (LIST, 1) => Answer::busy(),
        (LIST, _) => listed(&["d"]),
        (_, 1) => Answer::instance("i1", "BUILD"),
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await;

    let found = server.client().databases("i1").find("d").await.unwrap();

    assert!(found.is_some());
    assert_eq!(server.count("GET /instances/i1"), 2);
}

#[tokio::test]
async fn a_listing_that_began_before_a_write_is_not_kept() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| match (request.method.as_str(), nth) {
        ("GET", 1) => listed(&[]).held(&held),
        ("GET", _) => listed(&["d"]),
        _ => Answer::accepted(),
    })
    .await;
    let databases = server.client().databases("i1");
    let early = databases.clone();
    let early = tokio::spawn(async move { early.find("d").await });
    server.came(LIST, 1).await;

    databases.delete("other").await.unwrap();
    gate.open();
    early.await.unwrap().unwrap();

    assert!(databases.find("d").await.unwrap().is_some());
    assert_eq!(server.count(LIST), 2);
}

/// Something that is asked of a client.
type Call = fn(Client) -> BoxFuture<'static, ()>;

/// A write is on its way, a listing begins and is answered first: it may have been read before the write.
#[tokio::test]
async fn a_listing_that_was_answered_before_a_write_was_is_not_kept() {
    let lists: [(&str, Call); 6] = [
        (LIST, |it| async move { drop(it.databases("i1").list().await.unwrap()) }.boxed()),
        ("GET /instances/i1/users", |it| {
            async move { drop(it.users("i1").list().await.unwrap()) }.boxed()
        }),
        ("GET /backups", |it| async move { drop(it.backups().list().await.unwrap()) }.boxed()),
        ("GET /instances", |it| async move { drop(it.instances().list().await.unwrap()) }.boxed()),
        ("GET /schedules", |it| async move { drop(it.schedules().list().await.unwrap()) }.boxed()),
        ("GET /ha", |it| async move { drop(it.ha_groups().list().await.unwrap()) }.boxed()),
    ];
    // The creation of a database changes nothing in the lists of the account, and what is done to a group
    // nothing inside an instance that is not known to be in it.
    let writes: [(&str, Call, Range<usize>); 3] = [
        (
            "DELETE /instances/i1/databases/old",
            |it| async move { it.databases("i1").delete("old").await.unwrap() }.boxed(),
            0..6,
        ),
        (
            "POST /instances/i1/databases",
            |it| {
                async move { drop(it.databases("i1").create(&new_database()).await.unwrap()) }
                    .boxed()
            },
            0..2,
        ),
        (
            "POST /ha/h1/action",
            |it| async move { it.ha_groups().restart("h1").await.unwrap() }.boxed(),
            2..6,
        ),
    ];
    for (write_line, write, affected) in writes {
        for (list_line, list) in &lists[affected] {
            let gate = Gate::closed();
            let held = gate.clone();
            let server = Server::start(move |request, _| match request.line().as_str() {
                line if line == write_line => Answer::accepted().held(&held),
                "GET /ha" => Answer::ok(&json!({ "ha_instances": [] })),
                "GET /ha/h1" => Answer::ok(&json!({
                    "ha_instance": { "id": "h1", "name": "shop", "state": "ACTIVE" }
                })),
                _ => {
                    let kind = request.path.rsplit('/').next().unwrap();
                    Answer::ok(&json!({ kind: [] }))
                }
            })
            .await;
            let timing = Timing { list_delay: Duration::ZERO, ..quick() };
            let client = Client::new(Settings { timing, ..server.settings() }).unwrap();

            let writing = tokio::spawn(write(client.clone()));
            server.came(write_line, 1).await;
            let before = server.count(list_line);
            list(client.clone()).await;
            gate.open();
            writing.await.unwrap();
            list(client.clone()).await;

            assert_eq!(server.count(list_line), before + 2, "{write_line}, {list_line}");
        }
    }
}

/// Whoever asks while a write is at the server may get what it has done already.
#[tokio::test]
async fn a_listing_from_before_a_write_answers_nobody_who_asks_while_it_is_on_its_way() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, _| match request.method.as_str() {
        "GET" => listed(&["old"]),
        _ => Answer::accepted().held(&held),
    })
    .await;
    let timing = Timing { list_delay: Duration::ZERO, ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let databases = client.databases("i1");
    databases.list().await.unwrap();
    let writer = databases.clone();

    let writing = tokio::spawn(async move { writer.delete("old").await });
    server.came("DELETE /instances/i1/databases/old", 1).await;
    databases.list().await.unwrap();
    gate.open();
    writing.await.unwrap().unwrap();

    assert_eq!(server.count(LIST), 2);
}

#[tokio::test]
async fn a_list_of_instances_from_before_a_look_at_one_of_them_is_not_kept() {
    let server = Server::start(|request, nth| match request.path.as_str() {
        "/instances" => {
            let status = if nth == 1 { "BUILD" } else { "ACTIVE" };
            Answer::ok(&json!({ "instances": [instance("i1", status)] }))
        }
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await;
    let instances = server.client().instances();

    instances.list().await.unwrap();
    instances.wait_until_ready("i1").await.unwrap();
    let list = instances.list().await.unwrap();

    assert_eq!(list[0].status.as_str(), "ACTIVE");
}
