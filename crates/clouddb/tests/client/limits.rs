//! What is not read to its end, whatever the server sends.

use std::time::Duration;

use clouddb::{Client, Credentials, Error, Sent, Settings, Timing};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Server, quick};

/// A client that never gives up a request by itself, and so ends only where something else ends it.
fn patient(server: &Server) -> Client {
    let timing = Timing { request_timeout: Duration::from_hours(1), ..quick() };
    Client::new(Settings { timing, ..server.settings() }).unwrap()
}

fn words(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    format!("{error}: {cause}")
}

#[tokio::test]
async fn an_answer_without_an_end_is_an_error_that_says_so() {
    let server = Server::start(|_, _| Answer::flood(200, "                ")).await;
    let client = patient(&server);

    let read = client.instances().get("i1").await.unwrap_err();
    let listed = client.flavors().list().await.unwrap_err();
    let written = client.instances().restart("i1").await.unwrap_err();

    for error in [read, listed] {
        assert!(matches!(error, Error::Undecodable { .. }), "{error}");
        assert!(words(&error).contains("longer than 4 MB"), "{}", words(&error));
    }
    assert!(matches!(written, Error::Undecodable { .. } | Error::InDoubt { .. }), "{written}");
}

#[tokio::test]
async fn of_a_refusal_without_an_end_the_beginning_is_told() {
    for (status, page) in [(401, " "), (403, "<tr><td class=\"c\">no</td></tr>"), (302, "go on")] {
        let server = Server::start(move |_, _| Answer::flood(status, page)).await;
        let credentials =
            Credentials::ApiKey { username: "u".to_owned(), api_key: "key".to_owned().into() };
        let login = Client::new(Settings { credentials, ..server.settings() }).unwrap();

        for error in [
            login.sign_in().await.unwrap_err(),
            server.client().instances().get("i1").await.unwrap_err(),
            server.client().databases("i1").delete("d").await.unwrap_err(),
        ] {
            let refusal = error.refusal().unwrap();
            assert_eq!(refusal.status, status);
            assert!(refusal.details.as_deref().unwrap().contains("only the beginning"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_body_that_drips_ends_with_its_operation() {
    for status in [200, 403, 503] {
        let server = Server::start(move |_, _| Answer::drip(status)).await;
        let soon = || Instant::now() + Duration::from_millis(50);
        let late = patient(&server).within(soon(), CancellationToken::new());
        let stop = CancellationToken::new();
        let stopped = patient(&server).within(soon() + Duration::from_hours(1), stop.clone());
        let instances = stopped.instances();

        let read = late.instances().get("i1").await.unwrap_err();
        let (interrupted, ()) = tokio::join!(instances.get("i2"), async {
            server.came("GET /instances/i2", 1).await;
            stop.cancel();
        });
        let interrupted = interrupted.unwrap_err();

        assert!(matches!(read, Error::Deadline { .. }), "{read}");
        assert!(matches!(interrupted, Error::Interrupted { .. }), "{interrupted}");
    }
}

#[tokio::test]
async fn a_write_that_is_answered_late_is_not_waited_for_without_an_end() {
    let server = Server::start(|_, _| Answer::drip(202)).await;
    let soon = Instant::now() + Duration::from_millis(50);
    let late = patient(&server).within(soon, CancellationToken::new());

    let error = late.databases("i1").delete("d").await.unwrap_err();

    assert!(matches!(error, Error::Transport { sent: Sent::Maybe, .. }), "{error}");
    assert_eq!(server.count("DELETE /instances/i1/databases/d"), 1);
}

#[tokio::test]
async fn a_list_without_an_end_is_an_error_that_says_so() {
    for size in [0, 500] {
        let server = Server::start(move |_, nth| {
            let items: Vec<Value> =
                (0..size).map(|n| json!({"name": format!("d{nth}-{n}")})).collect();
            let href = format!("https://trove.invalid/v1.0/1/databases?marker=d{nth}");
            Answer::ok(&json!({"databases": items, "links": [{"rel": "next", "href": href}]}))
        })
        .await;

        let error = server.client().databases("i1").list().await.unwrap_err();

        assert!(words(&error).contains("the list has no end"), "{}", words(&error));
    }
}

#[tokio::test]
async fn a_link_that_is_longer_than_any_is_not_followed() {
    let server = Server::start(|_, _| {
        let href = format!("https://trove.invalid/v1.0/1/databases?marker={}", "x".repeat(100_000));
        Answer::ok(&json!({"databases": [], "links": [{"rel": "next", "href": href}]}))
    })
    .await;

    let error = server.client().databases("i1").list().await.unwrap_err();

    assert!(words(&error).contains("too long"), "{}", words(&error));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn what_is_compressed_although_nobody_asked_for_it_is_an_error_that_says_so() {
    let squeezed = |status| Answer::text(status, "\u{1f}x").header("Content-Encoding", "gzip");
    let server = Server::start(move |request, _| match request.method.as_str() {
        "GET" => squeezed(200),
        _ => squeezed(403),
    })
    .await;

    let read = server.client().instances().get("i1").await.unwrap_err();
    let refused = server.client().databases("i1").delete("d").await.unwrap_err();

    assert!(words(&read).contains("gzip"), "{}", words(&read));
    assert_eq!(refused.refusal().unwrap().message, "Forbidden");
}
