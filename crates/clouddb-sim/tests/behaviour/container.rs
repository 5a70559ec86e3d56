//! The files in `container/`: what they tell the program it does, and what they promise each other holds.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use saphyr::{LoadableYamlNode, Yaml};

const PORT: u16 = 8778;

fn text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("container");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn words(list: &Yaml<'_>) -> Vec<String> {
    let items = list.as_sequence().unwrap_or_else(|| panic!("{list:?} is no list"));
    items.iter().map(|it| it.as_str().unwrap_or_else(|| panic!("{it:?}")).to_owned()).collect()
}

/// One service of the compose file.
struct Service {
    name: String,
    command: Vec<String>,
    healthcheck: Vec<String>,
    ports: Vec<String>,
}

fn services() -> Vec<Service> {
    let text = text("compose.yaml");
    let pages = Yaml::load_from_str(&text).unwrap();
    let [page] = pages.as_slice() else { panic!("{pages:?}") };
    let services = page["services"].as_mapping().unwrap();
    let service = |(name, it): (&Yaml<'_>, &Yaml<'_>)| {
        assert!(it["build"]["dockerfile"].as_str().unwrap().ends_with("container/Containerfile"));
        assert_eq!(it["init"].as_bool(), Some(true), "nothing else would end it");
        Service {
            name: name.as_str().unwrap().to_owned(),
            command: words(&it["command"]),
            healthcheck: words(&it["healthcheck"]["test"]),
            ports: words(&it["ports"]),
        }
    };
    services.iter().map(service).collect()
}

/// What comes after a word of the Containerfile that has a list in JSON.
fn listed(word: &str) -> Vec<String> {
    let text = text("Containerfile");
    let line = text.lines().rfind(|line| line.starts_with(word)).unwrap();
    serde_json::from_str(&format!("[{}", line.split_once('[').unwrap().1)).unwrap()
}

fn program(arguments: &[String]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_clouddb-sim"));
    program.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

/// Arguments that are taken, which the program then does nothing with.
fn are_taken(arguments: &[String]) -> bool {
    let help = [arguments, &["--help".to_owned()]].concat();
    program(&help).output().unwrap().status.success()
}

/// The same at another port.
fn at(port: u16, arguments: &[String]) -> Vec<String> {
    arguments.iter().map(|it| it.replace(&PORT.to_string(), &port.to_string())).collect()
}

/// Runs what a container runs, and then what its health is asked by: while that serves, and after its end.
fn health(command: &[String], check: &[String]) -> [Output; 2] {
    let mut served = program(&at(0, command)).spawn().unwrap();
    let (mut first, mut out) = (String::new(), BufReader::new(served.stdout.take().unwrap()));
    out.read_line(&mut first).unwrap();
    let port = first.trim().rsplit_once(':').unwrap().1.parse().unwrap();
    let ask = || program(&at(port, check)).output().unwrap();
    let healthy = ask();
    served.kill().unwrap();
    served.wait().unwrap();
    [healthy, ask()]
}

#[test]
fn what_a_container_is_told_the_program_takes() {
    assert!(!are_taken(&["--no-such-argument".to_owned()]));
    let services = services();
    let names: Vec<&str> = services.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["clouddb-sim", "clouddb-sim-mariadb"]);

    for service in &services {
        assert!(are_taken(&service.command), "{}: {:?}", service.name, service.command);
        assert_eq!(service.healthcheck[..2], ["CMD", "clouddb-sim"]);
        assert!(are_taken(&service.healthcheck[2..]), "{:?}", service.healthcheck);
    }
    assert_eq!(listed("ENTRYPOINT"), ["clouddb-sim"]);
    assert!(are_taken(&listed("CMD")));
    let check = listed("HEALTHCHECK");
    assert!(check[0] == "clouddb-sim" && are_taken(&check[1..]), "{check:?}");
}

#[test]
fn the_health_of_a_container_is_that_of_the_program() {
    let service = &services()[0];

    let [healthy, ended] = health(&service.command, &service.healthcheck[2..]);

    assert!(healthy.status.success(), "{healthy:?}");
    assert!(!ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.starts_with("clouddb-sim: nothing serves on 127.0.0.1:"), "{said}");
}

#[test]
fn the_ports_of_a_container_are_those_of_the_program_and_only_this_machine_reaches_them() {
    for service in services() {
        let told = |argument: &str| {
            let all = service.command.join(" ");
            let (_, rest) = all.split_once(argument)?;
            let (_, port) = rest.split(' ').find(|it| it.contains(':'))?.rsplit_once(':')?;
            Some(port.parse::<u16>().unwrap())
        };
        let [api, servers @ ..] = service.ports.as_slice() else { panic!("{:?}", service.ports) };
        assert!(service.ports.iter().all(|it| it.starts_with("127.0.0.1:")), "{:?}", service.ports);
        assert!(api.ends_with(&format!(":{}", told("--listen").unwrap())), "{api}");
        let first = told("--engine-listen");
        assert_eq!(servers.len(), usize::from(first.is_some()), "{}", service.name);
        for range in servers {
            let inside = range.rsplit_once(':').unwrap().1;
            let inside_is_outside = range == &format!("127.0.0.1:{inside}:{inside}");
            assert!(inside_is_outside, "the API tells the port that is inside: {range}");
            assert_eq!(inside.split_once('-').unwrap().0, first.unwrap().to_string());
        }
    }
    assert!(text("Containerfile").contains(&format!("\nEXPOSE {PORT}\n")));
    assert!(listed("CMD").contains(&format!("0.0.0.0:{PORT}")));
}

#[test]
fn an_image_has_what_the_engine_needs_and_runs_as_nobody_in_particular() {
    let image = text("Containerfile");
    let stage = image.rsplit_once("\nFROM ").unwrap().1;

    assert!(stage.contains("mariadb-server-core") && stage.contains("mariadb-backup"), "{stage}");
    let user = stage.lines().find_map(|line| line.strip_prefix("USER ")).unwrap();
    assert!(stage.contains(&format!("useradd --system --create-home {user}\n")), "{user}");
}
