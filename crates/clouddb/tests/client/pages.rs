//! Reading collections to their end.

use clouddb::{Error, Source};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use crate::server::{Answer, Server, instance, names};
use crate::shelf::Shelf;

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
    let of = |ids: &[&str]| ids.iter().map(|id| instance(id, "ACTIVE")).collect::<Vec<_>>();
    let server = Server::start(move |request, nth| match nth {
        1 => page("instances", &of(&["a", "b"]), Some("?limit=1000&marker=b")),
        2 => page("instances", &of(&["c"]), Some("?marker=c%2520&limit=1000")),
        _ => {
            assert_eq!(request.query, "marker=c%2520&limit=1000");
            page("instances", &of(&["d"]), None)
        }
    })
    .await;

    let instances = server.client().instances().list().await.unwrap();

    let found: Vec<&str> = instances.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(found, ["a", "b", "c", "d"]);
    assert_eq!(server.received().len(), 3);
    assert_eq!(server.received()[0].query, "limit=1000");
}

#[tokio::test]
async fn an_empty_page_with_a_link_is_not_the_end() {
    let server = Server::start(|_, nth| match nth {
        1 => page("instances", &[], Some("?limit=1000&marker=x")),
        _ => page("instances", &[instance("i1", "ACTIVE")], None),
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

fn decoded(text: &str, times: usize) -> String {
    let once = |text: String| percent_decode_str(&text).decode_utf8().unwrap().into_owned();
    (0..times).fold(text.to_owned(), |text, _| once(text))
}

/// A server that pages by twenty what sorts after the marker, which it decodes so often, and that
/// encodes it twice in its links.
async fn keyed(collection: &'static str, users: Vec<(String, String)>, decodings: usize) -> Server {
    let key = |name: &str, host: &str| match collection {
        "users" => format!("{name}@{host}"),
        _ => name.to_owned(),
    };
    let mut items: Vec<(String, Value)> = users
        .iter()
        .map(|(name, host)| (key(name, host), json!({ "name": name, "host": host })))
        .collect();
    items.sort_by(|one, other| one.0.cmp(&other.0));
    Server::start(move |request, _| {
        let marker = request.query.split('&').find_map(|it| it.strip_prefix("marker="));
        let marker = marker.map(|marker| decoded(marker, decodings));
        let after = items.iter().filter(|(key, _)| marker.as_ref().is_none_or(|it| key > it));
        let rest: Vec<_> = after.collect();
        let shown = &rest[..rest.len().min(20)];
        let twice = |text: &str| {
            let once = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            utf8_percent_encode(&once, NON_ALPHANUMERIC).to_string()
        };
        let next = shown.last().filter(|_| rest.len() > 20);
        let next = next.map(|(key, _)| format!("?limit=20&marker={}", twice(key)));
        let values: Vec<Value> = shown.iter().map(|(_, value)| value.clone()).collect();
        page(collection, &values, next.as_deref())
    })
    .await
}

/// Names of databases and users with each sign that has a meaning in a URL, and some hosts.
fn awkward() -> Vec<Vec<(String, String)>> {
    let any = || "%".to_owned();
    let mut sets: Vec<Vec<_>> = [" ", "#", "?", "@", "%", "&", "+", "%4"]
        .iter()
        .map(|sign| (0..45).map(|n| (format!("a{sign}{n:02}"), any())).collect())
        .collect();
    sets.push((1..46).map(|n| ("app".to_owned(), format!("10.0.0.{n}"))).collect());
    // Decoded once more, the last of the first page would sort after most of the rest.
    let mixed = (0..45).map(|n| match n {
        0..19 => format!("a {n:02}"),
        19 => "a%7E".to_owned(),
        20..44 => format!("a{n:02}"),
        _ => "b".to_owned(),
    });
    sets.push(mixed.map(|name| (name, any())).collect());
    sets
}

#[tokio::test]
async fn lists_are_read_to_their_end_whatever_the_keys_hold_and_however_often_a_marker_is_decoded()
{
    for decodings in [1, 2] {
        for set in awkward() {
            let shown = set[0].clone();
            let users = keyed("users", set.clone(), decodings).await;
            assert_eq!(users.client().users("i1").list().await.unwrap().len(), 45, "{shown:?}");
            if shown.1 == "%" {
                let databases = keyed("databases", set, decodings).await;
                let found = databases.client().databases("i1").list().await.unwrap();
                assert_eq!(found.len(), 45, "{shown:?}, decoded {decodings} times");
            }
            if decodings == 1 {
                assert_eq!(users.received().len(), 3, "no page is asked for twice: {shown:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_end_of_a_list_may_go_between_two_pages() {
    let server = Server::start(|_, nth| match nth {
        1 => page("databases", &names(&["a b"]), Some("?limit=1000&marker=a%2520b")),
        _ => page("databases", &[], None),
    })
    .await;

    let databases = server.client().databases("i1").list().await.unwrap();

    assert_eq!(databases.len(), 1);
    let queries: Vec<String> = server.received().into_iter().map(|it| it.query).collect();
    assert_eq!(queries, ["limit=1000", "limit=1000&marker=a%20b", "limit=1000&marker=a%2520b"]);
}

#[tokio::test]
async fn a_link_that_leads_back_is_an_error() {
    for next in ["?marker=a", "?limit=1000", ""] {
        let server = Server::start(move |_, _| page("instances", &[], Some(next))).await;
        let by_key = Server::start(move |_, _| page("databases", &names(&["a"]), Some(next))).await;

        for error in [
            server.client().instances().list().await.unwrap_err(),
            by_key.client().databases("i1").list().await.unwrap_err(),
        ] {
            assert!(matches!(error, Error::Undecodable { .. }), "{error}");
        }
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
async fn the_backups_of_an_instance_are_taken_from_those_of_the_account() {
    let of = |id: &str, instance: &Value| json!({"id": id, "name": "n", "status": "COMPLETED", "instance_id": instance});
    let all = [of("b1", &json!("i1")), of("b2", &json!("i2")), of("b3", &json!(null))];
    let server = Server::start(move |request, _| match request.line().as_str() {
        "GET /backups" => page("backups", &all, None),
        _ => Answer::busy(),
    })
    .await;

    let backups =
        server.client().backups().list_of(&Source::Instance("i1".to_owned())).await.unwrap();

    assert_eq!(backups.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["b1"]);
}

#[tokio::test]
async fn a_page_without_the_list_is_an_error() {
    let server = Server::start(|_, _| Answer::ok(&json!({"databases": []}))).await;

    let error = server.client().flavors().list().await.unwrap_err();

    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
}

/// A server of sixty databases that does something to its shelf after each page.
async fn changing(change: impl Fn(&Shelf) + Send + Sync + 'static) -> Server {
    let shelf = Shelf::default();
    (0..60).for_each(|n| shelf.put("databases", &format!("d{n:02}")));
    Server::start(move |request, _| {
        let answer = shelf.answer(request);
        change(&shelf);
        answer
    })
    .await
}

#[tokio::test]
async fn what_was_there_throughout_is_listed_once_whatever_comes_and_goes_meanwhile() {
    // The page that was read last begins and ends with these.
    let server = changing(|shelf| {
        for gone in ["d00", "d05", "d19", "d39"] {
            shelf.take("databases", gone);
        }
        for new in ["a", "d05-new", "d19-new", "d39-new", "z"] {
            shelf.put("databases", new);
        }
    })
    .await;

    let found = server.client().databases("i1").list().await.unwrap();

    for n in (0..60).filter(|n| ![0, 5, 19, 39].contains(n)) {
        let name = format!("d{n:02}");
        assert_eq!(found.iter().filter(|it| it.name == name).count(), 1, "{name}");
    }
}

/// A server of fifty backups that pages them by number and takes the first one away after these
/// requests.
async fn numbered(shrinks_after: &'static [usize]) -> Server {
    Server::start(move |request, nth| {
        let gone = shrinks_after.iter().filter(|after| **after < nth).count();
        let marker = request.query.split('&').find_map(|it| it.strip_prefix("marker="));
        let from: usize = marker.map_or(0, |marker| marker.parse().unwrap());
        let backup = |n| json!({"id": format!("b{n}"), "name": "n", "status": "COMPLETED"});
        let items: Vec<Value> = (gone..50).skip(from).take(20).map(backup).collect();
        let next = format!("?limit=20&marker={}", from + 20);
        page("backups", &items, (items.len() == 20).then_some(next.as_str()))
    })
    .await
}

#[tokio::test]
async fn a_backup_does_not_slip_through_when_another_goes_between_two_pages() {
    let quiet = numbered(&[]).await;
    let changing = numbered(&[1]).await;

    assert_eq!(quiet.client().backups().list().await.unwrap().len(), 50);
    let found = changing.client().backups().list().await.unwrap();

    let ids: Vec<String> = found.into_iter().map(|it| it.id).collect();
    assert_eq!(ids, (1..50).map(|n| format!("b{n}")).collect::<Vec<_>>());
    assert_eq!(quiet.received().len(), 3);
    // The second page showed that something was gone, and the reading began again.
    assert_eq!(changing.received().len(), 2 + 3);
}

#[tokio::test]
async fn a_list_that_never_holds_still_is_an_error_and_not_a_short_list() {
    let server = numbered(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).await;

    let error = server.client().backups().list().await.unwrap_err();

    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
}
