use clouddb_sim::{Clock, Options, Release};
use serde_json::{Value, json};

use crate::api::{Api, message};

fn api() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

fn replica(of: &str, flavor: u64) -> Value {
    json!({ "instance": {
        "name": "copy", "flavorRef": flavor, "volume": { "size": 1 }, "replica_of": of } })
}

fn make(api: &Api, source: &str) -> String {
    let seen = api.post("/instances", &replica(source, 2));
    assert_eq!(seen.status, 200, "{}", seen.body);
    seen.json()["instance"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn source_and_replica_name_each_other_until_the_replica_is_detached() {
    let api = api();
    let source = api.sim.add_instance("source", "2", 1);
    api.sim.add_database(&source, "orders");
    let id = make(&api, &source);
    assert_eq!(api.status(&source), "RESTART");
    api.sim.advance();

    let body = api.get(&format!("/instances/{source}")).json();
    assert_eq!(body["instance"]["replicas"][0]["id"], json!(id));
    let body = api.get(&format!("/instances/{id}")).json();
    assert_eq!(body["instance"]["replica_of"]["id"], json!(source));
    let listed = api.get(&format!("/instances/{source}/replicas")).json();
    assert_eq!(listed["instances"][0]["id"], json!(id));
    let without = api.get("/instances?include_replicas=false").json();
    assert_eq!(without["instances"].as_array().unwrap().len(), 1);

    let detach = json!({ "instance": { "replica_of": "" } });
    assert_eq!(api.patch(&format!("/instances/{id}"), &detach).status, 202);
    assert_eq!(api.status(&id), "DETACH_REPLICA");
    api.sim.advance();
    assert_eq!(api.patch(&format!("/instances/{id}"), &detach).status, 400);
    api.sim.remove_instance(&source);
    assert_eq!(api.sim.databases(&id)[0].name, "orders");
}

#[test]
fn a_replica_has_the_databases_of_its_source_and_they_are_changed_there() {
    let api = api();
    let source = api.sim.add_instance("source", "2", 1);
    let id = make(&api, &source);
    api.sim.advance();
    let body = json!({ "databases": [{ "name": "orders" }] });

    assert_eq!(api.post(&format!("/instances/{id}/databases"), &body).status, 422);
    assert_eq!(api.post(&format!("/instances/{source}/databases"), &body).status, 202);
    assert_eq!(
        api.get(&format!("/instances/{id}/databases")).json(),
        json!({ "databases": [{ "name": "orders" }] })
    );
}

#[test]
fn a_source_is_deleted_after_its_replicas() {
    let api = api();
    let source = api.sim.add_instance("source", "2", 1);
    let id = make(&api, &source);
    api.sim.advance();

    assert_eq!(api.delete(&format!("/instances/{source}")).status, 403);
    assert_eq!(api.delete(&format!("/instances/{id}")).status, 202);
    api.sim.advance();
    assert_eq!(api.delete(&format!("/instances/{source}")).status, 202);
}

#[test]
fn a_source_must_be_large_enough_no_replica_itself_and_have_less_than_two() {
    let api = api();
    let source = api.sim.add_instance("source", "2", 1);
    let refused = |of: &str, flavor: u64| {
        let seen = api.post("/instances", &replica(of, flavor));
        (seen.status, message(&seen))
    };

    assert_eq!(refused(&source, 1).0, 400, "flavor 1 has 512 MB");
    let first = make(&api, &source);
    api.sim.advance();
    assert_eq!(refused(&first, 2), (401, format!("Cannot create a replica of a replica {first}.")));
    make(&api, &source);
    api.sim.advance();
    assert_eq!(refused(&source, 2).0, 400, "two are the most");
    assert_eq!(refused("11111111-1111-1111-1111-111111111111", 2).0, 404);
}

#[test]
fn a_replica_has_the_datastore_of_its_source_and_may_say_so() {
    let api = api();
    let source = api.sim.add_instance("source", "2", 1);
    api.sim.set_datastore(&source, "mysql", "5.7");
    let asked = |kind: &str, version: &str| {
        let mut body = replica(&source, 2);
        body["instance"]["datastore"] = json!({ "type": kind, "version": version });
        let seen = api.post("/instances", &body);
        api.sim.advance();
        (seen.status, message(&seen))
    };

    let words =
        |has: &str| format!("A replica of {source} has its datastore, mysql 5.7, and not {has}.");
    assert_eq!(asked("mysql", "8.0"), (400, words("mysql 8.0")));
    assert_eq!(asked("percona", "5.7"), (400, words("percona 5.7")));
    assert_eq!(asked("mysql", "5.7").0, 200);
}

#[test]
fn the_newer_release_knows_no_least_flavor_and_no_largest_number_of_replicas() {
    let options = Options { clock: Clock::Explicit, release: Release::Newer, ..Options::default() };
    let api = Api::with(options);
    let source = api.sim.add_instance("source", "1", 1);
    let body = json!({ "instance": { "name": "copy", "replica_of": source } });

    for _ in 0..3 {
        assert_eq!(api.post("/instances", &body).status, 200);
        api.sim.advance();
    }
}
