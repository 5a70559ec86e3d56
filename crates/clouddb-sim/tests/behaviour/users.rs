use clouddb_sim::{Legacy, Options, PageSizes};
use serde_json::{Value, json};

use crate::api::Api;

fn world(options: Options) -> (Api, String, String) {
    let api = Api::with(options);
    let id = api.sim.add_instance("db", "2", 1);
    let path = format!("/instances/{id}/users");
    (api, id, path)
}

fn names(api: &Api, id: &str) -> Vec<String> {
    api.sim.users(id).iter().map(|user| format!("{}@{}", user.name, user.host)).collect()
}

#[test]
fn a_user_is_a_pair_of_name_and_host() {
    let (api, id, path) = world(Options::default());
    let body = json!({ "users": [
        { "name": "ann", "password": "one" },
        { "name": "ann", "password": "two", "host": "10.0.0.1", "databases": [{ "name": "orders" }] },
    ] });

    assert_eq!(api.post(&path, &body).status, 202);

    assert_eq!(names(&api, &id), ["ann@%", "ann@10.0.0.1"]);
    let passwords: Vec<String> = api.sim.users(&id).into_iter().map(|u| u.password).collect();
    assert_eq!(passwords, ["one", "two"]);
    assert_eq!(
        api.get(&format!("{path}/ann%4010%252E0%252E0%252E1")).json(),
        json!({ "user": {
            "name": "ann", "host": "10.0.0.1", "databases": [{ "name": "orders" }] } })
    );
    assert_eq!(api.delete(&format!("{path}/ann")).status, 202);
    assert_eq!(names(&api, &id), ["ann@10.0.0.1"]);
}

#[test]
fn a_segment_may_be_encoded_once_or_twice_or_not_at_all() {
    let (api, id, path) = world(Options::default());
    api.sim.add_user(&id, "some.user", "%", "secret", &[]);

    for segment in [
        "some.user",
        "some%2Euser",
        "some%252Euser",
        "some%252Euser%40%25",
        "some%252euser%2540%2525",
        "some.user.json",
    ] {
        assert_eq!(api.get(&format!("{path}/{segment}")).status, 200, "{segment}");
    }
    assert_eq!(api.get(&format!("{path}/some%25252Euser")).status, 404);
}

#[test]
fn the_period_bug_acts_on_another_user_unless_the_period_is_encoded_twice() {
    let legacy = Legacy { period_bug: true, ..Legacy::default() };
    let (api, id, path) = world(Options { legacy, ..Options::default() });
    for name in ["john", "john.doe"] {
        api.sim.add_user(&id, name, "%", "secret", &[]);
    }

    assert_eq!(api.delete(&format!("{path}/john%2Edoe")).status, 202);
    assert_eq!(names(&api, &id), ["john.doe@%"]);
    assert_eq!(api.delete(&format!("{path}/john%252Edoe")).status, 202);
    assert_eq!(names(&api, &id), Vec::<String>::new());
}

#[test]
fn name_host_and_password_are_changed_in_place_and_grants_stay() {
    let (api, id, path) = world(Options::default());
    api.sim.add_user(&id, "ann", "%", "old", &["orders"]);
    let change = json!({ "user": { "name": "bob", "host": "10.%", "password": "new" } });

    assert_eq!(api.put(&format!("{path}/ann%40%25"), &change).status, 202);

    let user = api.sim.users(&id).remove(0);
    assert_eq!((user.name, user.host, user.password), ("bob".into(), "10.%".into(), "new".into()));
    assert_eq!(user.databases, ["orders"]);
}

#[test]
fn a_host_that_is_left_out_stays() {
    let (api, id, path) = world(Options::default());
    api.sim.add_user(&id, "ann", "10.0.0.1", "old", &[]);

    api.put(&format!("{path}/ann%4010.0.0.1"), &json!({ "user": { "name": "bob" } }));

    assert_eq!(names(&api, &id), ["bob@10.0.0.1"]);
}

#[test]
fn passwords_change_together_or_not_at_all() {
    let (api, id, path) = world(Options::default());
    api.sim.add_user(&id, "ann", "%", "old", &[]);
    api.sim.add_user(&id, "bob", "10.0.0.1", "old", &[]);
    let change = |list: Value| api.put(&path, &json!({ "users": list })).status;
    let passwords =
        || -> Vec<String> { api.sim.users(&id).into_iter().map(|user| user.password).collect() };

    let bad = json!([{ "name": "ann", "password": "x" }, { "name": "bob", "password": "x" }]);
    assert_eq!((change(bad), passwords()), (404, vec!["old".into(), "old".into()]));
    let good = json!([
        { "name": "ann", "password": "a" },
        { "name": "bob", "host": "10.0.0.1", "password": "b" },
    ]);
    assert_eq!((change(good), passwords()), (202, vec!["a".into(), "b".into()]));
}

#[test]
fn grants_are_added_and_taken_away_one_by_one() {
    let (api, id, path) = world(Options::default());
    api.sim.add_user(&id, "ann", "%", "secret", &["orders"]);
    let access = format!("{path}/ann%40%25/databases");

    let more = json!({ "databases": [{ "name": "orders" }, { "name": "absent" }] });
    assert_eq!(api.put(&access, &more).status, 202);
    assert_eq!(
        api.get(&access).json(),
        json!({ "databases": [{ "name": "absent" }, { "name": "orders" }] })
    );
    assert_eq!(api.delete(&format!("{access}/orders")).status, 202);
    assert_eq!(api.delete(&format!("{access}/orders")).status, 404);
    assert_eq!(api.sim.users(&id)[0].databases, ["absent"]);
}

#[test]
fn where_the_marker_is_decoded_twice_links_can_be_followed_to_the_letter() {
    for (count, pages) in [(0, 1), (1, 1), (20, 1), (21, 2), (41, 3)] {
        let legacy = Legacy { marker_decoded_twice: true, ..Legacy::default() };
        let (api, id, path) = world(Options { legacy, ..Options::default() });
        (0..count).for_each(|n| api.sim.add_user(&id, &format!("u {n:03}"), "%", "secret", &[]));

        let (items, seen) = api.pages(&path, "users");

        assert_eq!((items.len(), seen), (count, pages), "{count} users");
    }
}

#[test]
fn followed_to_the_letter_a_link_brings_the_last_user_again() {
    let page_sizes = PageSizes::all(2);
    let (api, id, path) = world(Options { page_sizes, ..Options::default() });
    (0..3).for_each(|n| api.sim.add_user(&id, &format!("user{n}"), "%", "secret", &[]));

    let next = api.get(&path).json()["links"][0]["href"].as_str().unwrap().to_owned();
    let query = next.split_once('?').unwrap().1;
    let second = api.get(&format!("{path}?{query}")).json();

    assert_eq!(query, "marker=user1%2540%2525");
    assert_eq!(second["users"][0]["name"], "user1");
    let rebuilt = api.get(&format!("{path}?marker=user1%40%25")).json();
    assert_eq!(rebuilt["users"][0]["name"], "user2");
}

#[test]
fn dropping_a_database_leaves_the_grants_on_it() {
    let (api, id, path) = world(Options::default());
    api.sim.add_database(&id, "orders");
    api.sim.add_user(&id, "ann", "%", "secret", &["orders"]);

    api.delete(&format!("/instances/{id}/databases/orders"));

    let body = api.get(&format!("{path}/ann")).json();
    assert_eq!(body["user"]["databases"], json!([{ "name": "orders" }]));
}

#[test]
fn with_lag_a_user_is_seen_late_and_stays_a_while() {
    let (api, _, path) = world(Options { guest_lag: 1, ..Options::default() });
    let listed = || api.get(&path).json()["users"].as_array().unwrap().len();

    api.post(&path, &json!({ "users": [{ "name": "late", "password": "pw" }] }));
    assert_eq!([listed(), listed()], [0, 1]);
    api.delete(&format!("{path}/late"));
    assert_eq!([listed(), listed()], [1, 0]);
}
