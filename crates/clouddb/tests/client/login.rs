//! Logging in, and what becomes of tokens.

use std::time::Duration;

use clouddb::{Client, Credentials, Error, Settings, Timing};
use serde_json::{Value, json};

use crate::server::{ACCOUNT, Answer, Gate, Server, quick};

/// The answer to a login, with an endpoint in each of the regions.
pub(crate) fn access(
    server_url: &str,
    token: &str,
    regions: &[&str],
    default: Option<&str>,
) -> Value {
    let endpoints: Vec<Value> = regions
        .iter()
        .map(|region| {
            json!({
                "region": region, "tenantId": ACCOUNT,
                "publicURL": format!("{server_url}/{region}/v1.0/{ACCOUNT}"),
            })
        })
        .collect();
    json!({ "access": {
        "token": {
            "id": token, "expires": "2999-01-01T00:00:00.000Z",
            "tenant": {"id": ACCOUNT, "name": ACCOUNT},
        },
        "serviceCatalog": [
            {"name": "cloudDNS", "type": "rax:dns", "endpoints": [{"publicURL": "https://dns"}]},
            {"name": "cloudDatabases", "type": "rax:database", "endpoints": endpoints},
        ],
        "user": {"id": "1", "name": "u", "RAX-AUTH:defaultRegion": default, "roles": []},
    }})
}

/// Identity for one region, `DFW`; the tokens are `token-1`, `token-2` and so on.
fn login(nth: usize) -> Answer {
    Answer::ok(&access("http://127.0.0.1:1", &format!("token-{nth}"), &["DFW"], None))
}

pub(crate) fn api_key() -> Credentials {
    Credentials::ApiKey { username: "demo".to_owned(), api_key: "demo-key".to_owned().into() }
}

/// A client that logs in, and has its endpoint from the settings.
pub(crate) fn client(server: &Server) -> Client {
    Client::new(Settings { credentials: api_key(), ..server.settings() }).unwrap()
}

#[tokio::test]
async fn each_kind_of_credentials_has_its_own_login() {
    let password = Credentials::Password {
        username: "demo".to_owned(),
        password: "demo-password".to_owned().into(),
    };
    let token = Credentials::Token {
        token: "given-token".to_owned().into(),
        account_id: ACCOUNT.to_owned(),
    };
    let bodies = [
        (
            api_key(),
            json!({"auth": {"RAX-KSKEY:apiKeyCredentials":
                {"username": "demo", "apiKey": "demo-key"}}}),
        ),
        (
            password,
            json!({"auth": {"passwordCredentials":
                {"username": "demo", "password": "demo-password"}}}),
        ),
        (token, json!({"auth": {"tenantId": ACCOUNT, "token": {"id": "given-token"}}})),
    ];

    for (credentials, body) in bodies {
        let server = Server::start(|_, nth| login(nth)).await;
        let settings = Settings { credentials, endpoint: None, ..server.settings() };

        Client::new(settings).unwrap().sign_in().await.unwrap();

        let received = server.received();
        assert_eq!(received[0].line(), "POST /v2.0/tokens");
        assert_eq!(received[0].body, body);
        assert_eq!(received[0].token, None);
        assert_eq!(received[0].user_agent, "test/1");
        assert_eq!(received.len(), 1);
    }
}

#[tokio::test]
async fn a_login_has_the_time_for_its_reply_however_short_an_outage_may_be() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, nth| login(nth).held(&held)).await;
    let timing = Timing { outage_timeout: Duration::ZERO, ..quick() };
    let settings = Settings { credentials: api_key(), timing, ..server.settings() };

    let client = Client::new(settings).unwrap();
    let (signed_in, ()) = tokio::join!(client.sign_in(), async {
        server.came("POST /v2.0/tokens", 1).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        gate.open();
    });

    signed_in.unwrap();
}

#[tokio::test]
async fn a_ready_token_and_an_endpoint_need_no_login() {
    let server = Server::start(|_, _| Answer::instance("i1", "ACTIVE")).await;

    server.client().instances().get("i1").await.unwrap();

    assert_eq!(server.lines(), ["GET /instances/i1"]);
    assert_eq!(server.received()[0].token.as_deref(), Some("a-token"));
}

#[tokio::test]
async fn calls_that_come_together_share_one_login() {
    let server = Server::start(|request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => login(nth),
        _ => Answer::instance("i", "ACTIVE"),
    })
    .await;
    let client = client(&server);

    let calls = (0..20).map(|n| {
        let instances = client.instances();
        async move { instances.get(&n.to_string()).await.unwrap() }
    });
    futures_util::future::join_all(calls).await;

    assert_eq!(server.count("POST /v2.0/tokens"), 1);
    assert_eq!(server.received().len(), 21);
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_replaced_once_for_all() {
    let server = Server::start(|request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => login(nth),
        _ if request.token.as_deref() == Some("token-2") => Answer::instance("i", "ACTIVE"),
        _ => Answer::fault(401, "unauthorized", "Token unauthorized"),
    })
    .await;
    let client = client(&server);

    let calls = (0..10).map(|n| {
        let instances = client.instances();
        async move { instances.get(&n.to_string()).await.unwrap() }
    });
    futures_util::future::join_all(calls).await;

    assert_eq!(server.count("POST /v2.0/tokens"), 2);
}

/// What it did is looked for before it is sent again.
#[tokio::test]
async fn a_401_about_the_login_ends_after_one_renewal_and_one_sending_more() {
    let server = Server::start(|request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => login(nth),
        "GET /instances/i1" => Answer::instance("i1", "ACTIVE"),
        _ => Answer::fault(401, "unauthorized", "Token unauthorized"),
    })
    .await;

    let error = client(&server).instances().restart("i1").await.unwrap_err();

    let Error::Unauthorized(refusal) = error else { panic!("{error}") };
    assert_eq!(refusal.message, "Token unauthorized");
    assert_eq!(
        server.lines(),
        [
            "POST /v2.0/tokens",
            "POST /instances/i1/action",
            "POST /v2.0/tokens",
            "GET /instances/i1",
            "POST /instances/i1/action",
        ]
    );
}

#[tokio::test]
async fn a_401_that_no_login_cures_is_not_answered_by_a_login_for_every_call() {
    let server = Server::start(|request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => login(nth),
        _ => Answer::fault(
            401,
            "unauthorized",
            "This server could not verify that you are authorized.",
        ),
    })
    .await;
    let client = client(&server);

    for id in ["b1", "b2", "b3", "b4"] {
        let error = client.backups().get(id).await.unwrap_err();
        assert!(matches!(error, Error::Unauthorized(_)), "{error}");
    }

    assert_eq!(server.count("POST /v2.0/tokens"), 2);
    assert_eq!(server.count("GET /backups/b4"), 1);
}

#[tokio::test]
async fn a_given_token_that_is_not_taken_is_unauthorized_at_once() {
    let server = Server::start(|_, _| {
        Answer::json(
            401,
            &json!({"error": {
                "code": 401, "title": "Unauthorized",
                "message": "The request you have made requires authentication.",
            }}),
        )
    })
    .await;

    let error = server.client().instances().get("i1").await.unwrap_err();

    assert!(matches!(error, Error::Unauthorized(_)), "{error}");
    assert_eq!(server.lines(), ["GET /instances/i1"]);
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_replaced_before_it_does() {
    let server = Server::start(|request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => {
            let mut access = access("http://127.0.0.1:1", &format!("token-{nth}"), &["DFW"], None);
            if nth == 1 {
                access["access"]["token"]["expires"] = json!("2001-01-01T00:00:00.000-06:00");
            }
            Answer::ok(&access)
        }
        _ => Answer::instance("i", "ACTIVE"),
    })
    .await;
    let client = client(&server);

    client.sign_in().await.unwrap();
    client.instances().get("i").await.unwrap();
    client.instances().get("i").await.unwrap();

    assert_eq!(server.count("POST /v2.0/tokens"), 2);
    assert_eq!(server.received()[2].token.as_deref(), Some("token-2"));
}

#[tokio::test]
async fn wrong_credentials_are_unauthorized_with_the_words_of_identity() {
    let server =
        Server::start(|_, _| Answer::fault(401, "unauthorized", "Username or api key is invalid."))
            .await;

    let error = client(&server).instances().get("i1").await.unwrap_err();

    let Error::Unauthorized(refusal) = error else { panic!("{error}") };
    assert_eq!(refusal.message, "Username or api key is invalid.");
    assert_eq!(refusal.call.to_string(), "POST /tokens");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_login_that_failed_is_tried_again_by_the_next_call() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /v2.0/tokens", 1) => Answer::fault(403, "forbidden", "User 'u' is disabled."),
        ("POST /v2.0/tokens", _) => login(nth),
        _ => Answer::instance("i", "ACTIVE"),
    })
    .await;
    let client = client(&server);

    let error = client.sign_in().await.unwrap_err();
    client.instances().get("i").await.unwrap();

    assert!(matches!(error, Error::Forbidden(_)), "{error}");
}

#[tokio::test]
async fn identity_that_is_out_of_order_is_tried_again() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::text(503, ""),
        2 => Answer::rate_limited("1"),
        3 => Answer::Drop,
        _ => login(nth),
    })
    .await;

    client(&server).sign_in().await.unwrap();

    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn the_endpoint_comes_from_the_catalog() {
    let url = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let known = std::sync::Arc::clone(&url);
    let server = Server::start(move |request, _| match request.line().as_str() {
        "POST /v2.0/tokens" => {
            Answer::ok(&access(known.get().unwrap(), "t", &["DFW", "ORD"], Some("ORD")))
        }
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await;
    url.set(server.url("")).unwrap();
    let settings = Settings { credentials: api_key(), endpoint: None, ..server.settings() };

    let default = Client::new(settings.clone()).unwrap();
    default.instances().get("i1").await.unwrap();
    let wanted = Client::new(Settings { region: Some("dfw".to_owned()), ..settings }).unwrap();
    wanted.instances().get("i1").await.unwrap();

    assert_eq!(server.lines()[1], format!("GET /ORD/v1.0/{ACCOUNT}/instances/i1"));
    assert_eq!(server.lines()[3], format!("GET /DFW/v1.0/{ACCOUNT}/instances/i1"));
}

#[tokio::test]
async fn a_catalog_that_leads_over_plain_http_to_another_machine_is_refused() {
    let server =
        Server::start(|_, _| Answer::ok(&access("http://db.example.com", "t", &["DFW"], None)))
            .await;
    let settings = Settings { credentials: api_key(), endpoint: None, ..server.settings() };

    let error = Client::new(settings).unwrap().sign_in().await.unwrap_err();

    assert!(matches!(error, Error::Invalid(_)), "{error}");
}

#[tokio::test]
async fn an_unknown_region_names_the_known_ones() {
    let server =
        Server::start(|_, _| Answer::ok(&access("https://x", "t", &["ORD", "DFW"], None))).await;
    let settings = Settings { credentials: api_key(), endpoint: None, ..server.settings() };

    for (region, words) in [
        (Some("XYZ"), "the account has no Cloud Databases in region XYZ, only in: DFW, ORD"),
        (None, "no region was chosen; the account has Cloud Databases in: DFW, ORD"),
    ] {
        let region = region.map(str::to_owned);
        let client = Client::new(Settings { region, ..settings.clone() }).unwrap();

        let error = client.sign_in().await.unwrap_err();

        assert!(matches!(error, Error::UnknownRegion { .. }), "{error}");
        assert_eq!(error.to_string(), words);
    }
}

#[tokio::test]
async fn a_late_401_for_an_old_token_does_not_replace_the_new_one() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, nth| {
        let old = request.token.as_deref() == Some("token-1");
        let refused = Answer::fault(401, "unauthorized", "Token unauthorized");
        match request.line().as_str() {
            "POST /v2.0/tokens" => login(nth),
            "GET /instances/slow" if old => refused.held(&held),
            _ if old => refused,
            _ => Answer::instance("i", "ACTIVE"),
        }
    })
    .await;
    let client = client(&server);
    let instances = client.instances();
    let slow = tokio::spawn(async move { instances.get("slow").await });
    server.came("GET /instances/slow", 1).await;

    client.instances().get("quick").await.unwrap();
    gate.open();

    slow.await.unwrap().unwrap();
    assert_eq!(server.count("POST /v2.0/tokens"), 2);
}

/// Asks for things side by side and then one after another; all of them get the same error.
async fn ask_often(client: &Client, expected: impl Fn(&Error) -> bool) {
    let calls = (0..10).map(|n| {
        let instances = client.instances();
        async move { instances.get(&n.to_string()).await.unwrap_err() }
    });
    let mut errors = futures_util::future::join_all(calls).await;
    for _ in 0..3 {
        errors.push(client.instances().restart("i1").await.unwrap_err());
        errors.push(client.databases("i1").delete("d").await.unwrap_err());
        errors.push(client.flavors().list().await.unwrap_err());
        errors.push(client.sign_in().await.unwrap_err());
    }
    for error in errors {
        assert!(expected(&error), "{error}");
    }
}

/// An account that is asked often enough with a wrong key is locked.
#[tokio::test]
async fn a_login_that_is_refused_is_tried_once_however_many_calls_there_are() {
    let server =
        Server::start(|_, _| Answer::fault(401, "unauthorized", "Username or api key is invalid."))
            .await;

    ask_often(&client(&server), |error| matches!(error, Error::Unauthorized(_))).await;

    assert_eq!(server.lines(), ["POST /v2.0/tokens"]);
}

#[tokio::test]
async fn a_user_of_another_region_logs_in_once_however_many_calls_there_are() {
    let server = Server::start(|_, _| Answer::ok(&access("https://x", "t", &["LON"], None))).await;
    let region = Some("DFW".to_owned());
    let settings = Settings { credentials: api_key(), region, endpoint: None, ..server.settings() };

    ask_often(&Client::new(settings).unwrap(), |error| {
        matches!(error, Error::UnknownRegion { .. })
    })
    .await;

    assert_eq!(server.lines(), ["POST /v2.0/tokens"]);
}

#[tokio::test]
async fn a_renewal_that_is_refused_is_tried_once_however_many_calls_there_are() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /v2.0/tokens", 1) => login(nth),
        _ => Answer::fault(401, "unauthorized", "Username or api key is invalid."),
    })
    .await;
    let client = client(&server);
    client.sign_in().await.unwrap();

    ask_often(&client, |error| matches!(error, Error::Unauthorized(_))).await;

    assert_eq!(server.count("POST /v2.0/tokens"), 2);
}
