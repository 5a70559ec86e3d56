//! What must never be told.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use clouddb::{Client, Credentials, Error, NewUser, Settings, UserId};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span;

use crate::server::{ACCOUNT, Answer, Server};

const SECRETS: [&str; 3] = ["s3cret-password", "s3cret-key", "s3cret-token"];

/// Keeps everything that is logged at any level.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl tracing::Subscriber for Everything {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("clouddb")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        let mut all = self.0.lock().unwrap();
        all.push_str(&line.0);
        all.push('\n');
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

fn access() -> Answer {
    Answer::ok(&json!({"access": {
        "token": {
            "id": "s3cret-token", "expires": "2999-01-01T00:00:00Z", "tenant": {"id": ACCOUNT},
        },
        "serviceCatalog": [], "user": {},
    }}))
    .header("X-Request-Id", "req-1")
}

#[tokio::test]
async fn no_secret_reaches_a_log_or_an_error_or_a_url() {
    let log = Everything::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let server = Server::start(|request, _| match request.path.as_str() {
        "/v2.0/tokens" => access(),
        _ if request.method == "GET" => Answer::ok(&serde_json::json!({ "users": [] })),
        _ => Answer::fault(400, "badRequest", "'s3cret-password' is not a valid password."),
    })
    .await;
    let credentials = Credentials::ApiKey {
        username: "demo".to_owned(),
        api_key: "s3cret-key".to_owned().into(),
    };
    let settings = Settings { credentials, ..server.settings() };
    let new = NewUser {
        id: UserId { name: "u".to_owned(), host: "%".to_owned() },
        password: "s3cret-password".to_owned().into(),
        databases: Vec::new(),
    };
    let mut told = format!("{settings:?} {new:?}");

    let error = Client::new(settings).unwrap().users("i1").create(&new).await.unwrap_err();

    let Error::Rejected(refusal) = &error else { panic!("{error}") };
    assert_eq!(refusal.message, "'(sensitive)' is not a valid password.");
    write!(told, "{error} {error:?} {:?}", server.lines()).unwrap();
    told.push_str(&log.0.lock().unwrap());
    for secret in SECRETS {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[tokio::test]
async fn a_token_that_the_api_repeats_is_cut_out_of_logs_and_errors() {
    let answers: [fn() -> Answer; 4] = [
        || Answer::fault(401, "unauthorized", "No user for X-Auth-Token s3cret-token."),
        || Answer::text(403, &format!("<p>{}X-Auth-Token: s3cret-token</p>", "x ".repeat(135))),
        || Answer::ok(&json!({"instance": "s3cret-token"})),
        || {
            let absent = Answer::fault(404, "itemNotFound", "Resource x cannot be found.");
            absent.header("X-Request-Id", "s3cret-token")
        },
    ];
    for answer in answers {
        let log = Everything::default();
        let _guard = tracing::subscriber::set_default(log.clone());
        let server = Server::start(move |_, _| answer()).await;
        let credentials = Credentials::Token {
            token: "s3cret-token".to_owned().into(),
            account_id: ACCOUNT.to_owned(),
        };
        let client = Client::new(Settings { credentials, ..server.settings() }).unwrap();

        let user = UserId { name: "app".to_owned(), host: "%".to_owned() };
        let error = client.users("i1").grants(&user).await.unwrap_err();

        let told = format!("{error} {error:?} {}", log.0.lock().unwrap());
        assert!(told.contains("(sensitive)") && !told.contains("s3cret"), "{told}");
    }
}

#[tokio::test]
async fn a_token_with_a_line_break_is_refused_before_anything_is_sent() {
    let server = Server::start(|_, _| Answer::instance("i1", "ACTIVE")).await;
    let credentials = Credentials::Token {
        token: "s3cret-token\n".to_owned().into(),
        account_id: ACCOUNT.to_owned(),
    };
    let client = Client::new(Settings { credentials, ..server.settings() }).unwrap();

    let error = client.instances().get("i1").await.unwrap_err();

    assert!(matches!(error, Error::Invalid(_)), "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn one_debug_line_tells_what_an_exchange_was() {
    let log = Everything::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let server =
        Server::start(|_, _| Answer::instance("i1", "ACTIVE").header("X-Request-Id", "req-7"))
            .await;

    server.client().instances().get("i1").await.unwrap();

    let log = log.0.lock().unwrap().clone();
    let lines: Vec<&str> = log.lines().filter(|line| line.starts_with("DEBUG")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    for part in
        ["method=GET", "path=\"/v1.0/123456/instances/i1\"", "status=200", "request_id=\"req-7\""]
    {
        assert!(lines[0].contains(part), "{part} in {}", lines[0]);
    }
    assert!(lines[0].contains("duration_ms="), "{}", lines[0]);
    assert!(log.lines().any(|line| line.starts_with("TRACE") && line.contains("ACTIVE")), "{log}");
}

#[test]
fn credentials_are_not_sent_in_the_clear() {
    let settings = Settings::new(Credentials::Token {
        token: "t".to_owned().into(),
        account_id: "1".to_owned(),
    });
    let with = |auth_url: &str, endpoint: Option<&str>| Settings {
        auth_url: auth_url.parse().unwrap(),
        endpoint: endpoint.map(|url| url.parse().unwrap()),
        ..settings.clone()
    };
    let https = "https://identity.example.com/v2.0";

    for refused in [
        with("http://identity.example.com/v2.0", None),
        with("ftp://127.0.0.1/v2.0", None),
        with(https, Some("http://10.0.0.1:8779/v1.0")),
        with(https, Some("http://localhost.example.com")),
        with("https://user:s3cret-password@identity.example.com", None),
    ] {
        let Err(Error::Invalid(words)) = Client::new(refused) else { panic!("accepted") };
        assert!(!words.contains("s3cret-password"), "{words}");
    }
    for taken in [
        with(https, Some("https://db.example.com")),
        with("http://localhost:1", Some("http://127.0.0.2:1")),
        with("http://[::1]:1", None),
    ] {
        assert!(Client::new(taken).is_ok());
    }
}
