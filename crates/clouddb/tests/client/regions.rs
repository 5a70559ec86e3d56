//! Several regions with one login.

use std::sync::{Arc, OnceLock};

use clouddb::{Client, Error, Settings};
use serde_json::json;

use crate::login::{access, api_key};
use crate::server::{ACCOUNT, Answer, Server};

/// A login that names three regions, with a default for each time, and an API in which `i1` is in ORD.
/// The tokens are `token-1`, `token-2` and so on; the first is not good for `old`.
async fn three_regions(defaults: &'static [&'static str]) -> Server {
    let url = Arc::new(OnceLock::<String>::new());
    let known = Arc::clone(&url);
    let server = Server::start(move |request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => {
            let default = defaults.get(nth - 1).copied();
            let token = format!("token-{nth}");
            Answer::ok(&access(known.get().unwrap(), &token, &["ORD", "DFW", "LON"], default))
        }
        line if line.starts_with("GET /ORD/") && line.ends_with("/instances/i1") => {
            Answer::instance("i1", "ACTIVE")
        }
        line if line.ends_with("/old") && request.token.as_deref() == Some("token-1") => {
            Answer::fault(401, "unauthorized", "Token unauthorized")
        }
        line if line.ends_with("/instances") => Answer::ok(&json!({ "instances": [] })),
        _ => Answer::not_found(),
    })
    .await;
    url.set(server.url("")).unwrap();
    server
}

fn client(server: &Server) -> Client {
    let settings = Settings { credentials: api_key(), endpoint: None, ..server.settings() };
    Client::new(settings).unwrap()
}

fn asked(region: &str, id: &str) -> String {
    format!("GET /{region}/v1.0/{ACCOUNT}/instances/{id}")
}

#[tokio::test]
async fn one_login_serves_all_regions() {
    let server = three_regions(&["DFW"]).await;
    let client = client(&server);

    let ord = client.in_region("ord").await.unwrap();
    assert!(ord.instances().get("i1").await.unwrap().is_some());
    assert!(client.instances().get("i1").await.unwrap().is_none());

    assert_eq!(client.regions().await.unwrap(), ["ORD", "DFW", "LON"]);
    assert_eq!(client.account().await.unwrap().as_deref(), Some(ACCOUNT));
    assert_eq!(client.region().await.unwrap().as_deref(), Some("DFW"));
    assert_eq!(ord.region().await.unwrap().as_deref(), Some("ORD"));
    assert_eq!(server.count("POST /v2.0/tokens"), 1);
    assert_eq!([asked("ORD", "i1"), asked("DFW", "i1")].map(|line| server.count(&line)), [1, 1]);
}

#[tokio::test]
async fn a_region_that_is_not_there_is_an_error_that_names_the_others() {
    let server = three_regions(&["DFW"]).await;

    let error = client(&server).in_region("MARS").await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "the account has no Cloud Databases in region MARS, only in: DFW, LON, ORD"
    );
}

#[tokio::test]
async fn without_a_region_of_its_own_a_client_still_leads_to_those_that_are_named() {
    let server = three_regions(&[]).await;
    let client = client(&server);

    let error = client.instances().get("i1").await.unwrap_err();
    assert!(matches!(error, Error::UnknownRegion { region: None, .. }), "{error}");
    let ord = client.in_region("ORD").await.unwrap();

    assert!(ord.instances().get("i1").await.unwrap().is_some());
    assert_eq!(server.count("POST /v2.0/tokens"), 1);
}

#[tokio::test]
async fn an_instance_is_looked_for_in_the_other_regions_once() {
    let server = three_regions(&["DFW"]).await;
    let client = client(&server);
    assert!(client.where_seen("i1").is_none());

    let looks = ["i1", "i2", "i1", "i2"].map(|id| {
        let client = client.clone();
        tokio::spawn(async move {
            let found = client.find_elsewhere(id).await.unwrap();
            match found {
                Some(found) => found.region().await.unwrap(),
                None => None,
            }
        })
    });
    let mut found = Vec::new();
    for look in looks {
        found.push(look.await.unwrap());
    }

    let ord = || Some("ORD".to_owned());
    assert_eq!(found, [ord(), None, ord(), None]);
    assert!(client.where_seen("i1").is_some());
    let counts = [("ORD", "i1"), ("LON", "i1"), ("ORD", "i2"), ("LON", "i2"), ("DFW", "i2")]
        .map(|(region, id)| server.count(&asked(region, id)));
    assert_eq!(counts, [1, 0, 1, 1, 0]);
}

#[tokio::test]
async fn a_region_that_cannot_be_asked_is_an_error_and_no_absence() {
    let broken = Server::start(|_, _| Answer::fault(403, "forbidden", "Not here.")).await;
    let url = broken.url("");
    let one = Server::start(move |request, nth| match request.line().as_str() {
        "POST /v2.0/tokens" => {
            Answer::ok(&access(&url, &format!("t{nth}"), &["DFW", "ORD"], Some("DFW")))
        }
        _ => Answer::not_found(),
    })
    .await;
    let settings = Settings { credentials: api_key(), endpoint: None, ..one.settings() };

    let error = Client::new(settings).unwrap().find_elsewhere("i1").await.unwrap_err();

    assert!(matches!(error, Error::Forbidden(_)), "{error}");
}

/// Half a run would otherwise go to another region.
#[tokio::test]
async fn the_region_of_a_client_outlasts_a_new_login_that_names_another() {
    let server = three_regions(&["DFW", "LON"]).await;
    let client = client(&server);

    client.instances().get("first").await.unwrap();
    client.instances().get("old").await.unwrap();

    assert_eq!(server.count("POST /v2.0/tokens"), 2);
    assert_eq!(server.count(&asked("DFW", "old")), 2);
    assert_eq!(client.region().await.unwrap().as_deref(), Some("DFW"));
}

#[tokio::test]
async fn an_endpoint_is_one_region_with_the_name_that_the_settings_give() {
    for region in [Some("ORD"), None] {
        let server = Server::start(|_, _| Answer::instance("i1", "ACTIVE")).await;
        let settings = Settings { region: region.map(str::to_owned), ..server.settings() };
        let client = Client::new(settings).unwrap();

        assert_eq!(client.region().await.unwrap().as_deref(), region);
        assert_eq!(client.regions().await.unwrap(), Vec::from_iter(region));
        assert_eq!(client.in_region("ord").await.is_ok(), region.is_some());
        let error = client.in_region("DFW").await.unwrap_err();
        assert!(matches!(error, Error::UnknownRegion { .. }), "{error}");
        assert_eq!(client.endpoint().unwrap(), server.url(""));
    }
}
