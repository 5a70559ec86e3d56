//! Configuration that is generated for objects which exist.

use super::notes::NOTE;
use super::{json, json_of, note, proto, served};

#[tokio::test]
async fn a_configuration_is_generated_without_a_configured_provider() {
    let (mut client, _) = served().await;

    let state = json!({ "id": 1, "text": "a", "odd": 1 });
    let request = proto::generate_resource_config::Request {
        type_name: NOTE.to_owned(),
        state: Some(note(&state)),
    };
    let answer = client.generate_resource_config(request).await.unwrap().into_inner();

    let config = json_of(answer.config);
    assert_eq!((&config["text"], &config["id"]), (&json!("a"), &json!(null)));
    assert!(answer.diagnostics.is_empty());
}

/// A result of a query that has no object gives a null.
#[tokio::test]
async fn of_no_object_there_is_a_configuration_without_values() {
    let (mut client, _) = served().await;

    let request =
        proto::generate_resource_config::Request { type_name: NOTE.to_owned(), state: None };
    let answer = client.generate_resource_config(request).await.unwrap().into_inner();

    let config = json_of(answer.config);
    assert!(config.as_object().unwrap().values().all(serde_json::Value::is_null), "{config}");
}

#[tokio::test]
async fn a_type_that_there_is_not_is_an_error() {
    let (mut client, _) = served().await;

    let request =
        proto::generate_resource_config::Request { type_name: "paper_boat".into(), state: None };
    let answer = client.generate_resource_config(request).await.unwrap().into_inner();

    assert!(answer.config.is_none());
    assert_eq!(answer.diagnostics[0].summary, "Unknown resource");
}
