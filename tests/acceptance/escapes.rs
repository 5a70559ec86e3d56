//! What a server says never reaches the terminal, or the log, as a command to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};
use testkit::world::{INSTANCE, World};

/// Clears the screen, turns the text red and around, and rings the bell.
const ACTIVE: &str = "\u{1b}[2J\u{9b}31m\u{1b}]0;title\u{7}\u{202e}\u{2066}PWNED\u{8}\r\u{7f}";

/// An API in which every text ends with commands to the terminal.
fn hostile() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let url = address.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let url = url.clone();
            std::thread::spawn(move || answer(&stream, &url));
        }
    });
    address
}

fn answer(mut stream: &TcpStream, url: &str) {
    let mut reader = BufReader::new(stream);
    let (mut lines, mut length) = (Vec::new(), 0);
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
        lines.push(line);
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let Some(line) = lines.first() else { return };
    let (status, text) = reply(line, &body, url);
    let head = format!(
        "HTTP/1.1 {status} Odd\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    // Whoever has gone away wants no answer.
    drop(stream.write_all([head, text].concat().as_bytes()));
}

fn reply(line: &str, body: &Value, url: &str) -> (u16, String) {
    let line = line.split(" HTTP/").next().unwrap_or_default().replace("/v1.0/1", "");
    let line = line.split('?').next().unwrap_or_default();
    let region =
        |name: &str| json!({"region": name, "tenantId": "1", "publicURL": format!("{url}/v1.0/1")});
    let instance = |id: &str, name: &str| {
        hostile_texts(&json!({
            "id": id, "name": name, "status": "STRANGE", "flavor": {"id": "2"}, "volume": {"size": 10},
            "created": "2026-01-01T00:00:00", "datastore": {"type": "mysql", "version": "8.0"},
        }))
    };
    let fault = json!({"badRequest": {"code": 400, "message": "No", "details": "Why"}});
    match line {
        "POST /v2.0/tokens" => {
            let endpoints = [region("DFW"), hostile_texts(&region("ORD"))];
            (
                200,
                json!({"access": {"token": {"id": "t0ken"}, "serviceCatalog": [
                    {"type": "rax:database", "endpoints": endpoints},
                ]}})
                .to_string(),
            )
        }
        "GET /flavors" => {
            let odd = hostile_texts(&json!({"id": "9", "name": "big", "ram": 9000}));
            (200, json!({"flavors": [{"id": "2", "name": "small", "ram": 1024}, odd]}).to_string())
        }
        "GET /instances" => {
            let mut namesake = instance("i1", "web");
            namesake["name"] = json!("web");
            (200, json!({"instances": [namesake]}).to_string())
        }
        "POST /instances" if body["instance"]["name"] == "slow" => {
            let mut made = instance("i2", "slow");
            made["id"] = json!("i2");
            (200, json!({"instance": made}).to_string())
        }
        "GET /instances/i2" => {
            let mut made = instance("i2", "slow");
            made["id"] = json!("i2");
            (200, json!({"instance": made}).to_string())
        }
        "POST /instances" => (400, hostile_texts(&fault).to_string()),
        "GET /backups" => (200, json!({"backups": ACTIVE}).to_string()),
        _ => (403, format!("<html><h1>{ACTIVE}</h1></html>")),
    }
}

/// The document with commands at the end of all its texts and of all names that lead to no object.
fn hostile_texts(document: &Value) -> Value {
    match document {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| {
                let fault = value.get("message").is_some();
                let key = if fault { format!("{key}{ACTIVE}") } else { key.clone() };
                (key, hostile_texts(value))
            })
            .collect(),
        Value::Array(items) => items.iter().map(hostile_texts).collect(),
        Value::String(text) => Value::from(format!("{text}{ACTIVE}")),
        plain => plain.clone(),
    }
}

#[track_caller]
fn is_harmless(text: &str) {
    let active = |sign: char| {
        sign != '\n'
            && sign != '\t'
            && (sign.is_control() || ACTIVE.contains(sign) && !sign.is_ascii())
    };
    let at = text.find(active).map(|at| text.get(at.saturating_sub(80)..).unwrap_or_default());
    assert_eq!(at, None);
}

#[test]
fn nothing_that_a_server_says_is_a_command_to_the_terminal() {
    let url = hostile();
    let mut world = World::new();
    world.set("RAX_AUTH_URL", &format!("{url}/v2.0"));
    world.set("RAX_DB_LONGEST_OUTAGE", "1ms");
    world.set("TF_LOG_PROVIDER", "TRACE");
    let log = world.folder().join("log");
    world.set("TF_LOG_PATH", log.to_str().unwrap());
    let slow = INSTANCE.replace("main", "slow").replace("web", "slow");
    let slow = slow.replace("10\n}", "10\n  timeouts {\n    create = \"1s\"\n  }\n}");

    world.configure(&INSTANCE.replace("= 2", "= \"nope\""));
    let flavor = world.plan();
    world.configure(&format!("{INSTANCE}{slow}"));
    let instances = world.apply();
    world.configure("data \"rackspace_db_backups\" \"all\" {}\ndata \"rackspace_db_users\" \"all\" {\n  instance_id = \"61f12fef-edb1-4561-8122-e7c00ef26a82\"\n}\n");
    let others = world.plan();
    world.set("RAX_REGION", "MARS");
    let region = world.plan();

    flavor.fails_with(&["PWNED", "(9000 MB)"]);
    instances.fails_with(&[
        "STRANGE",
        "PWNED",
        "terraform import ADDRESS 'i1",
        "The API answered 400",
    ]);
    others.fails_with(&["403", "PWNED", "cannot be understood"]);
    region.fails_with(&["MARS", "DFW, ORD", "PWNED"]);
    for run in [flavor, instances, others, region] {
        is_harmless(&run.text);
    }
    is_harmless(&std::fs::read_to_string(log).unwrap());
}
