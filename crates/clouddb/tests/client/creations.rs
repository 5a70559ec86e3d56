//! What the creation of databases and users costs: counts of requests, never times.

use std::sync::Mutex;
use std::time::Duration;

use clouddb::{Client, Error, NewDatabase, NewUser, Settings, Timing, UserId};
use futures_util::future::join_all;
use serde_json::json;

use crate::server::{Answer, Gate, Server, quick};
use crate::shelf::{Shelf, pages};

const DATABASES: &str = "GET /instances/i1/databases";
const USERS: &str = "GET /instances/i1/users";

fn new_database(name: &str) -> NewDatabase {
    NewDatabase { name: name.to_owned(), character_set: None, collate: None }
}

fn user(name: &str) -> UserId {
    UserId { name: name.to_owned(), host: "%".to_owned() }
}

/// Makes a database as Terraform does: create, wait, read.
async fn make_database(client: &Client, name: &str) -> Result<(), Error> {
    let databases = client.databases("i1");
    databases.create(&new_database(name)).await?;
    databases.wait_until_present(name).await?;
    assert!(databases.find(name).await?.is_some());
    Ok(())
}

async fn make_user(client: &Client, name: &str) -> Result<(), Error> {
    let (users, id) = (client.users("i1"), user(name));
    let password = "a-password".to_owned().into();
    users.create(&NewUser { id: id.clone(), password, databases: Vec::new() }).await?;
    users.wait_until_present(&id).await?;
    assert!(users.find(&id).await?.is_some());
    Ok(())
}

/// Makes these databases, at most ten at a time, a new one as soon as one is made.
async fn make_databases(client: &Client, names: impl Iterator<Item = String>) {
    let names = Mutex::new(names);
    let next = || names.lock().unwrap().next();
    let workers = (0..10).map(|_| async {
        while let Some(name) = next() {
            make_database(client, &name).await.unwrap();
        }
    });
    join_all(workers).await;
}

/// So many names, one after another.
fn in_order(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("d{n:04}"))
}

/// The same names, as Terraform takes them: in no order.
fn in_no_order(count: usize) -> impl Iterator<Item = String> {
    let prime = 7919;
    (0..count).map(move |n| format!("d{:04}", n * prime % count))
}

#[tokio::test]
async fn creations_that_follow_each_other_ride_in_full_batches_and_share_their_looks() {
    let server = Shelf::default().serve().await;
    let client = server.client();

    make_databases(&client, in_order(200)).await;

    assert_eq!(server.count("POST /instances/i1/databases"), 20);
    // What was there before, and one page a batch: the one on which its members stand. Reading them
    // back takes none.
    assert_eq!(server.count(DATABASES), 1 + 20);
}

#[tokio::test]
async fn only_the_pages_are_read_on_which_new_objects_stand() {
    for (count, most) in [(200, 85), (1000, 900)] {
        let shelf = Shelf::default();
        let server = shelf.serve().await;

        make_databases(&server.client(), in_no_order(count)).await;

        let whole: usize = (1..=count / 10).map(|batch| pages(batch * 10)).sum();
        let looks = server.count(DATABASES);
        println!("{count} databases: {looks} pages, {whole} if all were read after each batch");
        assert_eq!(server.count("POST /instances/i1/databases"), count / 10);
        assert_eq!(shelf.len("databases"), count);
        assert!(looks <= most, "{looks}");
    }
}

#[tokio::test]
async fn the_server_may_sort_as_it_likes() {
    let letters = |name: &str| name.to_uppercase();
    let backwards = |name: &str| name.bytes().map(|byte| char::from(255 - byte)).collect();
    let by_its_end = |name: &str| name.chars().rev().collect();
    let whole: usize = (1..=10).map(|batch| pages(batch * 10)).sum();
    for (rank, most) in [
        (letters as fn(&str) -> String, whole - 1),
        // In an order that is not known there are no partial lists, whose failures would double it.
        (backwards, whole + 10),
        (by_its_end, whole + 10),
    ] {
        let shelf = Shelf::sorted_by(rank);
        let server = shelf.serve().await;
        let names = in_no_order(100).enumerate();

        let mixed =
            |(n, name): (usize, String)| if n % 2 == 0 { name.to_uppercase() } else { name };
        make_databases(&server.client(), names.map(mixed)).await;

        assert_eq!(shelf.len("databases"), 100);
        let looks = server.count(DATABASES);
        assert!(looks <= most, "{looks}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_take_a_marker_is_listed_all_the_same() {
    let shelf = Shelf::default();
    let kept = shelf.clone();
    let refusal = json!({ "badRequest": { "code": 400, "message": "marker" } });
    let server = Server::start(move |request, _| {
        let own_marker = request.query.contains("limit=1000&marker");
        if own_marker { Answer::json(400, &refusal) } else { kept.answer(request) }
    })
    .await;

    make_databases(&server.client(), in_order(40)).await;

    assert_eq!(shelf.len("databases"), 40);
}

#[tokio::test]
async fn a_new_object_is_found_though_others_have_changed_what_was_there() {
    let shelf = Shelf::default();
    let server = shelf.serve().await;
    let client = server.client();
    make_databases(&client, in_order(100)).await;
    let before = server.count(DATABASES);

    // The last one before it is gone, and thirty stand there that nobody has seen.
    shelf.take("databases", "d0050");
    (0..30).for_each(|n| shelf.put("databases", &format!("d0050-{n:02}")));
    make_database(&client, "d0050-99").await.unwrap();
    make_database(&client, "d0049-99").await.unwrap();

    // The page that is not the one, all seven, and one for the other.
    assert_eq!(server.count(DATABASES) - before, 1 + 7 + 1);
}

#[tokio::test]
async fn a_crowd_that_becomes_smaller_is_not_waited_for_twice() {
    let server = Shelf::default().serve().await;
    let client = server.client();

    make_databases(&client, in_order(23)).await;

    assert_eq!(server.count("POST /instances/i1/databases"), 3);
}

#[tokio::test]
async fn nobody_waits_for_those_who_are_busy_with_another_instance() {
    let gate = Gate::closed();
    let (shelf, held) = (Shelf::default(), gate.clone());
    let server = Server::start(move |request, _| {
        let answer = shelf.answer(request);
        if request.line() == "POST /instances/i3/databases" { answer.held(&held) } else { answer }
    })
    .await;
    // Whoever waits for others waits for fifty moments: ten seconds.
    let timing = Timing { linger: Duration::from_millis(200), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let make = |instance: &'static str, name: String| {
        let databases = client.databases(instance);
        async move {
            databases.create(&new_database(&name)).await.unwrap();
            databases.wait_until_present(&name).await.unwrap();
            databases.find(&name).await.unwrap();
        }
    };

    let five = |instance| join_all((0..5).map(move |n| make(instance, format!("{instance}-{n}"))));
    tokio::join!(five("i1"), five("i2"));
    let busy = join_all((0..9).map(|n| make("i3", format!("i3-{n}"))));
    let alone = async {
        make("i1", "alone".to_owned()).await;
        gate.open();
    };

    let both = async { tokio::join!(busy, alone) };
    tokio::time::timeout(Duration::from_secs(9), both).await.expect("the others are elsewhere");
}

#[tokio::test]
async fn databases_and_users_that_come_together_take_two_requests_and_two_looks_each() {
    let server = Shelf::default().serve().await;
    let client = server.client();

    let databases = (0..5).map(|n| {
        let client = client.clone();
        async move { make_database(&client, &format!("d{n}")).await.unwrap() }
    });
    let users = (0..5).map(|n| {
        let client = client.clone();
        async move { make_user(&client, &format!("u{n}")).await.unwrap() }
    });
    tokio::join!(join_all(databases), join_all(users));

    assert_eq!(server.count("POST /instances/i1/databases"), 1);
    assert_eq!(server.count("POST /instances/i1/users"), 1);
    assert_eq!((server.count(DATABASES), server.count(USERS)), (2, 2));
}

#[tokio::test]
async fn what_appears_late_is_looked_for_once_for_all() {
    let shelf = Shelf::default();
    let late = shelf.clone();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (DATABASES, 1..=3) => Answer::ok(&json!({ "databases": [] })),
        _ => late.answer(request),
    })
    .await;
    let client = server.client();

    make_databases(&client, in_order(10)).await;

    assert_eq!(server.count(DATABASES), 4);
}

#[tokio::test]
async fn what_a_listing_showed_of_a_new_object_does_not_outlive_a_deletion() {
    let server = Shelf::default().serve().await;
    let databases = server.client().databases("i1");

    databases.create(&new_database("d")).await.unwrap();
    databases.wait_until_present("d").await.unwrap();
    databases.delete("d").await.unwrap();

    assert_eq!(databases.find("d").await.unwrap(), None);
}

#[tokio::test]
async fn what_a_listing_showed_of_a_new_object_answers_one_question() {
    let shelf = Shelf::default();
    let server = shelf.serve().await;
    let (databases, others) = (server.client().databases("i1"), server.client().databases("i1"));

    databases.create(&new_database("d")).await.unwrap();
    databases.wait_until_present("d").await.unwrap();
    others.create(&new_database("e")).await.unwrap();
    shelf.take("databases", "d");
    let first = databases.find("d").await.unwrap();
    databases.create(&new_database("f")).await.unwrap();
    let second = databases.find("d").await.unwrap();

    assert_eq!((first.is_some(), second.is_some()), (true, false));
}
