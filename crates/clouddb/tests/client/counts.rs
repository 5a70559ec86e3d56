//! How many requests things cost: counts, never times.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clouddb::{Client, Error, Settings, Source, Timing, UserId};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Server, instance, quick};
use crate::shelf::{Shelf, pages};

const DATABASES: &str = "GET /instances/i1/databases";
const USERS: &str = "GET /instances/i1/users";

fn user(name: &str) -> UserId {
    UserId { name: name.to_owned(), host: "%".to_owned() }
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

/// Twenty instances that are ready at this look.
async fn twenty(ready_at: usize) -> Server {
    Server::start(move |request, nth| {
        let status = if nth < ready_at { "BUILD" } else { "ACTIVE" };
        if request.path == "/instances" {
            let all: Vec<Value> = (0..20).map(|n| instance(&format!("i{n}"), status)).collect();
            return Answer::ok(&json!({ "instances": all }));
        }
        Answer::instance(request.path.trim_start_matches("/instances/"), status)
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
}

#[tokio::test]
async fn who_waits_alone_does_not_read_the_list_however_many_waited_before() {
    let server = twenty(1).await;
    let client = server.client();
    let instances = client.instances();

    let waits = ["i1", "i1", "i2"].map(|id| instances.wait_until_built(id));
    join_all(waits).await.into_iter().for_each(|ready| drop(ready.unwrap()));
    instances.wait_until_ready("i3").await.unwrap();

    assert_eq!(server.lines(), ["GET /instances", "GET /instances/i3"]);
}

/// Does so many things at a time, a new one as soon as one is done, as Terraform does.
async fn ten_at_a_time<Work: Future<Output = ()>>(work: impl Iterator<Item = Work>) {
    let work = Mutex::new(work);
    let next = || work.lock().unwrap().next();
    let workers = (0..10).map(|_| async {
        while let Some(work) = next() {
            work.await;
        }
    });
    join_all(workers).await;
}

#[tokio::test]
async fn deletions_that_follow_each_other_share_their_looks() {
    let shelf = Shelf::default();
    (0..200).for_each(|n| shelf.put("databases", &format!("d{n:03}")));
    let server = shelf.serve().await;
    let client = server.client();

    ten_at_a_time((0..200).map(|n| {
        let databases = client.databases("i1");
        async move {
            databases.delete(&format!("d{n:03}")).await.unwrap();
            databases.wait_until_gone(&format!("d{n:03}")).await.unwrap();
        }
    }))
    .await;

    assert_eq!(shelf.len("databases"), 0);
    // Twenty looks at a list that becomes shorter take 105 pages, and some deletions stray.
    assert!(server.count(DATABASES) <= 150, "{}", server.count(DATABASES));
}

#[tokio::test]
async fn new_passwords_ride_together_and_each_is_judged_by_itself() {
    let server = Server::start(|request, _| {
        let users = request.body["users"].as_array().unwrap();
        let refused = users.iter().any(|user| user["name"] == "u13");
        if refused { Answer::not_found() } else { Answer::accepted() }
    })
    .await;
    let client = server.client();
    let failed = &Mutex::new(Vec::new());

    ten_at_a_time((0..200).map(|n| {
        let users = client.users("i1");
        async move {
            let password = format!("Secret-of-{n}").into();
            if users.change_password(&user(&format!("u{n}")), &password).await.is_err() {
                failed.lock().unwrap().push(n);
            }
        }
    }))
    .await;

    assert_eq!(*failed.lock().unwrap(), [13]);
    // Twenty full ones, and the ten of the one that was refused.
    assert!(server.received().len() <= 35, "{}", server.received().len());
}

/// The looks of all together are counted in requests, not in listings.
#[tokio::test]
async fn a_look_at_a_long_list_costs_its_pages() {
    let server = Server::start(|request, _| {
        let marker = request.query.rsplit("marker=i").next();
        let from: u32 = marker.and_then(|it| it.parse().ok()).unwrap_or_default();
        let page: Vec<Value> =
            (from + 1..=41).take(20).map(|n| instance(&format!("i{n}"), "BUILD")).collect();
        let mut body = json!({ "instances": page });
        if from + 20 < 41 {
            let href = format!("https://x/instances?limit=20&marker=i{}", from + 20);
            body["links"] = json!([{ "rel": "next", "href": href }]);
        }
        Answer::ok(&body)
    })
    .await;
    let timing = Timing { polls_per_minute: 60, ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let client = client.within(Instant::now() + Duration::from_secs(1), CancellationToken::new());

    let waits = (1..=41).map(|n| {
        let instances = client.instances();
        async move { instances.wait_until_built(&format!("i{n}")).await.unwrap_err() }
    });
    join_all(waits).await;

    // Half of the budget may be spent at once; what the first look costs is not known before it.
    assert!(server.received().len() <= 30 + 2 + 3, "{}", server.received().len());
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
    let timing = Timing { poll_interval: never, max_poll_interval: never, ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let deadline = Instant::now() + Duration::from_secs(1);
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
            client.backups().list_of(&Source::Instance("i1".to_owned())).await.unwrap();
        }
    });
    join_all(reads).await;

    let mut lines = server.lines();
    lines.sort();
    assert_eq!(lines, ["GET /backups", "GET /datastores", "GET /flavors", "GET /instances",]);
}

#[tokio::test]
async fn a_write_makes_the_lists_of_instances_and_backups_worthless() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "GET /instances" => Answer::ok(&json!({ "instances": [] })),
        "GET /backups" => Answer::ok(&json!({ "backups": [] })),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();
    let look = async || {
        client.instances().list().await.unwrap();
        client.backups().list().await.unwrap();
        client.backups().list_of(&Source::Instance("i1".to_owned())).await.unwrap();
    };

    look().await;
    client.instances().rename("i1", "new").await.unwrap();
    look().await;
    client.backups().delete("b1").await.unwrap();
    look().await;

    assert_eq!(server.count("GET /instances"), 2);
    assert_eq!(server.count("GET /backups"), 3);
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
    let timing = Timing {
        outage_timeout: Duration::ZERO,
        poll_interval: never,
        max_poll_interval: never,
        ..quick()
    };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let deadline = Instant::now() + Duration::from_millis(500);
    let databases = client.within(deadline, CancellationToken::new()).databases("i1");
    databases.list().await.unwrap();
    databases.delete("e").await.unwrap();

    let error = databases.wait_until_present("d").await.unwrap_err();

    let Error::Deadline { last_error: Some(_), .. } = &error else { panic!("{error}") };
    assert_eq!(server.count(DATABASES), 2);
}
