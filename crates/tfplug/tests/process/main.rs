//! A served provider as its host sees it: a process, a handshake, a socket, a log.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use tfplug::client::grpc_health_v1::HealthCheckRequest;
use tfplug::client::grpc_health_v1::health_check_response::ServingStatus;
use tfplug::client::tfplugin6::{DynamicValue, get_metadata, read_data_source, stop_provider};
use tfplug::client::{Connection, Identity, Plugin, plugin};
use tonic::Code;

mod debug;
mod end;
mod log;
mod peers;

/// The networks that a host may connect through.
const NETWORKS: [&str; 2] = ["unix", "tcp"];

/// The program under test, in an environment without a host.
fn bare() -> Command {
    without_a_host(Command::new(env!("CARGO_BIN_EXE_tfplug-bare")))
}

fn without_a_host(mut command: Command) -> Command {
    for variable in [
        "PLUGIN_CLIENT_CERT",
        "PLUGIN_MULTIPLEX_GRPC",
        "PLUGIN_UNIX_SOCKET_DIR",
        "RUST_BACKTRACE",
        "TF_LOG",
        "TF_LOG_PROVIDER",
        "TFPLUG_NETWORK",
        "TF_PLUGIN_MAGIC_COOKIE",
    ] {
        command.env_remove(variable);
    }
    command
}

/// The program under test, to be connected to through that network.
fn bare_over(network: &str) -> Command {
    let mut command = bare();
    command.env("TFPLUG_NETWORK", network);
    command
}

async fn start(command: Command) -> Plugin {
    Plugin::start(command, Some(Identity::generate().unwrap())).await.unwrap()
}

/// Runs a program that ends by itself.
async fn output(command: Command) -> Output {
    let mut command = tokio::process::Command::from(command);
    let ended = command.kill_on_drop(true).output();
    tokio::time::timeout(Duration::from_secs(30), ended).await.unwrap().unwrap()
}

/// Sends a signal; it has taken effect when this returns.
async fn signal(name: &str, process: u32) {
    let mut kill = Command::new("sh");
    kill.args(["-c", &format!("kill -{name} {process}")]);
    assert!(output(kill).await.status.success());
}

async fn ask(connection: &Connection) -> Result<(), tonic::Status> {
    let answer = connection.provider().get_metadata(get_metadata::Request {}).await;
    answer.map(|_| ())
}

/// Asks over a connection that may have been refused before.
async fn try_to_ask(connection: io::Result<Connection>) -> Result<(), String> {
    let connection = connection.map_err(|error| error.to_string())?;
    ask(&connection).await.map_err(|status| status.to_string())
}

async fn shut_down(connection: &Connection) {
    // The process may be gone before its answer is out.
    drop(connection.controller().shutdown(plugin::Empty {}).await);
}

fn folder_of(plugin: &Plugin) -> PathBuf {
    Path::new(&plugin.handshake().address).parent().unwrap().to_owned()
}

#[tokio::test]
async fn the_handshake_names_protocol_6_and_a_private_unix_socket() {
    let plugin = start(bare()).await;

    let handshake = plugin.handshake();
    assert_eq!(handshake.line.split('|').count(), 6, "{}", handshake.line);
    assert_eq!((handshake.core_protocol, handshake.provider_protocol), (1, 6));
    assert_eq!((handshake.network.as_str(), handshake.transport.as_str()), ("unix", "grpc"));
    assert!(handshake.certificate.is_some());
    assert!(handshake.address.len() <= 107);
    let folder = folder_of(&plugin);
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert!(folder.file_name().unwrap().to_string_lossy().starts_with("tfplug-"));
}

#[tokio::test]
async fn over_tcp_the_handshake_names_a_port_of_the_loopback_interface_that_the_host_allows() {
    let plugin = start(bare_over("tcp")).await;

    let handshake = plugin.handshake();
    assert_eq!((handshake.network.as_str(), handshake.transport.as_str()), ("tcp", "grpc"));
    assert!(handshake.certificate.is_some());
    let (host, port) = handshake.address.split_once(':').unwrap();
    assert_eq!(host, "127.0.0.1");
    assert!((10_000..=25_000).contains(&port.parse::<u16>().unwrap()), "{port}");
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn a_host_that_knows_multiplexing_hears_that_there_is_none() {
    let mut command = bare();
    command.env("PLUGIN_MULTIPLEX_GRPC", "true");

    let plugin = start(command).await;

    let line = &plugin.handshake().line;
    assert_eq!(line.split('|').nth(6), Some("false"), "{line}");
}

#[tokio::test]
async fn a_person_who_starts_it_is_told_what_it_is() {
    let mut wrong = bare();
    wrong.env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f");

    for command in [bare(), wrong] {
        let output = output(command).await;

        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("This is a Terraform provider"), "{text}");
    }
}

#[tokio::test]
async fn a_person_who_asks_is_told_the_version_and_where_the_documentation_is() {
    for (argument, part) in [("--version", "terraform-provider-bare 0.1.0"), ("--help", "/docs")] {
        let mut command = bare();
        command.arg(argument);

        let output = output(command).await;

        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(part), "{text}");
    }
}

/// Terraform's own value, <https://github.com/hashicorp/terraform/blob/main/internal/plugin/serve.go>.
fn cookie() -> &'static str {
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
}

#[tokio::test]
async fn the_socket_is_where_the_host_wants_it() {
    let wanted = tempfile::tempdir().unwrap();
    let mut command = bare();
    command.env("PLUGIN_UNIX_SOCKET_DIR", wanted.path());

    let plugin = start(command).await;

    assert!(Path::new(&plugin.handshake().address).starts_with(wanted.path()));
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn a_long_folder_for_temporary_files_is_not_used() {
    let long = tempfile::tempdir().unwrap();
    let folder = long.path().join("x".repeat(100));
    std::fs::create_dir(&folder).unwrap();
    let mut command = bare();
    command.env("TMPDIR", &folder);

    let plugin = start(command).await;

    assert!(plugin.handshake().address.starts_with("/tmp"));
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn messages_of_many_megabytes_pass_both_ways() {
    let plugin = start(bare()).await;
    let mut provider = plugin.connect().await.unwrap().provider();
    let config = DynamicValue { msgpack: vec![7; 9 << 20].into(), ..DynamicValue::default() };

    let request = read_data_source::Request { config: Some(config.clone()), ..Default::default() };
    let answer = provider.read_data_source(request).await.unwrap();

    assert!(answer.into_inner().state == Some(config));
}

#[tokio::test]
async fn a_call_that_the_provider_lacks_is_unimplemented() {
    let plugin = start(bare()).await;
    let connection = plugin.connect().await.unwrap();

    let status = connection.provider().stop_provider(stop_provider::Request {}).await.unwrap_err();

    assert_eq!(status.code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_ping_is_answered() {
    let plugin = start(bare()).await;
    let mut health = plugin.connect().await.unwrap().health();
    let of = |service: &str| HealthCheckRequest { service: service.to_owned() };

    for service in ["", "plugin"] {
        let answer = health.check(of(service)).await.unwrap();
        assert_eq!(answer.get_ref().status(), ServingStatus::Serving);
    }
    assert_eq!(health.check(of("nobody")).await.unwrap_err().code(), Code::NotFound);
    let mut watched = health.watch(of("plugin")).await.unwrap().into_inner();
    assert_eq!(watched.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
}
