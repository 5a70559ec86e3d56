//! Reading collections to their end.

use clouddb::Error;
use serde_json::{Value, json};

use crate::server::{Answer, Server, names};

fn page(collection: &str, items: &[Value], next: Option<&str>) -> Answer {
    let mut body = json!({ collection: items });
    if let Some(query) = next {
        // The host of a link is not one that can be reached from here.
        let href = format!("https://trove.invalid/v1.0/123456/{collection}{query}");
        body["links"] = json!([{ "rel": "next", "href": href }]);
    }
    Answer::ok(&body)
}

#[tokio::test]
async fn every_page_is_read_on_our_own_base_url() {
    let server = Server::start(|request, nth| match nth {
        1 => page("databases", &names(&["a", "b"]), Some("?limit=1000&marker=b")),
        2 => page("databases", &names(&["c"]), Some("?marker=c&limit=1000")),
        _ => {
            assert_eq!(request.query, "marker=c&limit=1000");
            page("databases", &names(&["d"]), None)
        }
    })
    .await;

    let databases = server.client().databases("i1").list().await.unwrap();

    let found: Vec<&str> = databases.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(found, ["a", "b", "c", "d"]);
    assert_eq!(server.received().len(), 3);
    assert_eq!(server.received()[0].query, "limit=1000");
}

#[tokio::test]
async fn an_empty_page_with_a_link_is_not_the_end() {
    let server = Server::start(|_, nth| match nth {
        1 => page("instances", &[], Some("?limit=1000&marker=x")),
        _ => page("instances", &[crate::server::instance("i1", "ACTIVE")], None),
    })
    .await;

    let instances = server.client().instances().list().await.unwrap();

    assert_eq!(instances.len(), 1);
}

#[tokio::test]
async fn an_item_on_two_pages_counts_once() {
    let server = Server::start(|_, nth| match nth {
        1 => page("databases", &names(&["a", "b"]), Some("?marker=b")),
        _ => page("databases", &names(&["b", "c"]), None),
    })
    .await;

    let databases = server.client().databases("i1").list().await.unwrap();

    assert_eq!(databases.len(), 3);
}

#[tokio::test]
async fn users_of_one_name_and_different_hosts_are_two() {
    let user = |host: &str| json!({"name": "u", "host": host, "databases": []});
    let server =
        Server::start(move |_, _| page("users", &[user("%"), user("10.0.0.1"), user("%")], None))
            .await;

    let users = server.client().users("i1").list().await.unwrap();

    assert_eq!(users.len(), 2);
}

#[tokio::test]
async fn the_marker_of_users_goes_back_as_the_server_wrote_it() {
    let server = Server::start(|_, nth| match nth {
        1 => page("users", &names(&["a b"]), Some("?limit=1000&marker=a%2520b%2540%2525")),
        _ => page("users", &[], None),
    })
    .await;

    server.client().users("i1").list().await.unwrap();

    assert_eq!(server.received()[1].query, "limit=1000&marker=a%2520b%2540%2525");
}

#[tokio::test]
async fn a_link_that_leads_back_is_an_error() {
    for next in ["?marker=a", "?limit=1000", ""] {
        let server = Server::start(move |_, _| page("instances", &[], Some(next))).await;

        let error = server.client().instances().list().await.unwrap_err();

        assert!(matches!(error, Error::Undecodable { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_page_that_fails_fails_the_whole_list() {
    let server = Server::start(|_, nth| match nth {
        1 => page("databases", &names(&["a"]), Some("?marker=a")),
        _ => Answer::fault(403, "forbidden", "Not for you."),
    })
    .await;

    let error = server.client().databases("i1").list().await.unwrap_err();

    assert!(matches!(error, Error::Forbidden(_)), "{error}");
}

#[tokio::test]
async fn the_backups_of_an_instance_may_come_as_one_object() {
    let backup = json!({"id": "b1", "name": "n", "status": "COMPLETED"});
    for (key, value) in
        [("backups", json!([backup])), ("backup", json!([backup])), ("backup", backup.clone())]
    {
        let body = json!({ key: value });
        let server = Server::start(move |_, _| Answer::ok(&body)).await;

        let backups = server.client().backups().list_of("i1").await.unwrap();

        assert_eq!(backups[0].id, "b1");
    }
}

#[tokio::test]
async fn a_page_without_the_list_is_an_error() {
    let server = Server::start(|_, _| Answer::ok(&json!({"databases": []}))).await;

    let error = server.client().flavors().list().await.unwrap_err();

    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
}
