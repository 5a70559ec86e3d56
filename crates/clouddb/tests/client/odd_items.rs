//! Items of a list that cannot be understood: they harm nobody but themselves, and prove no absence.

use std::collections::BTreeSet;
use std::time::Duration;

use clouddb::{Client, Error, NewBackup, NewDatabase, NewUser, Source, UserId};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::lost_replies::new_instance;
use crate::server::{Answer, Server, instance, now};

/// Items that tell what they are, and no more that can be understood.
const NAMED: [fn(&str) -> Value; 3] = [
    |id| json!({"id": id, "name": "db", "status": "ACTIVE", "flavor": null}),
    |id| {
        json!({"id": id, "name": "db", "status": "ACTIVE", "flavor": {"id": "1"},
        "datastore": {"version": "8.0"}})
    },
    |id| json!({"id": id, "name": 5, "status": ["ACTIVE"]}),
];

/// Items that may be anything.
const NAMELESS: [fn() -> Value; 6] = [
    || json!({"status": "ACTIVE", "flavor": {"id": "1"}}),
    || json!({"id": null, "name": null}),
    || json!({"id": "", "name": ""}),
    || json!({"id": {}, "name": []}),
    || json!(null),
    || json!(["i1"]),
];

fn user(name: &str) -> UserId {
    UserId { name: name.to_owned(), host: "%".to_owned() }
}

fn backup(id: &str) -> Value {
    json!({"id": id, "name": "b", "status": "COMPLETED", "instance_id": "i1", "created": now()})
}

/// A server with one good item in each list, and these beside it.
async fn with(collection: &'static str, odd: Vec<Value>) -> Server {
    Server::start(move |request, _| {
        let list = |name: &str, good: Value| {
            let mut items = vec![good];
            if name == collection {
                items.extend(odd.iter().cloned());
            }
            Answer::ok(&json!({ name: items }))
        };
        match request.line().as_str() {
            "GET /instances" => list("instances", instance("good", "ACTIVE")),
            "GET /backups" => list("backups", backup("good")),
            "GET /flavors" => list("flavors", json!({"id": 1, "name": "x", "ram": 512})),
            "GET /datastores" => {
                list("datastores", json!({"id": "good", "name": "mysql", "versions": []}))
            }
            "GET /instances/good/databases" => list("databases", json!({"name": "good"})),
            "GET /instances/good/users" => list("users", json!({"name": "good", "host": "%"})),
            "GET /instances/good" => Answer::instance("good", "ACTIVE"),
            _ if request.method == "GET" => Answer::not_found(),
            _ => Answer::accepted(),
        }
    })
    .await
}

/// How many items of a list can be read, and the keys of the others.
async fn listed(client: &Client, collection: &str) -> (usize, Vec<Option<String>>) {
    macro_rules! keys {
        ($list:expr) => {{
            let list = $list.await.unwrap();
            (list.items.len(), list.unreadable.into_iter().map(|it| it.key).collect())
        }};
    }
    match collection {
        "instances" => keys!(client.instances().list()),
        "backups" => keys!(client.backups().list()),
        "flavors" => keys!(client.flavors().list()),
        "datastores" => keys!(client.datastores().list()),
        "databases" => keys!(client.databases("good").list()),
        _ => keys!(client.users("good").list()),
    }
}

#[tokio::test]
async fn one_odd_item_leaves_every_list_readable_and_is_told_by_its_key() {
    for (collection, odd, key) in [
        ("instances", NAMED[0]("old"), Some("old")),
        ("instances", NAMED[1]("old"), Some("old")),
        ("instances", NAMED[2]("old"), Some("old")),
        ("backups", json!({"id": 5, "status": null}), Some("5")),
        ("backups", json!({"id": "b", "status": "NEW", "datastore": {}}), Some("b")),
        ("flavors", json!({"id": 2, "name": "x", "ram": "much"}), Some("2")),
        ("flavors", json!({"id": null, "str_id": "gp", "name": "x"}), Some("gp")),
        ("datastores", json!({"id": "d", "name": null}), Some("d")),
        ("users", json!({"name": "app", "databases": [{"name": null}]}), Some("app@%")),
        ("users", json!({"name": "app", "host": "h", "databases": 1}), Some("app@h")),
        ("users", json!({"name": "app", "host": null}), None),
        ("users", json!({"host": "%"}), None),
        ("databases", json!({"character_set": "utf8"}), None),
    ] {
        let server = with(collection, vec![odd.clone()]).await;

        let (readable, keys) = listed(&server.client(), collection).await;

        assert_eq!(readable, 1, "{collection}: {odd}");
        assert_eq!(keys, [key.map(str::to_owned)], "{collection}: {odd}");
    }
    for collection in ["instances", "backups", "flavors", "datastores", "databases", "users"] {
        for odd in [json!(null), json!(5), json!([]), json!({})] {
            let server = with(collection, vec![odd.clone(), odd]).await;

            let (readable, keys) = listed(&server.client(), collection).await;

            assert_eq!((readable, keys), (1, vec![None, None]), "{collection}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_item_is_told_with_its_key_and_without_secrets() {
    let odd = json!({"id": "old", "status": {"password": "s3cret-word"}, "name": "s3cret-word"});
    let server = with("instances", vec![odd]).await;

    let list = server.client().instances().list().await.unwrap();

    let Error::Undecodable { source, call } = &list.unreadable[0].error else { panic!("{list:?}") };
    assert_eq!(call.to_string(), "GET /instances");
    let words = source.to_string();
    assert!(words.contains("its item old: ") && !words.contains("s3cret"), "{words}");
}

#[tokio::test]
async fn an_odd_version_leaves_the_others_of_its_datastore_readable() {
    let versions = json!([{"id": "v1", "name": "8.0"}, {"id": "v2"}, null, {"name": "5.7"}]);
    let datastore = json!({"id": "d", "name": "mariadb", "versions": versions});
    let server = with("datastores", vec![datastore]).await;

    let list = server.client().datastores().list().await.unwrap();

    let datastore = list.iter().find(|it| it.id == "d").unwrap();
    assert_eq!(datastore.versions.len(), 1);
    assert_eq!(datastore.unreadable_versions, [Some("v2".to_owned()), None, None]);
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_there_and_one_without_a_key_may_be_anything() {
    for odd in NAMED {
        let client = with("instances", vec![odd("old")]).await.client();
        let error = client.instances().get("old").await.unwrap_err();
        assert!(matches!(error, Error::Contradiction { .. }), "{error}");
        assert!(client.instances().get("gone").await.unwrap().is_none());
        assert!(client.databases("gone").find("d").await.unwrap().is_none());
    }
    let client = with("backups", vec![json!({"id": "old"})]).await.client();
    let error = client.backups().get("old").await.unwrap_err();
    assert!(matches!(error, Error::Contradiction { .. }), "{error}");
    assert!(client.backups().get("gone").await.unwrap().is_none());
    let client = with("users", vec![json!({"name": "app", "databases": 1})]).await.client();
    let error = client.users("good").find(&user("app")).await.unwrap_err();
    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
    assert!(client.users("good").find(&user("gone")).await.unwrap().is_none());
    assert!(client.users("good").find(&user("good")).await.unwrap().is_some());

    for odd in NAMELESS {
        for collection in ["instances", "backups", "databases", "users"] {
            let client = with(collection, vec![odd()]).await.client();
            let doubt = match collection {
                "instances" => client.instances().get("gone").await.map(drop),
                "backups" => client.backups().get("gone").await.map(drop),
                "databases" => client.databases("good").find("gone").await.map(drop),
                _ => client.users("good").find(&user("gone")).await.map(drop),
            };
            let there = match collection {
                "instances" => client.instances().get("good").await.unwrap().is_some(),
                "backups" => true,
                "databases" => client.databases("good").find("good").await.unwrap().is_some(),
                _ => client.users("good").find(&user("good")).await.unwrap().is_some(),
            };

            assert!(there, "{collection}: {}", odd());
            assert!(
                matches!(doubt, Err(Error::Undecodable { .. })),
                "{collection}: {}: {doubt:?}",
                odd()
            );
        }
    }
}

#[tokio::test]
async fn no_deletion_ends_by_a_list_with_an_item_that_may_be_what_is_deleted() {
    for (collection, odd) in [
        ("instances", NAMED[0]("old")),
        ("instances", NAMELESS[0]()),
        ("backups", json!({"id": "old"})),
        ("backups", NAMELESS[0]()),
        ("databases", NAMELESS[0]()),
        ("users", json!({"name": "old", "databases": 1})),
        ("users", NAMELESS[0]()),
    ] {
        let server = with(collection, vec![odd.clone()]).await;
        let deadline = Instant::now() + Duration::from_millis(100);
        let hasty = server.client().within(deadline, CancellationToken::new());

        let gone = match collection {
            "instances" => hasty.instances().wait_until_gone("old").await,
            "backups" => hasty.backups().wait_until_gone("old").await,
            "databases" => hasty.databases("good").wait_until_gone("old").await,
            _ => hasty.users("good").wait_until_gone(&user("old")).await,
        };

        assert!(matches!(gone, Err(Error::Deadline { .. })), "{collection}: {odd}: {gone:?}");
    }
    let client = with("users", vec![json!({"name": "other", "databases": 1})]).await.client();
    client.users("good").wait_until_gone(&user("old")).await.unwrap();
    let client = with("instances", vec![NAMED[0]("other")]).await.client();
    client.instances().wait_until_gone("old").await.unwrap();
}

#[tokio::test]
async fn an_odd_item_keeps_no_wait_from_its_end() {
    let server = Server::start(|request, nth| match request.line().as_str() {
        "GET /instances" => {
            let status = if nth < 3 { "BUILD" } else { "ACTIVE" };
            let mut items: Vec<Value> =
                ["a", "b", "c"].iter().map(|id| instance(id, status)).collect();
            items.extend([NAMED[1]("odd"), NAMELESS[0]()]);
            Answer::ok(&json!({ "instances": items }))
        }
        "GET /instances/odd" => Answer::instance("odd", "ACTIVE"),
        _ => Answer::instance("a", "BUILD"),
    })
    .await;
    let client = server.client();
    let instances = client.instances();

    let ready = ["a", "b", "c", "odd"].map(|id| instances.wait_until_ready(id));
    let ready = futures_util::future::join_all(ready).await;

    assert!(ready.iter().all(Result::is_ok), "{ready:?}");

    let server = with("users", vec![json!({"name": "app", "databases": 1}), json!({})]).await;
    let users = server.client().users("good");
    users.wait_until_present(&user("good")).await.unwrap();
    users.wait_until_granted(&user("good"), &BTreeSet::new()).await.unwrap();
}

/// A server that loses the reply to the first creation, and has these items before and after it.
async fn losing(line: &'static str, before: Vec<Value>, after: Vec<Value>) -> Server {
    let list = format!("GET {}", line.trim_start_matches("POST "));
    let name = line.rsplit('/').next().unwrap();
    Server::start(move |request, nth| match request.line() {
        it if it == line && nth == 1 => Answer::Drop,
        it if it == line => Answer::accepted(),
        it if it == list && nth == 1 => Answer::ok(&json!({ name: before })),
        it if it == list => Answer::ok(&json!({ name: after })),
        it if it == "GET /instances/new" => {
            let mut new = instance("new", "BUILD");
            new["created"] = json!(now());
            Answer::ok(&json!({ "instance": new }))
        }
        _ => Answer::not_found(),
    })
    .await
}

#[tokio::test]
async fn a_lost_creation_is_found_beside_odd_items_and_by_its_own_address() {
    let (old, nameless) = (NAMED[0]("old"), NAMELESS[0]());
    let before = vec![old.clone(), nameless.clone()];
    for new in [instance("new", "BUILD"), NAMED[0]("new"), NAMED[1]("new")] {
        let after = vec![old.clone(), nameless.clone(), new];
        let server = losing("POST /instances", before.clone(), after).await;

        let made = server.client().instances().create(&new_instance()).await.unwrap();

        assert_eq!(made.object.id, "new");
        assert!(made.found_after.is_some());
        assert_eq!(server.count("POST /instances"), 1);
    }
}

#[tokio::test]
async fn a_lost_creation_that_may_be_an_odd_item_is_in_doubt() {
    let (new, app) = (json!({"status": "NEW"}), json!({"name": "app", "databases": 1}));
    let password = || "a-password".to_owned().into();
    for (line, odd) in [
        ("POST /instances", new.clone()),
        ("POST /instances", json!({"id": "unreadable"})),
        ("POST /backups", new.clone()),
        ("POST /backups", json!({"id": "unreadable"})),
        ("POST /instances/i1/databases", new.clone()),
        ("POST /instances/i1/users", new),
        ("POST /instances/i1/users", app),
    ] {
        let server = losing(line, Vec::new(), vec![odd.clone()]).await;
        let client = server.client();

        let made = match line.rsplit('/').next().unwrap() {
            "instances" => client.instances().create(&new_instance()).await.map(drop),
            "backups" => {
                let (source, name) = (Source::Instance("i1".to_owned()), "b".to_owned());
                let new = NewBackup {
                    source,
                    name,
                    description: None,
                    parent_id: None,
                    copy_to: Vec::new(),
                };
                client.backups().create(&new).await.map(drop)
            }
            "databases" => {
                let name = "d".to_owned();
                let new = NewDatabase { name, character_set: None, collate: None };
                client.databases("i1").create(&new).await.map(drop)
            }
            _ => {
                let new = NewUser { id: user("app"), password: password(), databases: vec![] };
                client.users("i1").create(&new).await.map(drop)
            }
        };

        // What has an ID and is not there under its own address is nothing.
        let nothing = line == "POST /instances" && odd["id"] == "unreadable";
        assert!(nothing || matches!(made, Err(Error::InDoubt { .. })), "{line}: {odd}: {made:?}");
        assert_eq!(server.count(line), 1, "{line}: {odd}");
    }
}

/// What does not tell its ID and was there before is not what was made, so it was looked for that.
#[tokio::test]
async fn odd_items_from_before_are_not_what_a_lost_creation_made() {
    let odd = vec![NAMELESS[0](), NAMED[0]("old"), NAMELESS[1]()];
    let server = losing("POST /instances", odd.clone(), odd).await;

    let error = server.client().instances().create(&new_instance()).await.unwrap_err();

    assert!(matches!(error, Error::InDoubt { looked: Some(_), .. }), "{error}");
}

/// What was there before is not what was made: the creation goes on as if it could be read.
#[tokio::test]
async fn odd_items_from_before_keep_no_database_from_being_sent_again() {
    let odd = vec![json!({"name": "other", "databases": 1})];
    let server = losing("POST /instances/i1/users", odd.clone(), odd).await;
    let new = NewUser {
        id: user("app"),
        password: "a-password".to_owned().into(),
        databases: Vec::new(),
    };

    server.client().users("i1").create(&new).await.unwrap();

    assert_eq!(server.count("POST /instances/i1/users"), 2);
}

#[tokio::test]
async fn odd_items_at_the_edges_of_pages_lose_nothing_and_hide_nothing() {
    let items: Vec<Value> = (0..7)
        .map(|n| if n % 2 == 0 { json!({"id": format!("b{n}")}) } else { backup(&format!("b{n}")) })
        .chain([json!(null)])
        .chain((8..12).map(|n| backup(&format!("b{n}"))))
        .collect();
    for page in 1..6 {
        let items = items.clone();
        let server = Server::start(move |request, _| {
            let marker = request.query.split('&').find_map(|it| it.strip_prefix("marker="));
            let start: usize = marker.map_or(0, |it| it.parse().unwrap());
            let end = (start + page + 1).min(items.len());
            let mut body = json!({ "backups": items[start..end] });
            if end < items.len() {
                let href = format!("https://x/backups?marker={end}");
                body["links"] = json!([{"rel": "next", "href": href}]);
            }
            Answer::ok(&body)
        })
        .await;

        let list = server.client().backups().list().await.unwrap();

        assert_eq!(list.items.len(), 7, "{page}");
        let mut keys: Vec<_> = list.unreadable.into_iter().map(|it| it.key).collect();
        keys.sort();
        let expected = [None, Some("b0"), Some("b2"), Some("b4"), Some("b6")];
        assert_eq!(keys, expected.map(|key| key.map(str::to_owned)), "{page}");
    }
}

#[tokio::test]
async fn a_list_of_nothing_but_odd_items_without_end_is_none() {
    let server = with("instances", vec![json!({}); 1_001]).await;

    let error = server.client().instances().list().await.unwrap_err();

    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
}
