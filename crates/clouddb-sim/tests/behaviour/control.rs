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

/// Faults that are refused, and a part of the reason.
pub(crate) fn refused() -> Vec<(Value, &'static str)> {
    let on = |(more, reason): (Value, &'static str)| {
        let mut fault = json!({ "method": "POST", "path": "/instances" });
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (fault, reason)
    };
    [
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
    ]
    .map(on)
    .to_vec()
}

#[test]
fn a_fault_that_could_do_nothing_is_refused_with_a_reason() {
    let api = Api::new();
    for (fault, reason) in refused() {
        let seen = sim(&api, "POST", "/sim/faults", &fault);

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
fn faults_that_wait_are_told_as_they_were_added_and_what_is_left_of_them() {
    let api = Api::new();
    let fault = json!({ "method": "GET", "path": "/flavors", "kind": "status", "status": 503,
        "retry_after": { "seconds": 2 }, "delay": "1ms", "skip": 1, "times": 3 });
    let late = json!({ "method": "POST", "path": "/instances", "status": 500,
        "late": { "time": "2s" }, "times": 1 });
    for it in [&fault, &late] {
        assert_eq!(sim(&api, "POST", "/sim/faults", it).status, 200);
    }
    let told = || sim(&api, "GET", "/sim/faults", &json!({})).json();
    assert_eq!(told(), json!([fault, late]));

    api.get("/flavors");
    api.get("/flavors");

    assert_eq!(told()[0]["times"], 2);
    assert_eq!(told()[0].get("skip"), None);
    sim(&api, "DELETE", "/sim/faults", &json!({}));
    assert_eq!(told(), json!([]));
}

#[test]
fn the_log_can_be_read_on_from_where_it_was_left() {
    let api = Api::new();
    for path in ["/flavors", "/instances"] {
        api.get(path);
    }
    let read = |query: &str| sim(&api, "GET", &format!("/sim/requests{query}"), &json!({}));
    let last = read("").json()[1]["number"].as_u64().unwrap();

    sim(&api, "DELETE", "/sim/requests", &json!({}));
    api.get("/backups");

    let news = read(&format!("?after={last}")).json();
    assert_eq!((&news[0]["call"], &news[0]["number"]), (&json!("/backups"), &json!(last + 1)));
    assert_eq!(read(&format!("?after={}", last + 1)).json(), json!([]));
    assert_eq!(read("?after=x").status, 400);
    assert_eq!(sim(&api, "GET", "/sim/state", &json!({})).json()["clock"]["kind"], "polls");
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
