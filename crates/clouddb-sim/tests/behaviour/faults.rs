use std::net::TcpStream;
use std::time::Duration;

use clouddb_sim::{ClockSkew, Fault, Options, Simulator};
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
    api.sim.inject(Fault::on("*", "/**").status(413).retry_after_date(-30));
    let past = api.get("/flavors").header("retry-after").map(httpdate::parse_http_date);
    assert!(past.unwrap().unwrap() < std::time::SystemTime::now());
}

#[test]
fn a_retry_after_can_be_nonsense() {
    let api = Api::new();
    api.sim.inject(Fault::on("*", "/**").status(413).retry_after_text("soon"));

    assert_eq!(api.get("/flavors").header("retry-after"), Some("soon"));
    assert_eq!(api.get("/flavors").status, 200);
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

fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        std::thread::yield_now();
    }
}

#[test]
fn a_call_is_carried_out_though_its_client_has_gone() {
    let api = Api::new();
    for (path, fault) in [
        ("/flavors", Fault::on("POST", "/instances").delay(Duration::from_millis(50))),
        ("/flavors", Fault::on("POST", "/instances").hold_reply(Duration::from_mins(1))),
    ] {
        let before = api.sim.instances().len();
        api.sim.inject(fault);
        let body = instance("x").to_string();
        let mut stream = TcpStream::connect(api.sim.address()).unwrap();
        let head = format!(
            "POST /v1.0/123456/instances HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             X-Auth-Token: {}\r\nContent-Length: {}\r\n\r\n{body}",
            api.token,
            body.len()
        );
        std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
        until(|| api.sim.waiting_faults() == 0);
        drop(stream);

        until(|| api.sim.instances().len() > before);
        assert_eq!(api.get(path).status, 200, "nobody else waits");
    }
}

#[test]
fn a_refused_call_may_be_carried_out_later() {
    let api = Api::new();
    let late = || Fault::on("POST", "/instances").status(503);
    api.sim.inject(late().late_effect_before_call(2));
    assert_eq!(api.post("/instances", &instance("x")).status, 503);
    assert_eq!(api.sim.late_effects(), 1);
    assert_eq!(api.get("/instances").json()["instances"], json!([]));
    assert_eq!(api.get("/instances").json()["instances"][0]["name"], "x");
    assert_eq!(api.sim.late_effects(), 0);

    api.sim.inject(late().late_effect(Duration::from_millis(20)));
    assert_eq!(api.post("/instances", &instance("y")).status, 503);
    until(|| api.sim.late_effects() == 0);
    assert_eq!(api.sim.instances().len(), 2);
}

#[test]
fn somebody_else_makes_the_same_just_before() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "2", 1);
    let users = format!("/instances/{id}/users");
    api.sim.inject(Fault::on("POST", "/instances").status(503).namesake());
    api.sim.inject(Fault::on("POST", "/instances/*/users").drop_connection().namesake());
    let ann = json!({ "users": [{ "name": "ann", "password": "hunter2" }] });

    assert_eq!(api.post("/instances", &instance("x")).status, 503);
    assert!(api.try_send("POST", &users, Some(&ann)).is_none());

    let other = api.sim.instances().into_iter().find(|it| it.name == "x").unwrap();
    assert_eq!(
        api.sim.namesakes(),
        [format!("/instances/{}", other.id), format!("/instances/{id}/users/ann@%")]
    );
    assert_ne!(api.sim.users(&id)[0].password, "hunter2");
}

#[test]
fn an_object_is_missed_for_some_reads_and_lists() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "2", 1);
    api.sim.add_user(&id, "ann", "%", "hunter2", &[]);
    api.sim.add_user(&id, "ann", "10.0.0.1", "hunter2", &[]);
    api.sim.inject(Fault::on("GET", "/instances/*").missing().times(2));
    api.sim.inject(Fault::on("GET", "/instances").omit("db"));
    api.sim.inject(Fault::on("GET", "/instances/*/users").omit("ann@10.0.0.1"));

    let one = format!("/instances/{id}");
    let seen = api.get(&one);
    assert_eq!((seen.status, message(&seen)), (404, format!("Resource {id} cannot be found.")));
    assert_eq!([api.get(&one).status, api.get(&one).status], [404, 200]);
    assert_eq!(api.get("/instances").json()["instances"], json!([]));
    assert_eq!(api.get("/instances").json()["instances"][0]["id"], json!(id));
    let users = api.get(&format!("{one}/users")).json();
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
    assert_eq!(users["users"][0]["host"], "%");
}

#[test]
fn a_body_drips_grows_to_100_mb_or_never_ends() {
    use std::io::{Read, Write};
    let api = Api::new();
    let read = |fault: Fault, count: u64| {
        api.sim.inject(fault);
        let mut stream = TcpStream::connect(api.sim.address()).unwrap();
        let head = format!(
            "GET /v1.0/123456/flavors HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {}\r\n\r\n",
            api.token
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut seen = Vec::new();
        stream.take(count).read_to_end(&mut seen).unwrap();
        String::from_utf8(seen).unwrap()
    };

    let huge = read(Fault::on("GET", "/flavors").huge_body(), 4096);
    assert!(huge.contains("content-length: 104857600\r\n"), "{huge}");
    let endless = read(Fault::on("GET", "/flavors").endless_body(), 8 << 20);
    assert!(endless.contains("\"flavors\"") && endless.len() == 8 << 20);
    let page = read(Fault::on("GET", "/flavors").html().huge_body(), 64 << 10);
    assert!(page.matches("<html>").count() > 100, "{page}");
    let dripping = read(Fault::on("GET", "/flavors").status(503).dripping_body(), 128);
    assert!(dripping.starts_with("HTTP/1.1 503"), "{dripping}");
}

#[test]
fn clocks_may_be_wrong() {
    let api = Api::new();
    api.sim.set_clocks(ClockSkew { date: -3600, objects: 3600 });
    let id = api.create("db");

    let seen = api.get(&format!("/instances/{id}"));

    let now = std::time::SystemTime::now();
    let date = httpdate::parse_http_date(seen.header("date").unwrap()).unwrap();
    assert!(date + Duration::from_mins(50) < now);
    let created: jiff::Timestamp =
        seen.json()["instance"]["created"].as_str().unwrap().parse().unwrap();
    assert!(created > jiff::Timestamp::try_from(now + Duration::from_mins(50)).unwrap());
}
