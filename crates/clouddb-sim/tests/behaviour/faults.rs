use std::net::TcpStream;
use std::time::Duration;

use clouddb_sim::{Fault, Options, Simulator};
use serde_json::json;

use crate::api::{Api, api_key, instance, log_in, message};

#[test]
fn a_fault_before_the_effect_leaves_nothing_behind() {
    let api = Api::new();
    api.sim.inject(Fault::on("POST", "/instances").status(503).retry_after(7));

    let seen = api.post("/instances", &instance("x"));

    assert_eq!((seen.status, seen.header("retry-after")), (503, Some("7")));
    assert_eq!(seen.fault().unwrap().0, "serviceUnavailable");
    assert!(api.sim.is_empty());
    assert_eq!(api.post("/instances", &instance("x")).status, 200, "it happens once");
}

#[test]
fn a_fault_after_the_effect_hides_what_was_done() {
    let api = Api::new();
    api.sim.inject(Fault::on("POST", "/instances").status(500).message("lost").after_effect());

    let seen = api.post("/instances", &instance("x"));

    assert_eq!((seen.status, message(&seen)), (500, "lost".into()));
    assert_eq!(api.sim.instances().len(), 1);
}

#[test]
fn a_connection_is_dropped_before_or_after_the_effect() {
    let api = Api::new();
    let body = instance("x");
    api.sim.inject(Fault::on("POST", "/instances").drop_connection());
    assert!(api.try_send("POST", "/instances", Some(&body)).is_none());
    assert!(api.sim.is_empty());

    api.sim.inject(Fault::on("POST", "/instances").drop_connection().after_effect());
    assert!(api.try_send("POST", "/instances", Some(&body)).is_none());
    assert_eq!(api.sim.instances().len(), 1);
    assert_eq!(api.sim.writes().iter().map(|call| call.status).collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn a_reply_is_cut_in_the_middle_of_its_body() {
    let api = Api::new();
    api.sim.inject(Fault::on("GET", "/flavors").cut_reply());

    assert!(api.try_send("GET", "/flavors", None).is_none(), "half a body is no reply");
    assert_eq!(api.get("/flavors").status, 200);

    let id = api.sim.add_instance("db", "2", 1);
    api.sim.inject(Fault::on("DELETE", "/instances/*").cut_reply());
    assert!(api.try_send("DELETE", &format!("/instances/{id}"), None).is_none());
    assert_eq!(api.status(&id), "SHUTDOWN", "what is cut has happened");
}

#[test]
fn a_call_that_is_never_answered_keeps_nobody_else_waiting() {
    let api = Api::new();
    api.sim.inject(Fault::on("GET", "/flavors").never_answer());
    let address = api.sim.address();
    let (done, told) = std::sync::mpsc::channel();
    let token = api.token.clone();
    let caller = std::thread::spawn(move || {
        let headers = [("X-Auth-Token", token.as_str())];
        let seen = crate::http::send(address, "GET", "/v1.0/123456/flavors", &headers, None);
        done.send(seen.is_none()).unwrap();
    });
    while api.sim.waiting_faults() > 0 {
        std::thread::yield_now();
    }

    assert_eq!(api.get("/flavors").status, 200);
    assert!(told.try_recv().is_err(), "the first call waits still");

    drop(api);
    assert!(told.recv().unwrap(), "the end of the simulator ends the connection");
    caller.join().unwrap();
}

#[test]
fn a_proxy_answers_html_and_a_stranger_other_json() {
    let api = Api::new();
    api.sim.inject(Fault::on("GET", "/flavors").html());
    api.sim.inject(Fault::on("GET", "/flavors").garbage());
    api.sim.inject(Fault::on("GET", "/flavors").body("{").status(200));

    let html = api.get("/flavors");
    assert_eq!((html.status, html.header("content-type")), (502, Some("text/html; charset=UTF-8")));
    assert!(html.body.starts_with("<html>"));
    let garbage = api.get("/flavors");
    assert_eq!(garbage.status, 200);
    assert!(garbage.json().get("flavors").is_none() && !garbage.json().is_null());
    assert!(api.get("/flavors").json().is_null());
}

#[test]
fn a_date_in_retry_after_lies_ahead() {
    let api = Api::new();
    api.sim.inject(Fault::on("*", "/**").status(413).retry_after_date(30));

    let seen = api.get("/instances/1/users");

    let date = httpdate::parse_http_date(seen.header("retry-after").unwrap()).unwrap();
    assert!(date > std::time::SystemTime::now());
}

#[test]
fn a_delayed_call_is_answered_as_usual() {
    let api = Api::new();
    api.sim.inject(Fault::on("GET", "/flavors").delay(Duration::from_millis(1)));

    assert_eq!(api.get("/flavors").status, 200);
    assert_eq!(api.sim.waiting_faults(), 0);
}

#[test]
fn calls_are_let_through_first_and_a_fault_may_stay() {
    let api = Api::new();
    api.sim.inject(Fault::on("GET", "/flavors").status(500).skip(1).times(2));
    let statuses: Vec<u16> = (0..4).map(|_| api.get("/flavors").status).collect();
    assert_eq!(statuses, [200, 500, 500, 200]);

    api.sim.inject(Fault::on("GET", "/flavors").status(500).always());
    let statuses: Vec<u16> = (0..3).map(|_| api.get("/flavors").status).collect();
    assert_eq!(statuses, [500, 500, 500]);
    api.sim.clear_faults();
    assert_eq!(api.get("/flavors").status, 200);
}

#[test]
fn the_identity_service_fails_as_well() {
    let sim = Simulator::start(Options::default()).unwrap();
    sim.inject(Fault::on("POST", "/v2.0/tokens").status(503));

    assert_eq!(log_in(&sim, &api_key("demo", "demo-key")).status, 503);
    assert_eq!(log_in(&sim, &api_key("demo", "demo-key")).status, 200);
}

#[test]
fn a_fault_in_one_region_path_is_the_same_as_in_another() {
    let api = Api::new().at("/LON/v1.0/123456");
    api.sim.inject(Fault::on("GET", "/flavors").status(500));

    assert_eq!(api.get("/flavors").status, 500);
}

#[test]
fn the_log_tells_what_was_called_and_no_secret() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "2", 1);
    log_in(&api.sim, &api_key("demo", "demo-key"));
    api.get("/instances?limit=1");
    let body = json!({ "users": [{ "name": "ann", "password": "hunter2" }] });
    api.post(&format!("/instances/{id}/users"), &body);

    assert_eq!(api.sim.count("GET", "/instances"), 1);
    assert_eq!(api.sim.count("*", "/instances/*/users"), 1);
    let requests = api.sim.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[1].query.as_deref(), Some("limit=1"));
    let writes = api.sim.writes();
    assert_eq!(writes.len(), 1, "a login is no write");
    assert_eq!(writes[0].body["users"][0], json!({ "name": "ann", "password": "***" }));
    let log = serde_json::to_string(&requests).unwrap();
    assert!(!log.contains("hunter2") && !log.contains("demo-key"), "{log}");
    api.sim.clear_requests();
    assert!(api.sim.requests().is_empty());
}

#[test]
fn after_a_last_answer_connections_are_refused_until_the_door_opens() {
    let api = Api::new();
    api.sim.inject(Fault::on("POST", "/instances").last_answer());

    assert_eq!(api.post("/instances", &instance("x")).status, 200);
    // The listener is closed by the server's own task, which may be a moment late.
    while TcpStream::connect(api.sim.address()).is_ok() {
        std::thread::yield_now();
    }
    api.sim.open_door();
    while TcpStream::connect(api.sim.address()).is_err() {
        std::thread::yield_now();
    }

    assert_eq!(api.get("/flavors").status, 200);
    assert_eq!(api.sim.instances().len(), 1);
}

#[test]
fn a_token_expires_in_the_middle_of_the_work() {
    let api = Api::new();
    api.sim.inject(Fault::on("GET", "/flavors").skip(1).expire_tokens());

    let statuses: Vec<_> = (0..3).map(|_| api.get("/flavors").status).collect();

    assert_eq!(statuses, [200, 401, 401]);
}

#[test]
fn a_fault_repeats_what_the_call_said() {
    let api = Api::new();
    let id = api.create("db");
    let users = format!("/instances/{id}/users");
    let body = json!({ "users": [{ "name": "ann", "password": "hunter2" }] });
    let token = api.sim.tokens().remove(0);
    for fault in [
        Fault::on("POST", "/instances/*/users").status(400).message("No: {request}"),
        Fault::on("POST", "/instances/*/users").status(502).body("<p>{request}</p>"),
    ] {
        api.sim.inject(fault);

        let seen = api.post(&users, &body);

        let said = if seen.status == 400 { message(&seen) } else { seen.body };
        for part in [&token, "POST", "/users", &body.to_string()] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}
