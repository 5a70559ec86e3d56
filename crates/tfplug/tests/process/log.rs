//! What reaches stderr.

use std::io;

use serde_json::Value;
use tfplug::client::tfplugin6::validate_provider_config;

use super::{ask, bare, shut_down, start, try_to_ask};

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
