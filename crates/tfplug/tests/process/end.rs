//! How a process ends.

use std::process::Command;

use super::{NETWORKS, ask, bare, bare_over, folder_of, shut_down, signal, start, without_a_host};

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
    for network in NETWORKS {
        let plugin = start(bare_over(network)).await;
        let folder = folder_of(&plugin);

        ask(&plugin.connect().await.unwrap()).await.unwrap();

        assert_eq!(plugin.ended().await.unwrap().status.code(), Some(0), "{network}");
        assert!(!folder.exists());
    }
}

#[tokio::test]
async fn a_shutdown_closes_the_port() {
    let plugin = start(bare_over("tcp")).await;
    let address = plugin.handshake().address.clone();
    let connection = plugin.connect().await.unwrap();

    shut_down(&connection).await;

    assert_eq!(plugin.ended().await.unwrap().status.code(), Some(0));
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
