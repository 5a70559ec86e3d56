use clouddb_sim::{Clock, Options};
use serde_json::{Value, json};

use crate::api::Api;
use crate::http::{Seen, send};

fn sim(api: &Api, method: &str, path: &str, body: &Value) -> Seen {
    send(api.sim.address(), method, path, &[], Some(body.to_string().as_bytes())).unwrap()
}

#[test]
fn faults_are_added_over_http() {
    let api = Api::new();
    let fault = json!({ "method": "GET", "path": "/flavors", "kind": "status", "status": 503,
        "retry_after": { "seconds": 2 }, "delay": "1ms", "times": 1 });

    assert_eq!(sim(&api, "POST", "/sim/faults", &fault).status, 200);

    let seen = api.get("/flavors");
    assert_eq!((seen.status, seen.header("retry-after")), (503, Some("2")));
    assert_eq!(api.get("/flavors").status, 200);
    assert_eq!(sim(&api, "POST", "/sim/faults", &json!({ "paht": "/" })).status, 400);
}

#[test]
fn time_and_endings_are_in_the_hand_of_the_caller() {
    let api = Api::with(Options { clock: Clock::Explicit, ..Options::default() });
    let next = json!({ "occasion": "instance", "end": { "in": "FAILED" } });
    assert_eq!(sim(&api, "POST", "/sim/next", &next).status, 200);
    let id = api.create("db");

    sim(&api, "POST", "/sim/advance", &json!({}));
    assert_eq!(api.status(&id), "FAILED");
    sim(&api, "POST", "/sim/stick", &json!({ "id": id, "status": "BLOCKED" }));
    assert_eq!(api.status(&id), "BLOCKED");
    sim(&api, "POST", "/sim/release", &json!({ "id": id }));
    assert_eq!(api.status(&id), "FAILED");
    assert_eq!(sim(&api, "DELETE", &format!("/sim/instances/{id}"), &json!({})).status, 200);
    assert_eq!(api.status(&id), "GONE");
    sim(&api, "POST", "/sim/expire-tokens", &json!({}));
    assert_eq!(api.get("/flavors").status, 401);
}

#[test]
fn the_state_has_everything_but_passwords_and_the_log_has_no_control_calls() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "2", 1);
    api.sim.add_user(&id, "ann", "%", "hunter2", &["orders"]);
    let backup = api.sim.add_backup(&id, "nightly");
    api.get("/flavors");

    let state = sim(&api, "GET", "/sim/state", &json!({}));
    let log = sim(&api, "GET", "/sim/requests", &json!({})).json();

    assert_eq!(state.json()["instances"][0]["users"][0]["name"], "ann");
    assert_eq!(state.json()["backups"][0]["id"], json!(backup));
    assert!(!state.body.contains("hunter2"));
    assert_eq!(log.as_array().unwrap().len(), 1);
    assert_eq!(log[0]["call"], "/flavors");
    sim(&api, "DELETE", "/sim/requests", &json!({}));
    assert!(api.sim.requests().is_empty());
}
