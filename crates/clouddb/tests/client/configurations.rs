//! Configuration groups: made once, changed as often as it takes.

use clouddb::{ConfigurationChange, Error, NewConfiguration};
use serde_json::{Map, Value, json};

use crate::server::{Answer, Server, now};

const MAKE: &str = "POST /configurations";

fn values() -> Map<String, Value> {
    Map::from_iter([("connect_timeout".to_owned(), json!(17))])
}

fn new() -> NewConfiguration {
    NewConfiguration {
        name: "tuned".to_owned(),
        description: None,
        datastore: None,
        values: values(),
    }
}

fn group(id: &str) -> Value {
    json!({ "id": id, "name": "tuned", "description": null, "created": now() })
}

fn groups(ids: &[&str]) -> Answer {
    let all: Vec<Value> = ids.iter().map(|id| group(id)).collect();
    Answer::ok(&json!({ "configurations": all }))
}

#[tokio::test]
async fn a_group_whose_reply_is_lost_is_found_and_not_made_twice() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (MAKE, _) => Answer::Drop,
        ("GET /configurations", 1) => groups(&["old"]),
        ("GET /configurations", _) => groups(&["old", "new"]),
        _ => Answer::ok(&json!({ "configuration": group("new") })),
    })
    .await;

    let made = server.client().configurations().create(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(MAKE)), ("new", 1));
    assert!(made.found_after.is_some());
}

#[tokio::test]
async fn a_creation_waits_where_the_api_limits_it() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (MAKE, 1) => Answer::rate_limited("0"),
        (MAKE, _) => Answer::ok(&json!({ "configuration": group("new") })),
        _ => groups(&[]),
    })
    .await;

    let made = server.client().configurations().create(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(MAKE)), ("new", 2));
    assert!(made.found_after.is_none());
}

#[tokio::test]
async fn a_value_that_cannot_be_is_refused_at_once() {
    let refusal = "The configuration parameter nope is not supported.";
    let server = Server::start(move |request, _| match request.method.as_str() {
        "GET" => groups(&[]),
        _ => Answer::fault(422, "unprocessableEntity", refusal),
    })
    .await;
    let configurations = server.client().configurations();
    let change = ConfigurationChange { name: None, description: None, values: values() };

    for error in [
        configurations.create(&new()).await.map(drop).unwrap_err(),
        configurations.set("c1", &values()).await.unwrap_err(),
        configurations.replace("c1", &change).await.unwrap_err(),
    ] {
        assert!(matches!(&error, Error::Rejected(it) if it.message == refusal), "{error}");
    }
    assert_eq!(server.received().iter().filter(|it| it.method != "GET").count(), 3);
}

#[tokio::test]
async fn a_change_is_sent_again_after_a_lost_reply() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::Drop,
        _ => Answer::accepted(),
    })
    .await;

    server.client().configurations().set("c1", &values()).await.unwrap();

    assert_eq!(server.count("PATCH /configurations/c1"), 2);
}

#[tokio::test]
async fn a_group_is_replaced_as_a_whole_and_deleted_by_its_id() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let configurations = server.client().configurations();
    let name = Some("slow".to_owned());
    let change = ConfigurationChange { name, description: None, values: values() };

    configurations.replace("c1", &change).await.unwrap();
    configurations.delete("c1").await.unwrap();

    assert_eq!(server.lines(), ["PUT /configurations/c1", "DELETE /configurations/c1"]);
    let group = json!({ "name": "slow", "values": values() });
    assert_eq!(server.received()[0].body, json!({ "configuration": group }));
}

#[tokio::test]
async fn a_group_is_gone_when_the_list_says_so_too() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("GET /configurations", 1) => groups(&["c1"]),
        ("GET /configurations", _) => groups(&[]),
        _ => Answer::not_found(),
    })
    .await;

    let found = server.client().configurations().get("c1").await.unwrap();

    assert!(found.is_none());
    assert_eq!(server.count("GET /configurations"), 2);
}

#[tokio::test]
async fn parameters_are_looked_at_once_for_all() {
    let server = Server::start(|_, _| {
        let one =
            json!({ "name": "connect_timeout", "type": "integer", "min": 2, "max": 31_536_000 });
        Answer::ok(&json!({ "configuration-parameters": [one] }))
    })
    .await;
    let client = server.client();

    for _ in 0..3 {
        let all = client.configurations().parameters("v1").await.unwrap();
        assert_eq!(all[0].max, Some(31_536_000.into()));
    }

    assert_eq!(server.lines(), ["GET /datastores/versions/v1/parameters"]);
}

#[tokio::test]
async fn the_instances_of_a_group_are_read_to_the_last_page() {
    let server = Server::start(|request, _| {
        let page = |id: &str, next: Value| {
            Answer::ok(&json!({ "instances": [{ "id": id, "name": "web" }], "links": next }))
        };
        match request.line().as_str() {
            "GET /configurations/c1/instances" if request.query.is_empty() => {
                page("i1", json!([{ "rel": "next", "href": "https://db/x?marker=i1" }]))
            }
            _ => page("i2", json!([])),
        }
    })
    .await;

    let all = server.client().configurations().instances("c1").await.unwrap();

    let ids: Vec<&str> = all.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["i1", "i2"]);
}

#[tokio::test]
async fn default_settings_are_told_of_an_instance_and_of_a_version_and_a_flavor() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "GET /instances/i1/configuration" => {
            Answer::ok(&json!({ "instance": { "configuration": { "port": "3306" } } }))
        }
        "GET /datastore/version/v1/configuration/2" => Answer::ok(&json!({
            "datastore": "mysql",
            "configuration": { "port": { "default": "3306" }, "sql_mode": { "type": "string" } },
        })),
        _ => Answer::not_found(),
    })
    .await;
    let configurations = server.client().configurations();
    let port = Map::from_iter([("port".to_owned(), json!("3306"))]);

    assert_eq!(configurations.of_instance("i1").await.unwrap(), Some(port.clone()));
    assert_eq!(configurations.of_instance("i2").await.unwrap(), None);
    assert_eq!(configurations.of_version("v1", "2").await.unwrap(), port);
}
