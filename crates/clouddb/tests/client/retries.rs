//! What is sent again, and what is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use clouddb::{Client, Credentials, Error, NewInstance, Sent, Settings, Timing, UserId};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{ACCOUNT, Answer, Server, quick};

fn user() -> UserId {
    UserId { name: "u".to_owned(), host: "%".to_owned() }
}

#[tokio::test]
async fn a_read_is_repeated_while_the_api_is_out_of_order() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::fault(500, "instanceFault", "oops"),
        2 => Answer::text(502, "<html>bad gateway</html>"),
        3 => Answer::text(503, ""),
        4 => Answer::text(504, ""),
        5 => Answer::Drop,
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await;

    let found = server.client().instances().get("i1").await.unwrap();

    assert!(found.is_some());
    assert_eq!(server.received().len(), 6);
}

#[tokio::test]
async fn what_the_api_does_not_have_or_does_not_let_through_is_not_repeated() {
    for status in [501, 505, 511] {
        let server = Server::start(move |_, _| Answer::fault(status, "no", "No such thing.")).await;

        let error = server.client().instances().get("i1").await.unwrap_err();

        assert!(matches!(error, Error::Rejected(_)), "{error}");
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_trouble_that_passes_is_waited_out_where_a_repeat_does_no_harm() {
    for status in [408, 421, 425, 429, 499, 500, 502, 503, 504, 507, 520, 522, 524, 530, 599] {
        let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
            (_, 1) => Answer::text(status, "<html>not now</html>"),
            ("POST /v2.0/tokens", _) => Answer::ok(&json!({"access": {
                "token": {"id": "a-token", "tenant": {"id": ACCOUNT}},
            }})),
            _ if request.method == "GET" => Answer::instance("i1", "ACTIVE"),
            _ => Answer::accepted(),
        })
        .await;
        let credentials =
            Credentials::ApiKey { username: "u".to_owned(), api_key: "k".to_owned().into() };
        let client = Client::new(Settings { credentials, ..server.settings() }).unwrap();

        client.instances().get("i1").await.unwrap();
        client.databases("i1").delete("d").await.unwrap();
        client.users("i1").change_password(&user(), &"a-password".to_owned().into()).await.unwrap();

        for line in [
            "POST /v2.0/tokens",
            "GET /instances/i1",
            "DELETE /instances/i1/databases/d",
            "PUT /instances/i1/users",
        ] {
            assert_eq!(server.count(line), 2, "{line} after {status}");
        }
    }
}

#[tokio::test]
async fn a_write_that_ends_in_500_again_is_given_up() {
    let server = Server::start(|_, _| Answer::fault(500, "instanceFault", "oops")).await;

    let error = server.client().databases("i1").delete("d").await.unwrap_err();

    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(server.count("DELETE /instances/i1/databases/d"), 3);
}

/// An instance of which it cannot be known whether it was made is not made again, whatever the status.
#[tokio::test]
async fn a_trouble_that_passes_is_a_lost_reply_of_what_must_not_be_done_twice() {
    for status in [408, 421, 425, 499, 507, 522, 599] {
        for answer in [Answer::text(status, "<html>"), Answer::fault(status, "timeout", "Late.")] {
            let answer = std::sync::Mutex::new(Some(answer));
            let server = Server::start(move |request, _| match request.method.as_str() {
                "GET" => Answer::ok(&json!({"instances": []})),
                _ => answer.lock().unwrap().take().unwrap(),
            })
            .await;
            let timing = Timing { late_effect: Duration::ZERO, ..quick() };
            let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
            let wish = NewInstance {
                name: "db".to_owned(),
                flavor_id: "1".to_owned(),
                volume_size: 2,
                datastore: None,
                configuration_id: None,
                replica_of: None,
                restore_from: None,
            };

            let error = client.instances().create(&wish).await.unwrap_err();

            assert!(matches!(error, Error::InDoubt { .. }), "{status}: {error}");
            assert_eq!(server.count("POST /instances"), 1);
        }
    }
}

#[tokio::test]
async fn an_outage_that_does_not_end_is_reported_with_what_the_api_said() {
    let server = Server::start(|_, _| Answer::fault(500, "instanceFault", "keep this ID")).await;
    let timing = Timing { outage_timeout: Duration::from_millis(20), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();

    let error = client.instances().get("i1").await.unwrap_err();

    let Error::Unavailable(refusal) = error else { panic!("{error}") };
    assert_eq!(refusal.message, "keep this ID");
    assert!(server.received().len() > 1);
}

#[tokio::test]
async fn a_deletion_that_is_repeated_and_finds_nothing_has_succeeded() {
    let first: [fn() -> Answer; 3] = [
        || Answer::Drop,
        || Answer::text(504, ""),
        || Answer::text(503, "").header("Retry-After", "0"),
    ];
    for first in first {
        let server = Server::start(move |_, nth| match nth {
            1 => first(),
            _ => Answer::not_found(),
        })
        .await;
        let client = server.client();

        client.databases("i1").delete("d").await.unwrap();
        client.instances().delete("i1").await.unwrap();
        client.backups().delete("b1").await.unwrap();

        assert_eq!(server.received().len(), 6);
    }
}

/// A limit has kept it from everything.
#[tokio::test]
async fn a_deletion_that_met_a_limit_and_finds_nothing_is_not_found() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::rate_limited("0"),
        _ => Answer::not_found(),
    })
    .await;
    let client = server.client();

    for error in [
        client.databases("i1").delete("d").await.unwrap_err(),
        client.backups().delete("b1").await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::NotFound(_)), "{error}");
    }
}

#[tokio::test]
async fn a_deletion_that_finds_nothing_at_once_is_not_found() {
    let server = Server::start(|_, _| Answer::not_found()).await;

    let error = server.client().databases("i1").delete("d").await.unwrap_err();

    assert!(matches!(error, Error::NotFound(_)), "{error}");
}

#[tokio::test]
async fn a_change_that_can_be_made_twice_is_repeated_when_its_reply_is_lost() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::Drop,
        2 => Answer::text(502, ""),
        _ => Answer::accepted(),
    })
    .await;
    let users = server.client().users("i1");

    users.change_password(&user(), &"a-password".to_owned().into()).await.unwrap();

    assert_eq!(server.lines(), ["PUT /instances/i1/users"; 3]);
}

#[tokio::test]
async fn a_server_that_was_never_reached_is_given_up_after_three_tries() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = Server::start(|_, _| Answer::not_found()).await;
    let settings = Settings { endpoint: Some(endpoint.parse().unwrap()), ..server.settings() };

    let error = Client::new(settings).unwrap().instances().restart("i1").await.unwrap_err();

    let Error::Transport { sent, source, .. } = &error else { panic!("{error}") };
    assert_eq!(*sent, Sent::No);
    assert!(source.to_string().contains(&endpoint), "{source}");
}

#[tokio::test]
async fn a_server_that_has_never_answered_is_tried_three_times() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(connection);
        }
    });
    let server = Server::start(|_, _| Answer::not_found()).await;
    let settings = Settings { endpoint: Some(endpoint.parse().unwrap()), ..server.settings() };

    let error = Client::new(settings).unwrap().instances().get("i1").await.unwrap_err();

    assert!(matches!(error, Error::Transport { .. }), "{error}");
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn every_kind_of_request_waits_when_it_is_rate_limited() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        (_, 1) => Answer::rate_limited("1"),
        ("GET", 2) => Answer::text(503, "").header("Retry-After", "1"),
        ("GET", 3) => Answer::text(429, "slow down"),
        (_, 2 | 3) => Answer::fault(429, "overLimit", "slow down"),
        ("GET", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();

    client.instances().restart("i1").await.unwrap();
    client.instances().get("i1").await.unwrap();

    assert_eq!(server.count("POST /instances/i1/action"), 4);
    // Before each of its three repeats it is looked whether the restart has begun.
    assert_eq!(server.count("GET /instances/i1"), 4 + 3);
}

#[tokio::test]
async fn a_rate_limit_pauses_all_its_callers_and_no_others() {
    let limited = Arc::new(AtomicBool::new(true));
    let lifted = Arc::clone(&limited);
    let server = Server::start(move |request, _| match request.line().as_str() {
        "POST /instances/i1/action" if lifted.swap(false, Ordering::SeqCst) => {
            Answer::rate_limited("3600")
        }
        _ if request.method == "GET" => Answer::instance("i", "ACTIVE"),
        _ => Answer::accepted(),
    })
    .await;
    let timing = Timing { max_retry_after: Duration::from_hours(1), ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let stop = CancellationToken::new();
    let patient = client.within(Instant::now() + Duration::from_hours(2), stop.clone());
    let first = tokio::spawn(async move { patient.instances().restart("i1").await });
    let hasty = client.within(Instant::now() + Duration::from_mins(1), CancellationToken::new());
    server.came("POST /instances/i1/action", 1).await;

    let second = loop {
        // The gate closes when the first caller has read its answer.
        match hasty.instances().restart("i2").await {
            Ok(()) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    // The first caller may be looking still at what its request has done.
    let actions = || server.lines().iter().filter(|line| line.ends_with("/action")).count();
    let sent = actions();
    let third = hasty.instances().restart("i3").await.unwrap_err();

    let Error::RateLimited { refusal, retry_after: Some(pause) } = &second else {
        panic!("{second}")
    };
    assert_eq!(refusal.message, "This request was rate-limited.");
    assert!(*pause > Duration::from_mins(50));
    assert!(second.to_string().contains("later than the deadline"), "{second}");
    assert!(matches!(third, Error::RateLimited { .. }), "{third}");
    assert_eq!(actions(), sent);
    hasty.databases("i4").delete("d").await.unwrap();
    stop.cancel();
    let first = first.await.unwrap().unwrap_err();
    assert!(matches!(first, Error::Interrupted { .. }), "{first}");
}

/// With a least pause of 100 ms that doubles, a second has room for requests after 0, 100, 300 and
/// 700 ms at the earliest.
#[tokio::test]
async fn a_time_to_come_back_that_is_over_makes_no_storm() {
    for (status, wish) in [
        (413, "0"),
        (429, "0"),
        (503, "0"),
        (429, "Wed, 02 Dec 2015 05:00:00 GMT"),
        (503, "Wed, 02 Dec 2015 05:00:00 GMT"),
        (413, "-5"),
        (413, "abc"),
        (413, ""),
        (429, "99999999999999999999"),
    ] {
        let server = Server::start(move |_, _| {
            Answer::text(status, "slow down").header("Retry-After", wish)
        })
        .await;
        let timing = Timing { retry_interval: Duration::from_millis(100), ..quick() };
        let max_retry_after = Duration::from_mins(1);
        let max_retry_interval = Duration::from_secs(30);
        let timing = Timing { max_retry_interval, max_retry_after, ..timing };
        let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
        let deadline = Instant::now() + Duration::from_secs(1);
        let client = client.within(deadline, CancellationToken::new());

        client.instances().get("i1").await.unwrap_err();

        let sent = server.count("GET /instances/i1");
        assert!((2..=4).contains(&sent), "{sent} after {status} {wish}");
    }
}

#[tokio::test]
async fn a_limit_that_never_ends_is_an_outage_of_the_api() {
    for status in [413, 429, 503] {
        let server =
            Server::start(move |_, _| Answer::text(status, "no").header("Retry-After", "0")).await;
        let timing = Timing { outage_timeout: Duration::from_millis(20), ..quick() };
        let credentials =
            Credentials::ApiKey { username: "u".to_owned(), api_key: "k".to_owned().into() };
        let settings = Settings { timing, ..server.settings() };
        let client = Client::new(settings.clone()).unwrap();
        let login = Client::new(Settings { credentials, ..settings }).unwrap();

        for error in [
            client.instances().get("i1").await.unwrap_err(),
            client.databases("i1").delete("d").await.unwrap_err(),
            login.sign_in().await.unwrap_err(),
        ] {
            assert_eq!(error.refusal().unwrap().status, status, "{error}");
            assert!(!error.to_string().contains("0ms"), "{error}");
        }
        assert!(server.received().len() < 100, "{}", server.received().len());
    }
}

#[tokio::test]
async fn a_quota_is_reported_at_once() {
    let server = Server::start(|_, _| {
        Answer::fault(413, "overLimit", "Quota exceeded for resources: ['volumes'].")
    })
    .await;

    let error = server.client().instances().resize_volume("i1", 500).await.unwrap_err();

    let Error::OverQuota(refusal) = error else { panic!("{error}") };
    assert_eq!(refusal.message, "Quota exceeded for resources: ['volumes'].");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server =
        Server::start(|_, _| Answer::text(302, "").header("Location", "http://127.0.0.1:9/")).await;

    let error = server.client().instances().get("i1").await.unwrap_err();

    let Error::Rejected(refusal) = error else { panic!("{error}") };
    assert_eq!((refusal.status, refusal.message.as_str()), (302, "Found"));
}

#[tokio::test]
async fn nothing_is_sent_after_the_deadline_or_a_stop() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let client = server.client();
    let late = client.within(Instant::now(), CancellationToken::new());
    let stopped = client.within(Instant::now() + Duration::from_hours(1), {
        let stop = CancellationToken::new();
        stop.cancel();
        stop
    });

    for client in [&late, &stopped] {
        client.instances().restart("i1").await.unwrap_err();
        client.instances().get("i1").await.unwrap_err();
        client.databases("i1").delete("d").await.unwrap_err();
        client.databases("i1").find("d").await.unwrap_err();
    }

    assert!(server.received().is_empty());
}

#[tokio::test]
async fn ids_that_would_address_something_else_are_not_sent() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let client = server.client();

    for id in ["", ".", ".."] {
        let error = client.instances().delete(id).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{error}");
        let error = client.backups().delete(id).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }

    assert!(server.received().is_empty());
}

/// The address of a server whose certificate is from nobody that this machine knows.
async fn stranger() -> String {
    let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(acceptor.accept(stream).await);
        }
    });
    address
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let endpoint = stranger().await.parse().unwrap();
    let settings = Settings { endpoint: Some(endpoint), ..server.settings() };
    let client = Client::new(settings).unwrap();

    for error in [
        client.instances().restart("i1").await.unwrap_err(),
        client.instances().get("i1").await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::Untrusted { .. }), "{error}");
    }
}

#[tokio::test]
async fn https_to_a_server_that_does_not_speak_it_is_no_connection() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let endpoint = server.url("").replace("http:", "https:").parse().unwrap();
    let settings = Settings { endpoint: Some(endpoint), ..server.settings() };

    let error = Client::new(settings).unwrap().instances().restart("i1").await.unwrap_err();

    assert!(matches!(error, Error::Transport { sent: Sent::No, .. }), "{error}");
    assert!(server.received().is_empty());
}
