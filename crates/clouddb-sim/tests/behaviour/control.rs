use clouddb_sim::{Clock, Options};
use serde_json::{Value, json};

use crate::api::{Api, api_key};
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
fn a_fault_that_could_do_nothing_is_refused_with_a_reason() {
    let api = Api::new();
    let on = |more: Value| {
        let mut fault = json!({ "method": "POST", "path": "/instances" });
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fault
    };
    for (fault, reason) in [
        (json!({}), "changes nothing"),
        (json!({ "kind": "delay" }), "changes nothing"),
        (json!({ "kind": "delay", "status": 503 }), "`status` does not fit"),
        (json!({ "kind": "drop", "status": 503 }), "`status` does not fit"),
        (json!({ "kind": "drop", "retry_after": { "seconds": 1 } }), "`retry_after` does not fit"),
        (json!({ "kind": "html", "message": "x" }), "`message` does not fit"),
        (json!({ "kind": "garbage", "body": "x" }), "`body` does not fit"),
        (json!({ "kind": "cut", "after_effect": true }), "`after_effect` does not fit"),
        (json!({ "kind": "leave", "late": { "calls": 1 } }), "`late` does not fit"),
        (json!({ "kind": "hang", "hold": "1s" }), "`hold` does not fit"),
        (json!({ "kind": "drop", "flow": "drip" }), "`flow` does not fit"),
        (json!({ "status": 503, "item": "x" }), "`item` does not fit"),
        (json!({ "body": "x", "message": "x" }), "exclude each other"),
        (json!({ "status": 42 }), "42 is no status"),
        (json!({ "status": 503, "times": 0 }), "`times` is 0"),
        (json!({ "status": 503, "late": { "calls": 0 } }), "`late` of 0"),
        (json!({ "status": 503, "after_effect": true, "late": { "time": "1s" } }), "exclude"),
        (json!({ "method": "GET", "status": 503, "namesake": true }), "`namesake` is about"),
        (json!({ "kind": "omit", "item": "x" }), "`omit` is about"),
        (json!({ "method": "GET", "kind": "omit" }), "needs an `item`"),
        (json!({ "status": 503, "path": "/instance" }), "no call has the path"),
        (json!({ "status": 503, "path": "/v1.0/123456/instances" }), "no call has the path"),
        (json!({ "status": 503, "method": "FETCH" }), "no call has the method"),
        (json!({ "status": 503, "method": "PATCH" }), "no call \"PATCH /instances\" exists"),
        (json!({ "status": 503, "delay": "soon" }), ""),
        (json!({ "kind": "none" }), "unknown variant"),
    ] {
        let seen = sim(&api, "POST", "/sim/faults", &on(fault.clone()));

        assert_eq!(seen.status, 400, "{fault}");
        assert!(seen.fault().unwrap().1.contains(reason), "{fault}: {}", seen.body);
    }
    assert_eq!(api.sim.waiting_faults(), 0);
}

#[test]
fn a_status_or_a_body_alone_are_a_status_fault() {
    let api = Api::new();
    for (fault, status) in [(json!({ "status": 503 }), 503), (json!({ "body": "{}" }), 200)] {
        let mut fault = fault;
        fault["path"] = "/flavors".into();
        assert_eq!(sim(&api, "POST", "/sim/faults", &fault).status, 200);

        let seen = api.get("/flavors");

        assert_eq!(seen.status, status);
        assert!(seen.json().get("flavors").is_none());
    }
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

#[test]
fn the_next_login_tells_of_regions_what_it_was_told_to() {
    let api = Api::new();
    let told = json!({ "default": "ORD", "listed": ["LON", "ORD"] });

    assert_eq!(sim(&api, "POST", "/sim/regions", &told).status, 200);

    let login = api_key("demo", "demo-key").to_string();
    let headers = [("Content-Type", "application/json")];
    let address = api.sim.address();
    let seen = send(address, "POST", "/v2.0/tokens", &headers, Some(login.as_bytes())).unwrap();
    let access = &seen.json()["access"];
    assert_eq!(access["user"]["RAX-AUTH:defaultRegion"], "ORD");
    let services = access["serviceCatalog"].as_array().unwrap();
    let databases = services.iter().find(|it| it["type"] == "rax:database").unwrap();
    let regions = databases["endpoints"].as_array().unwrap().iter().map(|it| &it["region"]);
    assert_eq!(regions.collect::<Vec<_>>(), ["LON", "ORD"]);
    assert_eq!(sim(&api, "POST", "/sim/regions", &json!({ "default": "MARS" })).status, 400);
}
