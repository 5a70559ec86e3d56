//! How many requests things cost: counts, never times.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clouddb::{Client, Error, NewDatabase, NewUser, Pace, Settings, UserId};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Gate, Server, instance, quick};
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
async fn a_plan_that_changes_nothing_costs_one_listing_of_each_collection() {
    for (databases, users) in [(1, 1), (20, 20), (21, 21), (200, 200), (1000, 1000)] {
        let shelf = Shelf::default();
        (0..databases).for_each(|n| shelf.put("databases", &format!("d{n:04}")));
        (0..users).for_each(|n| shelf.put("users", &format!("u{n:04}")));
        let server = shelf.serve().await;
        let client = server.client();

        let database_reads = (0..databases).map(|n| {
            let databases = client.databases("i1");
            async move { databases.find(&format!("d{n:04}")).await.unwrap().is_some() }
        });
        let user_reads = (0..users).map(|n| {
            let users = client.users("i1");
            async move { users.find(&user(&format!("u{n:04}"))).await.unwrap().is_some() }
        });
        let (found_databases, found_users) =
            tokio::join!(join_all(database_reads), join_all(user_reads));
        let listed = client.databases("i1").list().await.unwrap().len();

        assert!(found_databases.iter().chain(&found_users).all(|found| *found));
        assert_eq!(listed, databases);
        assert_eq!(server.count(DATABASES), pages(databases));
        assert_eq!(server.count(USERS), pages(users));
        assert_eq!(server.received().len(), pages(databases) + pages(users));
    }
}

#[tokio::test]
async fn creations_that_follow_each_other_ride_in_full_batches_and_share_their_looks() {
    let server = Shelf::default().serve().await;
    let client = server.client();

    make_databases(&client, in_order(200)).await;

    assert_eq!(server.count("POST /instances/i1/databases"), 20);
    // One page a batch: the one on which its members stand. Reading them back takes none.
    assert_eq!(server.count(DATABASES), 20);
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
    for (rank, most) in [(letters as fn(&str) -> String, 40), (backwards, 70), (by_its_end, 70)] {
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
    let pace = Pace { gathering: Duration::from_millis(200), ..quick() };
    let client = Client::new(Settings { pace, ..server.settings() }).unwrap();
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
async fn databases_and_users_that_come_together_take_two_requests_and_two_looks() {
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
    assert_eq!((server.count(DATABASES), server.count(USERS)), (1, 1));
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
async fn deletions_that_come_together_share_one_look() {
    let shelf = Shelf::default();
    (0..10).for_each(|n| shelf.put("databases", &format!("d{n}")));
    let server = shelf.serve().await;
    let client = server.client();

    let deletions = (0..10).map(|n| {
        let databases = client.databases("i1");
        async move {
            databases.delete(&format!("d{n}")).await.unwrap();
            databases.wait_until_gone(&format!("d{n}")).await.unwrap();
        }
    });
    join_all(deletions).await;

    assert_eq!(server.count(DATABASES), 1);
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

/// Twenty instances that are ready at this look.
async fn twenty(ready_at: usize) -> Server {
    Server::start(move |request, nth| {
        let status = if nth < ready_at { "BUILD" } else { "ACTIVE" };
        if request.path == "/instances" {
            let all: Vec<Value> = (0..20).map(|n| instance(&format!("i{n}"), status)).collect();
            return Answer::ok(&json!({ "instances": all }));
        }
        Answer::not_found()
    })
    .await
}

#[tokio::test]
async fn twenty_instances_that_are_being_built_are_looked_at_together() {
    let server = twenty(4).await;
    let client = server.client();

    let waits = (0..20).map(|n| {
        let instances = client.instances();
        async move { instances.wait_until_built(&format!("i{n}")).await }
    });
    for ready in join_all(waits).await {
        assert_eq!(ready.unwrap().status.as_str(), "ACTIVE");
    }

    assert_eq!(server.lines(), ["GET /instances"; 4]);
}

#[tokio::test]
async fn a_list_that_takes_more_requests_than_there_are_waits_is_not_read() {
    let all: Vec<Value> = (0..60).map(|n| instance(&format!("i{n}"), "ACTIVE")).collect();
    let server = Server::start(move |request, nth| {
        let Some(id) = request.path.strip_prefix("/instances/") else {
            let page = &all[(nth - 1) % 3 * 20..][..20];
            let mut body = json!({ "instances": page });
            if nth % 3 != 0 {
                body["links"] = json!([{"rel": "next", "href": format!("https://x?marker={nth}")}]);
            }
            return Answer::ok(&body);
        };
        Answer::instance(id, if nth < 3 { "BUILD" } else { "ACTIVE" })
    })
    .await;
    let client = server.client();
    client.instances().list().await.unwrap();

    let waits = ["i1", "i2"].map(|id| {
        let instances = client.instances();
        async move { instances.wait_until_ready(id).await.unwrap() }
    });
    join_all(waits).await;

    assert_eq!(server.count("GET /instances"), 3);
    assert_eq!((server.count("GET /instances/i1"), server.count("GET /instances/i2")), (3, 3));
}

#[tokio::test]
async fn what_the_list_does_not_have_is_asked_for_by_its_id() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/instances" => Answer::ok(&json!({ "instances": [instance("i1", "ACTIVE")] })),
        "/instances/i2" => Answer::instance("i2", "ACTIVE"),
        _ => Answer::not_found(),
    })
    .await;
    let instances = server.client().instances();

    let (listed, hidden, gone, missing) = tokio::join!(
        instances.wait_until_built("i1"),
        instances.wait_until_built("i2"),
        instances.wait_until_gone("i3"),
        instances.wait_until_built("i4"),
    );

    listed.unwrap();
    hidden.unwrap();
    gone.unwrap();
    assert!(matches!(missing, Err(Error::NotFound(_))), "{missing:?}");
    assert_eq!(server.count("GET /instances"), 1);
}

#[tokio::test]
async fn who_may_not_list_looks_at_each_instance() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/instances" => Answer::fault(403, "forbidden", "No."),
        path => Answer::instance(path.trim_start_matches("/instances/"), "ACTIVE"),
    })
    .await;
    let instances = server.client().instances();

    let (one, two) =
        tokio::join!(instances.wait_until_built("i1"), instances.wait_until_built("i2"));

    assert_eq!((one.unwrap().id.as_str(), two.unwrap().id.as_str()), ("i1", "i2"));
}

#[tokio::test]
async fn backups_that_are_being_made_are_looked_at_together() {
    let server = Server::start(|_, nth| {
        let status = if nth < 3 { "BUILDING" } else { "COMPLETED" };
        let backup = |n| json!({ "id": format!("b{n}"), "name": "n", "status": status });
        Answer::ok(&json!({ "backups": (0..5).map(backup).collect::<Vec<_>>() }))
    })
    .await;
    let client = server.client();

    let waits = (0..5).map(|n| {
        let backups = client.backups();
        async move { backups.wait_until_completed(&format!("b{n}")).await.unwrap() }
    });
    join_all(waits).await;

    assert_eq!(server.lines(), ["GET /backups"; 3]);
}

#[tokio::test]
async fn a_new_instance_is_looked_at_before_the_deadline_however_short_that_is() {
    let server = Server::start(|_, _| Answer::instance("i1", "BUILD")).await;
    let never = Duration::from_hours(1);
    let pace = Pace { build_head_start: never, first_poll: never, longest_poll: never, ..quick() };
    let client = Client::new(Settings { pace, ..server.settings() }).unwrap();
    let deadline = Instant::now() + Duration::from_millis(100);
    let client = client.within(deadline, CancellationToken::new());

    let error = client.instances().wait_until_built("i1").await.unwrap_err();

    let Error::Deadline { last_status, .. } = &error else { panic!("{error}") };
    assert_eq!(last_status.as_deref(), Some("BUILD"));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn lists_that_many_want_are_fetched_once() {
    let server = Server::start(|request, _| {
        let name = request.path.rsplit('/').next().unwrap();
        Answer::ok(&json!({ name: [] }))
    })
    .await;
    let client = Arc::new(server.client());

    let reads = (0..10).map(|_| {
        let client = Arc::clone(&client);
        async move {
            client.flavors().list().await.unwrap();
            client.datastores().list().await.unwrap();
            client.instances().list().await.unwrap();
            client.backups().list().await.unwrap();
            client.backups().list_of("i1").await.unwrap();
        }
    });
    join_all(reads).await;

    let mut lines = server.lines();
    lines.sort();
    assert_eq!(
        lines,
        [
            "GET /backups",
            "GET /datastores",
            "GET /flavors",
            "GET /instances",
            "GET /instances/i1/backups",
        ]
    );
}

#[tokio::test]
async fn a_write_makes_the_lists_of_instances_and_backups_worthless() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "GET /instances" => Answer::ok(&json!({ "instances": [] })),
        "GET /backups" | "GET /instances/i1/backups" => Answer::ok(&json!({ "backups": [] })),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();
    let look = async || {
        client.instances().list().await.unwrap();
        client.backups().list().await.unwrap();
        client.backups().list_of("i1").await.unwrap();
    };

    look().await;
    client.instances().rename("i1", "new").await.unwrap();
    look().await;
    client.backups().delete("b1").await.unwrap();
    look().await;

    assert_eq!(server.count("GET /instances"), 2);
    assert_eq!(server.count("GET /backups"), 3);
    assert_eq!(server.count("GET /instances/i1/backups"), 3);
}

#[tokio::test]
async fn an_old_listing_is_no_reason_to_look_again_at_once_after_a_failure() {
    let shelf = Shelf::default();
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (DATABASES, 2..) => Answer::text(503, "down"),
        _ => shelf.answer(request),
    })
    .await;
    let never = Duration::from_hours(1);
    let pace =
        Pace { longest_outage: Duration::ZERO, first_poll: never, longest_poll: never, ..quick() };
    let client = Client::new(Settings { pace, ..server.settings() }).unwrap();
    let deadline = Instant::now() + Duration::from_millis(500);
    let databases = client.within(deadline, CancellationToken::new()).databases("i1");
    databases.list().await.unwrap();
    databases.delete("e").await.unwrap();

    let error = databases.wait_until_present("d").await.unwrap_err();

    let Error::Deadline { last_error: Some(_), .. } = &error else { panic!("{error}") };
    assert_eq!(server.count(DATABASES), 2);
}
