use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::api::api_key;
use crate::http::send;

#[test]
fn the_program_says_where_it_listens_and_how_to_log_in() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clouddb-sim"))
        .args(["--listen", "127.0.0.1:0", "--polls", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);

    let first = lines.next().unwrap();
    let url = first.strip_prefix("clouddb-sim listening on ").unwrap().to_owned();
    let rest: Vec<String> = lines.by_ref().take(4).collect();

    let address = url.strip_prefix("http://").unwrap().parse().unwrap();
    let body = api_key("demo", "demo-key").to_string();
    let headers = [("Content-Type", "application/json")];
    let seen = send(address, "POST", "/v2.0/tokens", &headers, Some(body.as_bytes())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        rest,
        [
            "export RAX_USERNAME=demo".to_owned(),
            "export RAX_API_KEY=demo-key".to_owned(),
            "export RAX_REGION=DFW".to_owned(),
            format!("export RAX_AUTH_URL={url}/v2.0"),
        ]
    );
    assert_eq!(seen.status, 200);
}
