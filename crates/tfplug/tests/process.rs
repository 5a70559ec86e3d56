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

use serde_json::Value;
use tfplug::client::grpc_health_v1::HealthCheckRequest;
use tfplug::client::grpc_health_v1::health_check_response::ServingStatus;
use tfplug::client::tfplugin6::{
    DynamicValue, get_metadata, read_data_source, stop_provider, validate_provider_config,
};
use tfplug::client::{Connection, Identity, Plugin, plugin};
use tokio::io::AsyncReadExt as _;
use tonic::Code;

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
        "TF_PLUGIN_MAGIC_COOKIE",
    ] {
        command.env_remove(variable);
    }
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
    plugin.handshake().address.parent().unwrap().to_owned()
}

#[tokio::test]
async fn the_handshake_names_protocol_6_and_a_private_unix_socket() {
    let plugin = start(bare()).await;

    let handshake = plugin.handshake();
    assert_eq!(handshake.line.split('|').count(), 6, "{}", handshake.line);
    assert_eq!((handshake.core_protocol, handshake.provider_protocol), (1, 6));
    assert_eq!((handshake.network.as_str(), handshake.transport.as_str()), ("unix", "grpc"));
    assert!(handshake.certificate.is_some());
    assert!(handshake.address.as_os_str().len() <= 107);
    let folder = folder_of(&plugin);
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert!(folder.file_name().unwrap().to_string_lossy().starts_with("tfplug-"));
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

/// The program under test, telling why it turns somebody away.
fn watchful() -> Command {
    let mut command = bare();
    command.env("TF_LOG", "WARN");
    command
}

/// Why the plugin turned a peer away, in the words of its log.
async fn reason(plugin: &mut Plugin) -> String {
    let line = plugin.log_line(|line| line.contains("A peer was turned away")).await.unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    line["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_host_is_accepted() {
    let plugin = start(bare()).await;

    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    let mut plugin = start(watchful()).await;

    assert!(try_to_ask(plugin.connect_as(None).await).await.is_err());

    assert!(reason(&mut plugin).await.contains("no certificates"));
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn a_client_with_a_foreign_certificate_is_refused() {
    let mut plugin = start(watchful()).await;
    let stranger = Identity::generate().unwrap();

    assert!(try_to_ask(plugin.connect_as(Some(&stranger)).await).await.is_err());

    assert!(reason(&mut plugin).await.contains("UnknownIssuer"));
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

/// Certificates are public: the key behind one has to be proved.
#[tokio::test]
async fn a_client_with_the_right_certificate_and_a_wrong_key_is_refused() {
    let host = Identity::generate().unwrap();
    let thief = Identity::generate().unwrap().with_certificate_of(&host);
    let mut plugin = Plugin::start(watchful(), Some(host)).await.unwrap();

    assert!(try_to_ask(plugin.connect_as(Some(&thief)).await).await.is_err());

    assert!(reason(&mut plugin).await.contains("BadSignature"));
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn a_client_without_tls_is_refused() {
    let mut plugin = start(watchful()).await;

    let plaintext = Connection::over(plugin.socket().await.unwrap()).await;
    assert!(try_to_ask(plaintext).await.is_err());

    assert!(reason(&mut plugin).await.contains("InvalidContentType"));
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn peers_that_stall_in_the_handshake_keep_nobody_waiting() {
    let plugin = start(bare()).await;
    let mut stalled = Vec::new();
    for _ in 0..32 {
        stalled.push(plugin.socket().await.unwrap());
    }

    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn without_a_client_certificate_there_is_no_tls() {
    let plugin = Plugin::start(bare(), None).await.unwrap();

    assert!(plugin.handshake().line.ends_with("|grpc|"), "{}", plugin.handshake().line);
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

#[tokio::test]
async fn a_client_certificate_that_is_none_ends_the_process() {
    let mut command = bare();
    command.env("TF_PLUGIN_MAGIC_COOKIE", cookie()).env("PLUGIN_CLIENT_CERT", "no certificate");

    let output = output(command).await;

    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("PLUGIN_CLIENT_CERT"), "{text}");
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

    assert!(plugin.handshake().address.starts_with(wanted.path()));
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
async fn ctrl_c_is_left_to_the_host() {
    let plugin = start(bare()).await;
    let connection = plugin.connect().await.unwrap();

    signal("INT", plugin.id().unwrap()).await;
    signal("INT", plugin.id().unwrap()).await;

    ask(&connection).await.unwrap();
}

#[tokio::test]
async fn shutdown_ends_the_process_and_removes_its_socket() {
    let plugin = start(bare()).await;
    let folder = folder_of(&plugin);
    let connection = plugin.connect().await.unwrap();
    ask(&connection).await.unwrap();

    shut_down(&connection).await;

    let ended = plugin.ended().await.unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(ended.stdout, "");
    assert!(!folder.exists());
}

#[tokio::test]
async fn shutdown_does_not_wait_for_open_streams() {
    let plugin = start(bare()).await;
    let connection = plugin.connect().await.unwrap();
    let output = connection.stdio().stream_stdio(()).await.unwrap();
    let connections =
        connection.broker().start_stream(futures_util::stream::pending()).await.unwrap();

    shut_down(&connection).await;

    assert_eq!(plugin.ended().await.unwrap().status.code(), Some(0));
    drop((output, connections));
}

#[tokio::test]
async fn a_signal_of_the_system_leaves_the_end_to_the_host() {
    for name in ["TERM", "HUP"] {
        let plugin = start(bare()).await;
        let folder = folder_of(&plugin);
        let connection = plugin.connect().await.unwrap();

        signal(name, plugin.id().unwrap()).await;

        assert!(ask(&connection).await.is_ok(), "{name}");
        shut_down(&connection).await;
        assert_eq!(plugin.ended().await.unwrap().status.code(), Some(0));
        assert!(!folder.exists());
    }
}

#[tokio::test]
async fn a_host_that_is_killed_takes_the_process_with_it() {
    // The shell is the host, and this test has its connection.
    let mut host = Command::new("sh");
    host.args(["-c", "\"$0\" & wait", env!("CARGO_BIN_EXE_tfplug-bare")]);
    let plugin = start(without_a_host(host)).await;
    let folder = folder_of(&plugin);
    let connection = plugin.connect().await.unwrap();
    ask(&connection).await.unwrap();

    signal("KILL", plugin.id().unwrap()).await;

    // It ends when nobody has its stdout any more.
    plugin.ended().await.unwrap();
    assert!(!folder.exists());
    drop(connection);
}

#[tokio::test]
async fn a_host_that_closes_its_connection_takes_the_process_with_it() {
    let plugin = start(bare()).await;
    let folder = folder_of(&plugin);

    ask(&plugin.connect().await.unwrap()).await.unwrap();

    assert_eq!(plugin.ended().await.unwrap().status.code(), Some(0));
    assert!(!folder.exists());
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

#[tokio::test]
async fn an_event_is_a_line_of_hclog() {
    let mut command = bare();
    command.env("TF_LOG", "ERROR").env("TF_LOG_PROVIDER", "INFO");
    let mut plugin = start(command).await;
    let connection = plugin.connect().await.unwrap();
    ask(&connection).await.unwrap();

    // The first line of all: the two before it are below the level.
    let line = plugin.log_line(|_| true).await.unwrap();

    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["@level"], "info");
    assert_eq!(line["@message"], "Metadata asked for");
    assert_eq!(line["@module"], "bare.metadata");
    assert_eq!(line["resources"], 0);
    let (_, fraction) = line["@timestamp"].as_str().unwrap().split_once('.').unwrap();
    assert_eq!(fraction.len(), "123456Z".len(), "{line}");
}

#[tokio::test]
async fn every_line_at_the_lowest_level_is_hclog_and_no_transport_speaks() {
    let mut command = bare();
    command.env("TF_LOG", "TRACE");
    let mut plugin = start(command).await;
    let connection = plugin.connect().await.unwrap();
    ask(&connection).await.unwrap();
    shut_down(&connection).await;

    let mut modules = Vec::new();
    while let Ok(line) = plugin.log_line(|_| true).await {
        let line: Value = serde_json::from_str(&line).unwrap();
        modules.push(line["@module"].as_str().unwrap().to_owned());
    }

    let transports = ["h2", "hyper", "rustls", "tonic", "tower"];
    assert!(modules.contains(&"bare.metadata".to_owned()), "{modules:?}");
    assert!(
        modules.iter().all(|module| !transports.iter().any(|name| module.starts_with(name))),
        "{modules:?}"
    );
}

#[tokio::test]
async fn without_a_level_nothing_is_logged() {
    let mut plugin = start(bare()).await;
    let connection = plugin.connect().await.unwrap();
    ask(&connection).await.unwrap();
    shut_down(&connection).await;

    let nothing = plugin.log_line(|_| true).await.unwrap_err();

    assert_eq!(nothing.kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn a_panic_is_an_error_line_and_the_process_lives_on() {
    let mut plugin = start(bare()).await;
    let connection = plugin.connect().await.unwrap();

    let request = validate_provider_config::Request::default();
    connection.provider().validate_provider_config(request).await.unwrap_err();

    let line = plugin.log_line(|_| true).await.unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["@level"], "error");
    assert_eq!(line["@message"], "The provider panicked: no configuration is good enough");
    assert!(line["location"].as_str().unwrap().contains("bare.rs:"), "{line}");
    assert!(line.get("backtrace").is_none(), "{line}");
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

/// A provider in debug mode and what it says when it is ready.
async fn attachable() -> (tokio::process::Child, Value) {
    let mut command = bare();
    command.arg("--debug").stdout(std::process::Stdio::piped());
    let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
    let mut text = String::new();
    let mut stdout = child.stdout.take().unwrap();
    while !text.ends_with("'\n") {
        let byte = tokio::time::timeout(Duration::from_secs(30), stdout.read_u8()).await;
        text.push(char::from(byte.unwrap().unwrap()));
    }
    let value = text.split_once("TF_REATTACH_PROVIDERS='").unwrap().1.trim_end_matches("'\n");
    (child, serde_json::from_str(value).unwrap())
}

#[tokio::test]
async fn in_debug_mode_it_can_be_attached_to_until_ctrl_c() {
    let (mut child, reattach) = attachable().await;
    let provider = &reattach["registry.terraform.io/example/bare"];
    let socket = Path::new(provider["Addr"]["String"].as_str().unwrap()).to_owned();
    let connect = async || {
        let stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        Connection::over(stream).await.unwrap()
    };

    assert_eq!(provider["Protocol"], "grpc");
    assert_eq!(provider["ProtocolVersion"], 6);
    assert_eq!(provider["Pid"], child.id().unwrap());
    assert_eq!(provider["Test"], true);
    assert_eq!(provider["Addr"]["Network"], "unix");
    // A host that is done does not end it.
    let first = connect().await;
    ask(&first).await.unwrap();
    first.controller().shutdown(plugin::Empty {}).await.unwrap();
    ask(&connect().await).await.unwrap();

    signal("INT", child.id().unwrap()).await;

    let status = tokio::time::timeout(Duration::from_secs(30), child.wait()).await.unwrap();
    assert_eq!(status.unwrap().code(), Some(0));
    assert!(!socket.parent().unwrap().exists());
}
