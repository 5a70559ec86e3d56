use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::api::api_key;
use crate::http::send;

#[test]
fn the_program_says_where_it_listens_and_how_to_log_in() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clouddb-sim"))
        .args(["--listen", "127.0.0.1:0", "--polls", "0", "--other-account", "654321"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);

    let first = lines.next().unwrap();
    let url = first.strip_prefix("clouddb-sim listening on ").unwrap().to_owned();
    let rest: Vec<String> = lines.by_ref().take(5).collect();

    let address = url.strip_prefix("http://").unwrap().parse().unwrap();
    let body = api_key("demo", "demo-key").to_string();
    let headers = [("Content-Type", "application/json")];
    let log_in = |body: &str| {
        send(address, "POST", "/v2.0/tokens", &headers, Some(body.as_bytes())).unwrap()
    };
    let seen = log_in(&body);
    let other = log_in(&api_key("demo-654321", "demo-key").to_string()).json();
    child.kill().unwrap();
    let told = child.wait_with_output().unwrap().stderr;
    assert!(told.is_empty(), "nobody else reaches it");
    assert_eq!(
        rest,
        [
            "export RAX_USERNAME=demo".to_owned(),
            "export RAX_API_KEY=demo-key".to_owned(),
            "export RAX_REGION=DFW".to_owned(),
            format!("export RAX_AUTH_URL={url}/v2.0"),
            "# another account: export RAX_USERNAME=demo-654321".to_owned(),
        ]
    );
    assert_eq!(seen.status, 200);
    assert_eq!(other["access"]["token"]["tenant"]["id"], "654321");
}

#[test]
fn listening_for_others_it_prints_an_address_that_works_and_follows_the_name_it_is_called_by() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clouddb-sim"))
        .args(["--listen", "0.0.0.0:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let lines: Vec<String> = lines.take(7).collect();

    let url = lines[4].strip_prefix("export RAX_AUTH_URL=http://").unwrap();
    let address: std::net::SocketAddr = url.strip_suffix("/v2.0").unwrap().parse().unwrap();
    assert!(address.ip().is_loopback(), "{address}");
    assert!(lines[6].contains(&format!("http://NAME:{}/v2.0", address.port())), "{lines:?}");
    assert_eq!(send(address, "GET", "/sim/health", &[], None).unwrap().status, 200);
    let body = api_key("demo", "demo-key").to_string();
    let request = format!(
        "POST /v2.0/tokens HTTP/1.1\r\nHost: sim:8778\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.contains("http://sim:8778/DFW/v1.0/123456"), "{reply}");
    child.kill().unwrap();
    let warned = child.wait_with_output().unwrap().stderr;
    let warned = String::from_utf8(warned).unwrap();
    assert!(
        warned.starts_with("clouddb-sim: warning: whoever reaches 0.0.0.0 can use it"),
        "{warned}"
    );
}

#[test]
fn nothing_that_the_program_is_told_is_printed_or_shown() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clouddb-sim"))
        .args(["--listen", "127.0.0.1:0", "--polls", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    let address = first.trim().rsplit_once('/').unwrap().1.parse().unwrap();
    let call = |method: &str, path: &str, token: &str, body: &serde_json::Value| {
        let headers = [("Content-Type", "application/json"), ("X-Auth-Token", token)];
        send(address, method, path, &headers, Some(body.to_string().as_bytes())).unwrap()
    };
    let login = call("POST", "/v2.0/tokens", "", &api_key("demo", "demo-key")).json();
    let token = login["access"]["token"]["id"].as_str().unwrap();
    call("POST", "/v2.0/tokens", "", &api_key("demo", "wr0ng-key"));
    call("GET", &format!("/v2.0/tokens/{token}"), token, &json!(null));
    let base = "/DFW/v1.0/123456/instances";
    let new = json!({"instance": {"name": "db", "flavorRef": "1", "volume": {"size": 1}}});
    let made = call("POST", base, token, &new).json();
    let users = format!("{base}/{}/users", made["instance"]["id"].as_str().unwrap());
    for password in ["hunter2", "hun;ter2"] {
        let body = json!({"users": [{"name": "ann", "password": password, "databases": []}]});
        call("GET", base, token, &json!(null));
        call("POST", &users, token, &body);
    }

    let mut told = ["/sim/requests", "/sim/state"].map(|it| call("GET", it, "", &json!(null)).body);
    assert!(told[0].contains("/users") && told[1].contains("ann"), "{told:?}");
    child.kill().unwrap();
    out.read_to_string(&mut told[0]).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut told[1]).unwrap();
    child.wait().unwrap();

    for secret in [token, "wr0ng-key", "hunter2", "hun;ter2"] {
        assert!(!told.concat().contains(secret), "{secret} in {told:?}");
    }
}
