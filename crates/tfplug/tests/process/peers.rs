//! Who may connect, over either network.

use serde_json::Value;
use tfplug::client::{Connection, Identity, Plugin};

use super::{NETWORKS, bare, bare_over, cookie, output, start, try_to_ask};

/// The program under test, telling why it turns somebody away.
fn watchful(network: &str) -> std::process::Command {
    let mut command = bare_over(network);
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
    for network in NETWORKS {
        let plugin = start(bare_over(network)).await;

        assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
        assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
    }
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    for network in NETWORKS {
        let mut plugin = start(watchful(network)).await;

        assert!(try_to_ask(plugin.connect_as(None).await).await.is_err());

        assert!(reason(&mut plugin).await.contains("no certificates"));
        assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
    }
}

#[tokio::test]
async fn a_client_with_a_foreign_certificate_is_refused() {
    for network in NETWORKS {
        let mut plugin = start(watchful(network)).await;
        let stranger = Identity::generate().unwrap();

        assert!(try_to_ask(plugin.connect_as(Some(&stranger)).await).await.is_err());

        assert!(reason(&mut plugin).await.contains("UnknownIssuer"));
        assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
    }
}

/// Certificates are public: the key behind one has to be proved.
#[tokio::test]
async fn a_client_with_the_right_certificate_and_a_wrong_key_is_refused() {
    for network in NETWORKS {
        let host = Identity::generate().unwrap();
        let thief = Identity::generate().unwrap().with_certificate_of(&host);
        let mut plugin = Plugin::start(watchful(network), Some(host)).await.unwrap();

        assert!(try_to_ask(plugin.connect_as(Some(&thief)).await).await.is_err());

        assert!(reason(&mut plugin).await.contains("BadSignature"));
        assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
    }
}

#[tokio::test]
async fn a_client_without_tls_is_refused() {
    for network in NETWORKS {
        let mut plugin = start(watchful(network)).await;

        let plaintext = Connection::over(plugin.socket().await.unwrap()).await;
        assert!(try_to_ask(plaintext).await.is_err());

        assert!(reason(&mut plugin).await.contains("InvalidContentType"));
        assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
    }
}

#[tokio::test]
async fn peers_that_stall_in_the_handshake_keep_nobody_waiting() {
    for network in NETWORKS {
        let plugin = start(bare_over(network)).await;
        let mut stalled = Vec::new();
        for _ in 0..32 {
            stalled.push(plugin.socket().await.unwrap());
        }

        assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
    }
}

#[tokio::test]
async fn without_a_client_certificate_there_is_no_tls() {
    let plugin = Plugin::start(bare(), None).await.unwrap();

    assert!(plugin.handshake().line.ends_with("|grpc|"), "{}", plugin.handshake().line);
    assert_eq!(try_to_ask(plugin.connect().await).await, Ok(()));
}

/// A port has no owner: without TLS every user of the machine could give orders.
#[tokio::test]
async fn over_tcp_nothing_is_served_without_tls() {
    let mut hosted = bare_over("tcp");
    hosted.env("TF_PLUGIN_MAGIC_COOKIE", cookie());
    let mut attachable = bare_over("tcp");
    attachable.arg("--debug");

    for command in [hosted, attachable] {
        let output = output(command).await;

        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("PLUGIN_CLIENT_CERT"), "{text}");
    }
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
