//! New objects that are looked for only where they should stand.

use clouddb::NewDatabase;
use serde_json::json;

use crate::server::{Answer, Received, Server, names};

const LIST: &str = "GET /instances/i1/databases";

/// A page, after which there is another one.
fn page(all: &[&str]) -> Answer {
    let href = "https://trove.invalid/v1.0/123456/instances/i1/databases?marker=next";
    Answer::ok(&json!({ "databases": names(all), "links": [{ "rel": "next", "href": href }] }))
}

/// A server that has `a` and the new `z`, which two whole lists do not show: one from before the creation, and
/// one after it. After a marker it answers like that. Tells how often it was asked for all and after a marker.
async fn looked_for(after: impl Fn(usize) -> Answer + Send + Sync + 'static) -> (usize, usize) {
    let of_all = |it: &Received| !it.query.contains("marker");
    let server = Server::start(move |request, nth| match request.line().as_str() {
        LIST if !of_all(request) => after(nth),
        LIST if nth < 3 => Answer::ok(&json!({ "databases": names(&["a"]) })),
        LIST => Answer::ok(&json!({ "databases": names(&["a", "z"]) })),
        _ => Answer::accepted(),
    })
    .await;
    let databases = server.client().databases("i1");
    let new = NewDatabase { name: "z".to_owned(), character_set: None, collate: None };

    databases.create(&new).await.unwrap();
    databases.wait_until_present("z").await.unwrap();

    let asked = server.received();
    let lists: Vec<_> = asked.iter().filter(|it| it.line() == LIST).collect();
    let all = lists.iter().filter(|it| of_all(it)).count();
    (all, lists.len() - all)
}

#[tokio::test]
async fn a_new_object_is_found_on_the_page_where_it_should_stand() {
    let shown = |_| Answer::ok(&json!({ "databases": names(&["z"]) }));

    assert_eq!(looked_for(shown).await, (2, 1));
}

/// It begins with what stands before the page, so the marker was passed over.
#[tokio::test]
async fn a_server_that_does_not_take_the_markers_is_asked_for_all_at_once() {
    assert_eq!(looked_for(|_| page(&["a", "m"])).await, (3, 1));
}

#[tokio::test]
async fn pages_that_never_come_to_where_it_should_stand_are_given_up() {
    let endless = |nth: usize| page(&[format!("b{nth:04}").as_str()]);

    assert_eq!(looked_for(endless).await, (3, 1_000));
}
