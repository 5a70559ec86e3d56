//! Nothing of a server is left behind.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::cloud::{Cloud, is_there};

/// Calls of running programs that name this.
pub(crate) fn calls(part: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let calls = processes.filter_map(|it| std::fs::read(it.path().join("cmdline")).ok());
    let calls = calls.map(|it| String::from_utf8_lossy(&it).replace('\0', " "));
    calls.filter(|call| call.contains("mariadbd ") && call.contains(part)).collect()
}

pub(crate) fn wait_for(what: &str, fulfilled: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_mins(2);
    while !fulfilled() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The data folder that a call names.
fn folder(call: &str) -> PathBuf {
    let argument = call.split(' ').find_map(|it| it.strip_prefix("--datadir=")).unwrap();
    PathBuf::from(argument)
}

#[test]
fn a_server_ends_with_its_instance_and_with_its_simulator() {
    let Some(cloud) = Cloud::new() else { return };
    let (first, second) = (cloud.build("first"), cloud.build("second"));
    let data = folder(&calls(&first)[0]);

    cloud.delete(&format!("/instances/{first}"));
    cloud.wait(&first, "SHUTDOWN");
    wait_for("the server ends with its instance", || calls(&first).is_empty() && !data.exists());
    assert_eq!(calls(&second).len(), 1);
    drop(cloud);

    assert_eq!(calls(&second), Vec::<String>::new());
    assert!(!data.parent().unwrap().exists());
}

fn start(arguments: &[&str]) -> Child {
    program(arguments).spawn().unwrap()
}

fn program(arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_clouddb-sim"));
    program.args(["--listen", "127.0.0.1:0", "--engine", "mariadb"]).args(arguments);
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

#[test]
fn servers_end_with_a_simulator_that_is_killed() {
    if !is_there() {
        return;
    }
    let mut program = start(&["--polls", "0"]);
    let (mut line, mut out) = (String::new(), BufReader::new(program.stdout.take().unwrap()));
    out.read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once('/').unwrap().1.parse().unwrap();
    let send = |path: &str, token: &str, body: &serde_json::Value| {
        let headers = [("Content-Type", "application/json"), ("X-Auth-Token", token)];
        let body = body.to_string();
        crate::http::send(address, "POST", path, &headers, Some(body.as_bytes())).unwrap().json()
    };
    let login = send("/v2.0/tokens", "", &crate::api::api_key("demo", "demo-key"));
    let token = login["access"]["token"]["id"].as_str().unwrap();
    let new = json!({ "instance": { "name": "x", "flavorRef": "2", "volume": { "size": 1 } } });
    let made = send("/v1.0/123456/instances", token, &new);
    let id = made["instance"]["id"].as_str().unwrap();
    wait_for("the server starts", || !calls(id).is_empty());
    let data = folder(&calls(id)[0]);
    let root: &Path = data.parent().unwrap();

    program.kill().unwrap();
    program.wait().unwrap();

    wait_for("server and folder end", || calls(id).is_empty() && !root.exists());
}

#[test]
fn a_data_folder_that_is_being_made_ends_with_a_simulator_that_is_killed() {
    if !is_there() {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let mut program = program(&[]);
    let mut program = program.env("TMPDIR", temporary.path()).spawn().unwrap();
    let name = temporary.path().display().to_string();
    wait_for("the installation begins", || !calls(&name).is_empty());

    program.kill().unwrap();
    program.wait().unwrap();

    let is_empty = || std::fs::read_dir(temporary.path()).unwrap().next().is_none();
    wait_for("the installation ends", || calls(&name).is_empty() && is_empty());
}

#[test]
fn a_program_that_is_not_there_is_an_error_at_the_start() {
    let program = start(&["--mariadbd", "/nowhere/mariadbd"]).wait_with_output().unwrap();

    assert!(!program.status.success());
    assert_eq!(
        String::from_utf8_lossy(&program.stderr),
        "clouddb-sim: there is no /nowhere/mariadbd: install the package mariadb-server-core, or name \
         the program with --mariadbd\n"
    );
}
