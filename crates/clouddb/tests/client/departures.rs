//! Deletions in company: the last of them looks for the end of all, and names what is not gone.

use std::sync::Mutex;
use std::time::Duration;

use clouddb::{Client, Error, NewDatabase, Settings, Timing, UserId};
use futures_util::future::join_all;
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Gate, Server, quick};
use crate::shelf::Shelf;

const DATABASES: &str = "GET /instances/i1/databases";

fn full(databases: usize, users: usize) -> Shelf {
    let shelf = Shelf::default();
    (0..databases).for_each(|n| shelf.put("databases", &format!("d{n:03}")));
    (0..users).for_each(|n| shelf.put("users", &format!("u{n:03}")));
    shelf
}

/// A server whose deletion of this database is accepted and does nothing.
async fn keeping(shelf: &Shelf, kept: &'static str) -> Server {
    let shelf = shelf.clone();
    Server::start(move |request, _| {
        if request.line() == format!("DELETE /instances/i1/databases/{kept}") {
            return Answer::accepted();
        }
        shelf.answer(request)
    })
    .await
}

fn within(client: &Client, time: Duration) -> Client {
    client.within(Instant::now() + time, CancellationToken::new())
}

/// How the deletions of these databases end, all begun at once.
async fn delete(client: &Client, names: &[&str]) -> Vec<Result<(), Error>> {
    let deletions = names.iter().map(|name| {
        let databases = client.databases("i1");
        async move { databases.delete_in_company(name).await }
    });
    join_all(deletions).await
}

#[tokio::test]
async fn four_hundred_deletions_in_company_take_a_handful_of_looks() {
    let shelf = full(200, 200);
    let server = shelf.serve().await;
    let client = &server.client();
    let left = &Mutex::new(0..400);

    let workers = (0..10).map(|_| async {
        loop {
            let Some(n) = left.lock().unwrap().next() else { return };
            if n < 200 {
                client.databases("i1").delete_in_company(&format!("d{n:03}")).await.unwrap();
            } else {
                let id = UserId { name: format!("u{:03}", n - 200), host: "%".to_owned() };
                client.users("i1").delete_in_company(&id).await.unwrap();
            }
        }
    });
    join_all(workers).await;

    assert_eq!((shelf.len("databases"), shelf.len("users")), (0, 0));
    let all = server.received().len();
    assert!(all <= 410, "{all} requests");
}

#[tokio::test]
async fn one_alone_looks_for_its_own_end() {
    let shelf = full(2, 0);
    let server = keeping(&shelf, "d001").await;
    let client = within(&server.client(), Duration::from_millis(300));

    assert!(delete(&client, &["d000"]).await.remove(0).is_ok());
    let stays = delete(&client, &["d001"]).await.remove(0).unwrap_err();

    assert!(matches!(&stays, Error::Deadline { id, .. } if id == "i1/d001"), "{stays}");
}

#[tokio::test]
async fn the_last_one_names_what_is_not_gone() {
    let shelf = full(5, 0);
    let server = keeping(&shelf, "d000").await;
    let client = within(&server.client(), Duration::from_secs(1));

    let ended = delete(&client, &["d000", "d001", "d002", "d003"]).await;

    let errors: Vec<Error> = ended.into_iter().filter_map(Result::err).collect();
    let [Error::NotGone { ids, cause }] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(ids.as_slice(), ["i1/d000"]);
    assert!(matches!(&**cause, Error::Deadline { .. }), "{cause}");
    assert_eq!(shelf.len("databases"), 2);
}

#[tokio::test]
async fn one_that_is_refused_looks_for_the_others_all_the_same() {
    for kept in ["d000", "nothing"] {
        let shelf = full(3, 0);
        let answering = shelf.clone();
        let server = Server::start(move |request, _| match request.line().as_str() {
            "DELETE /instances/i1/databases/d001" => Answer::rejected(),
            line if line.ends_with(kept) => Answer::accepted(),
            _ => answering.answer(request),
        })
        .await;
        let client = within(&server.client(), Duration::from_secs(1));

        let mut ended = delete(&client, &["d000", "d001"]).await;

        assert!(ended[0].is_ok(), "{ended:?}");
        let refused = ended.remove(1).unwrap_err();
        assert!(server.count(DATABASES) > 0);
        match refused {
            Error::Rejected(_) => assert_eq!(kept, "nothing"),
            Error::NotGone { ids, cause } => {
                assert_eq!((ids.as_slice(), kept), (["i1/d000".to_owned()].as_slice(), "d000"));
                assert!(matches!(*cause, Error::Rejected(_)), "{cause}");
            }
            error => panic!("{error:?}"),
        }
    }
}

/// Whoever is stopped while others have left looks once more, and names what it could not look for.
#[tokio::test]
async fn a_stop_leaves_nothing_unnamed() {
    for lists in [true, false] {
        let (shelf, gate) = (full(3, 0), Gate::closed());
        let (answering, held) = (shelf.clone(), gate.clone());
        let server = Server::start(move |request, _| match request.line().as_str() {
            "DELETE /instances/i1/databases/d001" => answering.answer(request).held(&held),
            DATABASES if !lists => Answer::text(503, "down"),
            _ => answering.answer(request),
        })
        .await;
        let timing = Timing { grace: Duration::from_millis(30), ..quick() };
        let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
        let stop = CancellationToken::new();
        let client = client.within(Instant::now() + Duration::from_mins(1), stop.clone());

        let (mut ended, ()) = tokio::join!(delete(&client, &["d000", "d001"]), async {
            server.came("DELETE /instances/i1/databases/d001", 1).await;
            stop.cancel();
        });

        assert!(ended[0].is_ok(), "{ended:?}");
        match ended.remove(1).unwrap_err() {
            Error::NotGone { ids, .. } => {
                assert!(!lists);
                assert_eq!(ids, ["i1/d000"]);
            }
            Error::CutShort { .. } => assert!(lists),
            error => panic!("{error:?}"),
        }
        gate.open();
    }
}

#[tokio::test]
async fn what_was_in_an_instance_that_is_gone_is_not_looked_for() {
    let (shelf, gate) = (full(3, 0), Gate::closed());
    let (answering, held) = (shelf.clone(), gate.clone());
    let server = Server::start(move |request, _| match request.line().as_str() {
        "DELETE /instances/i2/databases/d001" => answering.answer(request).held(&held),
        "DELETE /instances/i1" => Answer::accepted(),
        "GET /instances/i1" => Answer::not_found(),
        "GET /instances" => Answer::ok(&json!({ "instances": [] })),
        _ => answering.answer(request),
    })
    .await;
    let client = server.client();

    let other = client.databases("i2");
    let ((), last) = tokio::join!(
        async {
            server.came("DELETE /instances/i2/databases/d001", 1).await;
            client.databases("i1").delete_in_company("d000").await.unwrap();
            client.instances().delete("i1").await.unwrap();
            client.instances().wait_until_gone("i1").await.unwrap();
            gate.open();
        },
        other.delete_in_company("d001"),
    );

    last.unwrap();
    assert_eq!(server.count(DATABASES), 0);
    assert_eq!(server.count("GET /instances/i2/databases"), 1);
}

/// What has its name by then is another one, and stays.
#[tokio::test]
async fn the_last_one_does_not_wait_for_the_end_of_what_was_made_anew() {
    let (shelf, gate) = (full(2, 0), Gate::closed());
    let (kept, held) = (shelf.clone(), gate.clone());
    let server = Server::start(move |request, _| {
        let answer = kept.answer(request);
        if request.method == "DELETE" && request.path.starts_with("/instances/i2/") {
            return answer.held(&held);
        }
        answer
    })
    .await;
    let client = within(&server.client(), Duration::from_secs(5));
    let (databases, last) = (client.databases("i1"), client.databases("i2"));
    let last = tokio::spawn(async move { last.delete_in_company("d001").await });
    server.came("DELETE /instances/i2/databases/d001", 1).await;
    let new = NewDatabase { name: "d000".to_owned(), character_set: None, collate: None };

    databases.delete_in_company("d000").await.unwrap();
    databases.create(&new).await.unwrap();
    gate.open();
    last.await.unwrap().unwrap();

    assert_eq!(shelf.len("databases"), 1);
}
