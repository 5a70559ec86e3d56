//! The debug mode, in which any host may attach.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tfplug::client::{Connection, Handshake, Identity, plugin};
use tokio::io::AsyncReadExt as _;

use super::{ask, bare, bare_over, signal, try_to_ask};

/// A provider in debug mode and what it says when it is ready.
async fn attachable(mut command: Command) -> (tokio::process::Child, Value) {
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
    let (mut child, reattach) = attachable(bare()).await;
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

/// Terraform attaches without TLS and is turned away, as everybody is who has not the certificate.
#[tokio::test]
async fn over_tcp_only_the_owner_of_the_certificate_attaches() {
    let host = Identity::generate().unwrap();
    let mut command = bare_over("tcp");
    command.env("PLUGIN_CLIENT_CERT", host.certificate_pem());
    let (_child, reattach) = attachable(command).await;
    let provider = &reattach["registry.terraform.io/example/bare"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (address, certificate) = (text(&provider["Addr"]["String"]), &provider["ServerCert"]);
    let line = format!("1|6|tcp|{address}|grpc|{}", text(certificate));
    let attached = Handshake::parse(&line).unwrap();
    let stranger = Identity::generate().unwrap();

    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert_eq!(try_to_ask(attached.connect_as(Some(&host)).await).await, Ok(()));
    assert!(try_to_ask(attached.connect_as(Some(&stranger)).await).await.is_err());
    assert!(try_to_ask(Connection::over(attached.socket().await.unwrap()).await).await.is_err());
}
