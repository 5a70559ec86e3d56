//! The login, handed out to programs that call the API by themselves.

use clouddb::{Client, Credentials, Error, Settings};
use serde_json::{Value, json};

use crate::login::{access, api_key, client};
use crate::server::{ACCOUNT, Answer, Server};

/// Identity for two regions, whose tokens end at that time; the first is `token-1`.
async fn identity(expires: &'static str) -> Server {
    Server::start(move |request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => {
            let token = format!("token-{nth}");
            let mut access = access("https://db.example.com", &token, &["DFW", "ORD"], Some("ORD"));
            access["access"]["token"]["expires"] = match expires {
                "" => Value::Null,
                expires => json!(expires),
            };
            Answer::ok(&access)
        }
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await
}

fn with_catalog(server: &Server, credentials: Credentials) -> Client {
    Client::new(Settings { credentials, endpoint: None, ..server.settings() }).unwrap()
}

fn given_token() -> Credentials {
    Credentials::Token { token: "given-token".to_owned().into(), account_id: ACCOUNT.to_owned() }
}

#[tokio::test]
async fn a_login_tells_the_token_its_end_and_where_it_is_good() {
    let server = identity("2999-01-01T00:00:00.000-06:00").await;
    let password = Credentials::Password {
        username: "demo".to_owned(),
        password: "demo-password".to_owned().into(),
    };

    for credentials in [api_key(), password, given_token()] {
        let client = with_catalog(&server, credentials);

        let login = client.login().await.unwrap();

        assert!(login.expose_token().starts_with("token-"), "{}", login.expose_token());
        assert_eq!(login.expires_at.as_deref(), Some("2999-01-01T06:00:00Z"));
        assert_eq!(login.account.as_deref(), Some(ACCOUNT));
        assert_eq!(login.region.as_deref(), Some("ORD"));
        assert_eq!(login.base_url, format!("https://db.example.com/ORD/v1.0/{ACCOUNT}"));
    }
}

#[tokio::test]
async fn a_login_is_that_of_the_calls_and_good_in_every_region() {
    let server = identity("2999-01-01T00:00:00Z").await;
    let client = with_catalog(&server, api_key());

    let here = client.login().await.unwrap();
    let there = client.in_region("dfw").await.unwrap().login().await.unwrap();

    assert_eq!((here.expose_token(), there.expose_token()), ("token-1", "token-1"));
    assert_eq!(there.region.as_deref(), Some("DFW"));
    assert_eq!(there.base_url, format!("https://db.example.com/DFW/v1.0/{ACCOUNT}"));
    assert_eq!(server.lines(), ["POST /v2.0/tokens"]);
}

#[tokio::test]
async fn a_login_that_is_about_to_end_is_not_handed_out() {
    let server = identity("2001-01-01T00:00:00Z").await;
    let client = client(&server);
    client.sign_in().await.unwrap();

    let login = client.login().await.unwrap();

    assert_eq!(login.expose_token(), "token-2");
    assert_eq!(server.count("POST /v2.0/tokens"), 2);
}

#[tokio::test]
async fn a_ready_token_with_an_endpoint_is_handed_out_without_asking_for_its_end() {
    let server = identity("2999-01-01T00:00:00Z").await;

    let login = server.client().login().await.unwrap();

    assert_eq!(login.expose_token(), "a-token");
    assert_eq!((login.expires_at.as_deref(), login.region.as_deref()), (None, None));
    assert_eq!(login.account.as_deref(), Some(ACCOUNT));
    assert!(login.base_url.ends_with(&format!("/v1.0/{ACCOUNT}")), "{}", login.base_url);
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn an_end_that_identity_does_not_tell_or_write_is_not_made_up() {
    for expires in ["", "soon"] {
        let server = identity(expires).await;

        let login = client(&server).login().await.unwrap();

        assert_eq!(login.expose_token(), "token-1", "{expires}");
        assert_eq!(login.expires_at, None, "{expires}");
    }
}

#[tokio::test]
async fn a_refused_login_is_an_error_and_nothing_is_handed_out() {
    let server =
        Server::start(|_, _| Answer::fault(401, "unauthorized", "Username or api key is invalid."))
            .await;

    let error = client(&server).login().await.unwrap_err();

    assert!(matches!(error, Error::Unauthorized(_)), "{error}");
}

#[tokio::test]
async fn a_login_shows_no_token_in_a_log() {
    let server = identity("2999-01-01T00:00:00Z").await;

    let shown = format!("{:?}", client(&server).login().await.unwrap());

    assert!(shown.contains(ACCOUNT) && !shown.contains("token-1"), "{shown}");
}
