//! Collections of which somebody may not want all.

use std::pin::pin;

use clouddb::{Error, LeftOut};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::server::{Answer, Server, instance, names};

fn page(collection: &str, items: &[Value], next: Option<&str>) -> Answer {
    let mut body = json!({ collection: items });
    if let Some(query) = next {
        let href = format!("https://trove.invalid/v1.0/123456/{collection}{query}");
        body["links"] = json!([{ "rel": "next", "href": href }]);
    }
    Answer::ok(&body)
}

#[tokio::test]
async fn a_page_is_asked_for_when_the_one_before_it_was_taken() {
    let server = Server::start(|_, nth| match nth {
        1 => page("instances", &[instance("a", "ACTIVE")], Some("?limit=1000&marker=a")),
        _ => page("instances", &[instance("b", "ACTIVE")], None),
    })
    .await;
    let mut pages = pin!(server.client().instances().pages());

    let first = pages.next().await.unwrap().unwrap();

    assert_eq!((first.items[0].id.as_str(), server.received().len()), ("a", 1));
    let second = pages.next().await.unwrap().unwrap();
    assert_eq!((second.items[0].id.as_str(), server.received().len()), ("b", 2));
    assert!(pages.next().await.is_none());
    assert_eq!(server.received().len(), 2);
}

/// Backups are paged by number, and with a new one in front the pages do not fit together.
#[tokio::test]
async fn what_was_there_throughout_comes_once_also_when_the_list_changes() {
    let of = |ids: &[&str]| -> Vec<Value> {
        let backup = |id: &&str| json!({ "id": id, "name": "n", "status": "COMPLETED" });
        ids.iter().map(backup).collect()
    };
    let server = Server::start(move |_, nth| match nth {
        1 => page("backups", &of(&["b1", "b2"]), Some("?limit=2&marker=2")),
        2 => page("backups", &of(&["b1", "b2"]), None),
        _ => page("backups", &of(&["b0", "b1", "b2", "b3"]), None),
    })
    .await;

    let pages = server.client().backups().pages();

    let pages: Vec<_> = pages.map(Result::unwrap).collect().await;
    let ids = pages.iter().flat_map(|page| page.iter().map(|it| it.id.as_str()));
    assert_eq!(ids.collect::<Vec<_>>(), ["b1", "b2", "b0", "b3"]);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_list_whose_pages_never_fit_together_is_an_error_after_five_readings() {
    let all = ["b1", "b2"].map(|id| json!({ "id": id, "name": "n", "status": "COMPLETED" }));
    let server = Server::start(move |_, nth| {
        page("backups", &all, (nth % 2 == 1).then_some("?limit=2&marker=2"))
    })
    .await;

    let pages: Vec<_> = server.client().backups().pages().collect().await;

    let (last, before) = pages.split_last().unwrap();
    let why = std::error::Error::source(last.as_ref().unwrap_err()).unwrap().to_string();
    assert!(why.contains("changes faster"), "{why}");
    let ids = before.iter().flat_map(|page| page.as_ref().unwrap().iter().map(|it| it.id.clone()));
    assert_eq!(ids.collect::<Vec<_>>(), ["b1", "b2"]);
    assert_eq!(server.received().len(), 10);
}

#[tokio::test]
async fn an_error_is_the_last_that_comes() {
    let server = Server::start(|_, nth| match nth {
        1 => page("databases", &names(&["a"]), Some("?marker=a")),
        _ => Answer::fault(403, "forbidden", "Not for you."),
    })
    .await;

    let pages = server.client().databases("i1").pages();

    let pages: Vec<_> = pages.collect().await;
    assert!(matches!(pages.as_slice(), [Ok(_), Err(Error::Forbidden(_))]), "{pages:?}");
}

#[tokio::test]
async fn users_of_the_service_are_left_out_and_what_cannot_be_read_is_told() {
    let user = |name: &str| json!({ "name": name, "host": "%", "databases": [] });
    let odd = json!({ "name": "odd", "host": ["%"] });
    let items = [user("os_admin"), user("app"), odd, user("root")];
    let server = Server::start(move |_, _| page("users", &items, None)).await;

    let pages: Vec<_> = server.client().users("i1").pages().map(Result::unwrap).collect().await;

    let [only] = pages.as_slice() else { panic!("{pages:?}") };
    assert_eq!((only.items.len(), only.items[0].name.as_str()), (1, "app"));
    assert_eq!(only.unreadable.len(), 1);
}

#[tokio::test]
async fn replicas_are_left_out_also_by_a_server_that_lists_them_all_the_same() {
    let mut copy = instance("copy", "ACTIVE");
    copy["replica_of"] = json!({ "id": "main", "links": [] });
    let items = [instance("main", "ACTIVE"), copy];
    let server = Server::start(move |_, _| page("instances", &items, None)).await;

    let pages =
        server.client().instances().pages_without(LeftOut { replicas: true, members: false });

    let pages: Vec<_> = pages.map(Result::unwrap).collect().await;
    let ids: Vec<_> = pages[0].iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["main"]);
    assert_eq!(server.received()[0].query, "limit=1000&include_replicas=false");
}

#[tokio::test]
async fn members_of_groups_are_left_out_too() {
    let mut member = instance("member", "ACTIVE");
    member["ha_id"] = json!("h1");
    let items = [instance("main", "ACTIVE"), member];
    let server = Server::start(move |_, _| page("instances", &items, None)).await;

    let pages =
        server.client().instances().pages_without(LeftOut { replicas: true, members: true });

    let pages: Vec<_> = pages.map(Result::unwrap).collect().await;
    let ids: Vec<_> = pages[0].iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["main"]);
    let expected = "limit=1000&include_replicas=false&include_ha=false";
    assert_eq!(server.received()[0].query, expected);
}
