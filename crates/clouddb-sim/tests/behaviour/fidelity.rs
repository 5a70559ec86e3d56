//! Answers in which a real server surprises: one row for each.

use clouddb_sim::{Clock, Options, Release};
use serde_json::{Value, json};

use crate::api::{Api, instance, message};
use crate::http::send;

const UNKNOWN: &str = "11111111-1111-4111-8111-111111111111";

/// An ACTIVE instance with the database `d1` and the users `u1` and `a@b`.
fn world(release: Release) -> (Api, String) {
    let api = Api::with(Options { release, ..Options::default() });
    let id = api.sim.add_instance("db", "2", 1);
    api.sim.add_database(&id, "d1");
    for name in ["u1", "a@b"] {
        api.sim.add_user(&id, name, "%", "Secret12", &[]);
    }
    let path = format!("/instances/{id}");
    (api, path)
}

/// What is sent below the instance, and how the older release answers.
fn rows() -> Vec<(&'static str, &'static str, Value, u16, &'static str)> {
    let user = |more: Value| {
        let mut user = json!({ "name": "new", "password": "Secret12" });
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "users": [user] })
    };
    let grants = |list: Value| json!({ "databases": list });
    let configuration = |value: Value| json!({ "instance": { "configuration": value } });
    let unknown = "group id: 11111111-1111-4111-8111-111111111111 could not be found.";
    let (one, host) = (json!({ "name": "x" }), "'b' is not a valid hostname.");
    vec![
        ("PUT", "", configuration(json!(UNKNOWN)), 404, unknown),
        ("PUT", "", configuration(json!(5)), 404, "group id: 5 could not be found."),
        ("PUT", "", configuration(json!("")), 202, ""),
        ("PUT", "", json!({ "instance": { "replica_of": "" } }), 202, ""),
        ("PATCH", "", configuration(json!("")), 400, "not valid under any"),
        ("PUT", "/users/u1", json!({ "user": { "password": "a;b" } }), 202, ""),
        ("PUT", "/users/u2", json!({ "user": { "name": "a;b" } }), 404, "u2@%"),
        ("PUT", "/users/u2", json!({ "user": { "host": "b" } }), 404, "u2@%"),
        ("POST", "/users", user(grants(json!([one, one]))), 400, "non-unique"),
        ("POST", "/users", user(grants(json!([{ "name": "a/b" }]))), 400, "a/b"),
        ("POST", "/users", user(json!({ "password": "pässword" })), 500, "Internal"),
        (
            "PUT",
            "/users",
            json!({ "users": [{ "name": "u1", "password": "a;b" }] }),
            400,
            "Error loading user",
        ),
        ("PUT", "/users/u1/databases", grants(json!([one, one])), 202, ""),
        ("PUT", "/users/u1/databases", grants(json!(null)), 500, "Internal"),
        ("PUT", "/users/u1/databases", grants(json!(["d1"])), 500, "Internal"),
        ("PUT", "/users/u1/databases", grants(json!([{}])), 500, "Internal"),
        ("GET", "/users/a%40b", json!(null), 400, host),
        ("GET", "/users/a%40b/databases", json!(null), 400, host),
        ("DELETE", "/users/a%40b", json!(null), 400, host),
        ("GET", "/users/root/databases", json!(null), 400, "Error loading user"),
        (
            "POST",
            "/databases",
            grants(json!([{ "name": "d2", "character_set": null }])),
            400,
            "None",
        ),
        ("DELETE", "/databases/b%2Fd", json!(null), 404, "The resource could not be found."),
        ("POST", "/action", json!({ "resize": null }), 500, "Internal"),
        ("POST", "/action", json!({ "resize": "x" }), 500, "Internal"),
        ("GET", "/databases?limit=", json!(null), 200, ""),
        ("GET", "", json!({}), 500, "Internal"),
        ("DELETE", "", json!({}), 500, "Internal"),
    ]
}

#[test]
fn the_older_release_answers_as_it_was_seen_to() {
    for (method, below, body, status, words) in rows() {
        let (api, path) = world(Release::Older);
        let body = Some(&body).filter(|body| !body.is_null());

        let seen = api.try_send(method, &format!("{path}{below}"), body).unwrap();

        assert_eq!(seen.status, status, "{method} {below} {body:?}: {}", seen.body);
        assert!(seen.body.contains(words), "{method} {below} {body:?}: {}", seen.body);
    }
}

#[test]
fn collections_of_the_account_answer_as_they_were_seen_to() {
    let (api, path) = world(Release::Older);
    let (_, id) = path.rsplit_once('/').unwrap();
    let backup = json!({ "backup": { "name": "b", "instance": id, "description": null } });
    assert_eq!(api.post("/backups", &backup).status, 400);
    assert_eq!(api.get("//instances").json()["instances"].as_array().unwrap().len(), 1);
    let mut new = instance("x");
    new["instance"]["datastore"] = json!({ "type": "MySQL" });
    assert_eq!(message(&api.post("/instances", &new)), "Datastore 'MySQL' cannot be found.");
    api.sim.add_database(id, "d2");
    let last = api.get(&format!("{path}/databases?limit=1&limit=2")).json();
    assert_eq!(last["databases"].as_array().unwrap().len(), 2);
    let headers = [("X-Auth-Token", api.token.as_str())];
    let seen = send(api.sim.address(), "POST", "/v1.0/123456/instances", &headers, Some(b"{}"));
    assert_eq!(seen.unwrap().status, 415);
}

#[test]
fn backups_of_an_instance_are_told_only_when_it_has_a_machine() {
    let (api, path) = world(Release::Older);
    let (_, id) = path.rsplit_once('/').unwrap();
    let backups = format!("{path}/backups");
    for (status, wanted) in
        [("BUILD", 422), ("ERROR", 422), ("SHUTDOWN", 422), ("ACTIVE", 200), ("RESIZE", 200)]
    {
        api.sim.set_status(id, status);
        assert_eq!(api.get(&backups).status, wanted, "{status}");
        assert_eq!(api.get("/backups").status, 200, "{status}");
    }
}

#[test]
fn links_have_keys_encoded_twice_and_markers_are_decoded_once() {
    let (api, path) = world(Release::Older);
    let (_, id) = path.rsplit_once('/').unwrap();
    api.sim.add_database(id, "a b");
    for (below, key, next) in [
        ("/databases", "name", "limit=1&marker=a%2520b"),
        ("/users", "name", "limit=1&marker=a%2540b%2540%2525"),
    ] {
        let first = api.get(&format!("{path}{below}?limit=1")).json();
        let href = first["links"][0]["href"].as_str().unwrap();
        assert!(href.ends_with(next), "{href}");

        let once = next.replace("%25", "%");
        let second = api.get(&format!("{path}{below}?{once}")).json();

        let collection = below.trim_start_matches('/');
        assert!(["d1", "u1"].contains(&second[collection][0][key].as_str().unwrap()), "{second}");
    }
}

#[test]
fn the_newer_release_refuses_other_forms() {
    let (api, path) = world(Release::Newer);
    let (_, id) = path.rsplit_once('/').unwrap();
    let put = |value: Value| api.put(&path, &json!({ "instance": { "configuration": value } }));
    assert_eq!([put(json!("")).status, put(json!(null)).status], [400, 202]);
    let databases = format!("{path}/databases");
    let names = json!({ "databases": [{ "name": "a/b", "character_set": "none" }] });
    assert_eq!(api.post(&databases, &names).status, 202);

    let mut replica = instance("replica");
    replica["instance"]["replica_of"] = id.into();
    let seen = api.post("/instances", &replica);
    assert_eq!(seen.status, 400);
    assert!(message(&seen).contains("Cannot specify flavor when creating replicas"));
    let bare = json!({ "instance": { "name": "replica", "replica_of": id } });
    let made = api.post("/instances", &bare).json();
    assert_eq!(made["instance"]["flavor"]["id"], "2");
}

#[test]
fn a_replica_needs_a_flavor_in_the_older_release() {
    let api = Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() });
    let id = api.sim.add_instance("db", "2", 1);
    let bare = json!({ "instance": { "name": "replica", "replica_of": id } });

    assert!(message(&api.post("/instances", &bare)).contains("'flavorRef' is a required property"));
}
