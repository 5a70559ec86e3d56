//! What is done and what the state says afterwards, when nothing goes wrong.

use std::time::Duration;

use serde_json::json;

use crate::toy::{BOX, toy, toy_with};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_creation_creates_settles_and_reads() {
    let (toy, service) = toy().await;

    let config = json!({ "name": "a", "size": 1, "origin": { "country": "fr" } });
    let applied = toy.apply(BOX, None, config).await;

    assert!(applied.diagnostics.is_empty(), "{}", applied.diagnostics);
    let object = applied.object.unwrap();
    assert_eq!(object.get("id"), "box-1");
    assert_eq!(object.get("revision"), 1);
    assert_eq!(object.get("origin"), json!({ "country": "fr", "code": "code-fr" }));
    assert!(!object.is_tainted());
    assert_eq!(service.calls(), ["create", "after create", "settle", "read"]);
}

#[tokio::test]
async fn an_update_updates_and_reads() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let applied = toy.apply(BOX, Some(&object), json!({ "name": "b", "size": 2 })).await;

    assert_eq!(applied.diagnostics.to_string(), "Warning: The box was opened");
    let object = applied.object.unwrap();
    assert_eq!((object.get("id"), object.get("revision")), (json!("box-1"), json!(2)));
    assert_eq!(service.calls(), ["update", "half an update", "read"]);
    assert_eq!(service.names(), ["b"]);
}

/// The service tells a seal once, to whoever makes it.
#[tokio::test]
async fn what_an_update_was_told_once_is_in_the_state() {
    let config = |size: u8| json!({ "name": "a", "size": size, "color": "doubtful" });
    let (toy, _, object) = toy_with(config(1)).await;
    assert_eq!(object.get("seal"), "first");

    let object = toy.apply(BOX, Some(&object), config(2)).await.object;

    assert_eq!(object.unwrap().get("seal"), "second");
}

#[tokio::test]
async fn a_deletion_deletes_and_forgets_what_was_private() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    assert_eq!(object.private("settled"), Some(&json!(true)));

    let applied = toy.destroy(BOX, &object).await;

    assert!(applied.object.is_none());
    assert_eq!(service.calls(), ["delete"]);
    assert!(service.names().is_empty());
}

#[tokio::test]
async fn a_replacement_deletes_and_creates_without_a_past() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let config = json!({ "name": "a", "size": 1, "material": "tin" });
    let applied = toy.apply(BOX, Some(&object), config).await;

    assert_eq!(applied.object.unwrap().get("id"), "box-2");
    assert_eq!(service.calls(), ["delete", "create", "after create", "settle", "read"]);
}

#[tokio::test]
async fn a_new_timeout_is_stored_without_a_call() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let config = json!({ "name": "a", "size": 1, "timeouts": { "delete": "7m" } });
    let applied = toy.apply(BOX, Some(&object), config.clone()).await;

    let object = applied.object.unwrap();
    let stored = json!({ "create": null, "update": null, "delete": "7m" });
    assert_eq!(object.get("timeouts"), stored);
    assert!(service.calls().is_empty());
    let applied = toy.read(BOX, &object).await;
    assert_eq!(applied.object.unwrap().get("timeouts"), stored);
}

#[tokio::test(start_paused = true)]
async fn each_operation_has_its_own_deadline() {
    let (toy, service) = toy().await;
    let timeouts = json!({ "create": "1h30m", "delete": "90s" });

    let config = json!({ "name": "a", "size": 1, "timeouts": timeouts });
    let object = toy.apply(BOX, None, config).await.object.unwrap();
    let config = json!({ "name": "a", "size": 2, "timeouts": timeouts });
    let object = toy.apply(BOX, Some(&object), config).await.object.unwrap();
    toy.read(BOX, &object).await;
    toy.destroy(BOX, &object).await;

    // The last look of a creation or an update may take as long as the operation itself, and at
    // least as long as a read.
    let minutes: Vec<u64> =
        service.deadlines().iter().map(|it| it.as_secs() / MINUTE.as_secs()).collect();
    assert_eq!(minutes, [90, 90, 10, 20, 20, 1]);
}

#[tokio::test]
async fn a_write_only_value_reaches_the_service_and_nothing_else() {
    let (toy, service) = toy().await;

    let config = json!({ "name": "a", "size": 1, "secret_wo": "hush", "secret_version": 1 });
    let object = toy.apply(BOX, None, config).await.object.unwrap();

    assert_eq!(service.find("box-1").unwrap().secret.as_deref(), Some("hush"));
    assert!(object.get("secret_wo").is_null());

    let config = json!({ "name": "a", "size": 1, "secret_wo": "psst", "secret_version": 2 });
    let object = toy.apply(BOX, Some(&object), config).await.object.unwrap();

    assert_eq!(service.find("box-1").unwrap().secret.as_deref(), Some("psst"));
    assert!(!object.json().to_string().contains("psst"));
}

#[tokio::test]
async fn planned_spellings_survive_the_reading_back() {
    let (toy, _) = toy().await;

    // The service knows numbers as floating point and tags in alphabetical order.
    let config = json!({ "name": "a", "size": 1, "weight": 3, "tags": ["z", "b"] });
    let object = toy.apply(BOX, None, config.clone()).await.object.unwrap();

    assert_eq!(object.get("weight"), 3);
    let again = toy.apply(BOX, Some(&object), config).await;
    assert_eq!(again.object.unwrap().json(), object.json());
}

#[tokio::test]
async fn a_value_that_reads_back_different_is_an_error_with_both_values() {
    let (toy, _) = toy().await;

    let applied = toy.apply(BOX, None, json!({ "name": "a", "size": 1, "weight": 1.26 })).await;

    let text = applied.diagnostics.to_string();
    assert!(text.starts_with("Error: The result differs from the plan (weight)"), "{text}");
    assert!(text.contains("planned to be 1.26, but after the operation it is 1.3"), "{text}");
    assert_eq!(applied.object.unwrap().get("weight"), 1.3);
}

#[tokio::test]
async fn a_sensitive_value_that_reads_back_different_is_not_shown() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1, "pin": "1234" })).await;
    service.fail("read", crate::toy::Mode::Forge);

    let config = json!({ "name": "a", "size": 2, "pin": "5678" });
    let applied = toy.apply(BOX, Some(&object), config).await;

    let text = applied.diagnostics.to_string();
    assert!(text.contains("(pin): pin was planned to be (sensitive)"), "{text}");
    assert!(!text.contains("5678") && !text.contains("0000"), "{text}");
}
