//! The name by which a client calls the simulator: the addresses in replies begin with it, with its port.

use std::io::{Read, Write};
use std::net::TcpStream;

use clouddb_sim::{Options, PageSizes, Simulator};
use serde_json::Value;

use crate::api::api_key;

/// What these lines are answered with: the status, and the body.
fn sent(sim: &Simulator, lines: &[&str], body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(sim.address()).unwrap();
    let length = format!("Content-Length: {}", body.len());
    let lines = [lines, &["Connection: close", &length, "", body]].concat().join("\r\n");
    stream.write_all(lines.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let status = reply.split(' ').nth(1).unwrap().parse().unwrap();
    let body = reply.split_once("\r\n\r\n").unwrap().1;
    (status, serde_json::from_str(body).unwrap_or_else(|_| panic!("{reply}")))
}

fn log_in(sim: &Simulator, lines: &[&str]) -> (u16, Value) {
    let lines = [&["POST /v2.0/tokens HTTP/1.1", "Content-Type: application/json"], lines].concat();
    sent(sim, &lines, &api_key("demo", "demo-key").to_string())
}

/// The address of the database service in DFW, of the catalog of a login.
fn endpoint(login: &Value) -> &str {
    let catalog = login["access"]["serviceCatalog"].as_array().unwrap();
    let databases = catalog.iter().find(|it| it["name"] == "cloudDatabases").unwrap();
    databases["endpoints"][0]["publicURL"].as_str().unwrap()
}

#[test]
fn every_address_in_a_reply_has_the_host_and_the_port_that_were_called() {
    let sim =
        Simulator::start(Options { page_sizes: PageSizes::all(1), ..Options::default() }).unwrap();
    let id = sim.add_instance("first", "2", 1);
    sim.add_instance("second", "2", 1);
    for name in ["a", "b"] {
        sim.add_database(&id, name);
    }
    for host in ["sim:8778", "localhost:18778", "sim.test", "10.0.0.7:80", "[::1]:8778"] {
        let named = format!("Host: {host}");
        let (_, login) = log_in(&sim, &[&named]);
        assert_eq!(endpoint(&login), format!("http://{host}/DFW/v1.0/123456"));
        let token = login["access"]["token"]["id"].as_str().unwrap();
        let token = format!("X-Auth-Token: {token}");
        let databases = format!("instances/{id}/databases");
        for path in ["", "instances", "flavors", "ha", &databases] {
            let line = format!("GET /DFW/v1.0/123456/{path} HTTP/1.1");
            let (_, told) = sent(&sim, &[&line, &named, &token], "");
            let told = told.to_string();
            let links: Vec<&str> = told.split("\"href\":\"").skip(1).collect();
            let ours = format!("https://{host}/DFW/");
            assert!(links.iter().all(|it| it.starts_with(&ours)), "{path}: {told}");
            let has_next = told.contains("\"rel\":\"next\"");
            assert_eq!(has_next, path.starts_with("instances"), "{path}: {told}");
        }
        let (_, versions) = sent(&sim, &["GET / HTTP/1.1", &named], "");
        let link = format!("https://{host}/v1.0/");
        assert_eq!(versions["versions"][0]["links"][0]["href"], link);
    }
}

#[test]
fn a_client_that_names_no_host_is_told_the_address_that_it_called() {
    let sim = Simulator::start(Options::default()).unwrap();
    let expected = format!("http://{}/DFW/v1.0/123456", sim.address());

    for lines in [&[][..], &["Host:"]] {
        let (status, login) = log_in(&sim, lines);
        assert_eq!((status, endpoint(&login)), (200, expected.as_str()));
    }
    // As a client sends it to a proxy.
    let line = "POST http://sim:99/v2.0/tokens HTTP/1.1";
    let lines = [line, "Host: other", "Content-Type: application/json"];
    let (_, login) = sent(&sim, &lines, &api_key("demo", "demo-key").to_string());
    assert_eq!(endpoint(&login), "http://sim:99/DFW/v1.0/123456");
}

#[test]
fn what_is_no_host_is_refused_and_comes_into_no_address() {
    let sim = Simulator::start(Options::default()).unwrap();
    let long = "a".repeat(10_000);
    for host in ["demo:demo-key@evil.test", "a b", "a/b", "a?b", "a\"b", "a:99999", "a:x", &long] {
        let (status, told) = log_in(&sim, &[&format!("Host: {host}")]);
        assert_eq!(status, 400, "{host}");
        let said = told["message"].as_str().unwrap();
        assert!(said.contains("send a name or an address"), "{said}");
    }
    let (status, told) = log_in(&sim, &["Host: a", "Host: b"]);
    assert_eq!(status, 400, "{told}");
    // What follows a line break is a header of its own.
    let (status, login) = log_in(&sim, &["Host: a", "X: http://evil.test"]);
    assert!(status == 200 && !login.to_string().contains("evil"));
    assert!(sim.requests().iter().all(|it| it.status == 200));
}
